import { DefaultLogger, makeTelemetryFilterString, Runtime, type LogEntry } from '@temporalio/worker';
import { isErrorCode } from '../contract/errors';
import { printableJson, printableLines } from '../contract/printable';
import type { HostAndPort } from '../system/http-endpoint';
import type { WorkerConfig } from './config';
import { metricsTelemetry } from './metrics';

/**
 * Sends what the SDK and the activities log to stderr, one JSON entry per line, or as text. No payload is ever logged,
 * by the SDK or by us; of an error its class, type, message and places in the code, all of which hold nothing personal.
 *
 * @param metrics where they are served; absent: none are kept
 *
 * To be called once, before anything else of the SDK is used. Signals are the process's own affair (main.ts).
 */
export function installRuntime({ format, level }: WorkerConfig['log'], metrics?: HostAndPort): void {
  const write = format === 'json' ? writeJson : writeText;
  Runtime.install({
    logger: new DefaultLogger(level, write),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
      ...(metrics === undefined ? {} : metricsTelemetry(metrics)),
    },
    shutdownSignals: [],
  });
}

function writeJson(entry: LogEntry): void {
  process.stderr.write(`${jsonLine(entry)}\n`);
}

function writeText(entry: LogEntry): void {
  process.stderr.write(`${textLines(entry)}\n`);
}

/** A log entry as a line of JSON. */
export function jsonLine({ level, message, timestampNanos, meta = {} }: LogEntry): string {
  return printableJson({ time: time(timestampNanos), level, message, ...printable(meta) });
}

/** A log entry as text: one line, and below it where in the code something failed that nobody expected. */
export function textLines({ level, message, timestampNanos, meta = {} }: LogEntry): string {
  const shown = Object.entries(printable(meta)).map(([name, value]) =>
    isPlainError(value) && value.stack !== undefined
      ? `\n  ${name}: ${value.stack}`
      : `${name}=${JSON.stringify(isPlainError(value) ? describeError(value) : value)}`,
  );
  return printableLines([time(timestampNanos), level, message, ...shown].join(' '));
}

function describeError({ name, type = name, message }: PlainError): string {
  return `${type}: ${message}`;
}

function time(nanos: bigint): string {
  return new Date(Number(nanos / 1_000_000n)).toISOString();
}

function printable(meta: Readonly<Record<string | symbol, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(meta).map(([name, value]) => [name, plain(value)]));
}

interface PlainError {
  readonly name: string;
  readonly type?: string;
  readonly message: string;
  readonly stack?: string;
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? plainError(value) : value;
}

/** What is expected, such as a provider that refuses a call, has a code of ours: it is told without a stack. */
function plainError(error: Error): PlainError {
  const { name, message, stack } = error;
  const type = 'type' in error && typeof error.type === 'string' ? error.type : undefined;
  const isExpected = type !== undefined && isErrorCode(type);
  return {
    name,
    ...(type === undefined ? {} : { type }),
    message,
    ...(stack === undefined || isExpected ? {} : { stack }),
  };
}

function isPlainError(value: unknown): value is PlainError {
  return typeof value === 'object' && value !== null && 'message' in value && 'name' in value;
}
