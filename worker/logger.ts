import { DefaultLogger, makeTelemetryFilterString, Runtime, type LogEntry } from '@temporalio/worker';
import { printableJson, printableLines } from '../contract/printable';
import type { WorkerConfig } from './config';

/**
 * Sends what the SDK and the activities log to stderr, one entry a line of JSON, or as text. No payload is ever logged, by the SDK or by
 * us; of an error its class, type, message and places in the code, all of which hold nothing personal.
 *
 * To be called once, before anything else of the SDK is used. Signals are the process's own affair (main.ts).
 */
export function installRuntime({ format, level }: WorkerConfig['log']): void {
  const write = format === 'json' ? writeJson : writeText;
  Runtime.install({
    logger: new DefaultLogger(level, write),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} } },
    shutdownSignals: [],
  });
}

function writeJson({ level, message, timestampNanos, meta = {} }: LogEntry): void {
  process.stderr.write(`${printableJson({ time: time(timestampNanos), level, message, ...printable(meta) })}\n`);
}

function writeText({ level, message, timestampNanos, meta = {} }: LogEntry): void {
  const shown = Object.entries(printable(meta)).map(([name, value]) =>
    isPlainError(value) ? `\n  ${name}: ${value.stack ?? value.message}` : `${name}=${JSON.stringify(value)}`,
  );
  process.stderr.write(`${printableLines([time(timestampNanos), level, message, ...shown].join(' '))}\n`);
}

function time(nanos: bigint): string {
  return new Date(Number(nanos / 1_000_000n)).toISOString();
}

function printable(meta: Readonly<Record<string | symbol, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(meta).map(([name, value]) => [name, plain(value)]));
}

interface PlainError {
  readonly name: string;
  readonly type?: unknown;
  readonly message: string;
  readonly stack?: string;
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? plainError(value) : value;
}

function plainError(error: Error): PlainError {
  const { name, message, stack } = error;
  return { name, ...('type' in error ? { type: error.type } : {}), message, ...(stack === undefined ? {} : { stack }) };
}

function isPlainError(value: unknown): value is PlainError {
  return typeof value === 'object' && value !== null && 'message' in value && 'name' in value;
}
