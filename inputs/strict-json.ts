import { decodeText } from './decode';
import { scanJson } from './json-scan';

/** What a JSON document may hold at most. */
export interface JsonBounds {
  /** Bytes of its text. */
  readonly bytes: number;
  /** Lists and objects inside each other. */
  readonly depth: number;
  /** Values, those inside lists and objects counted. */
  readonly values: number;
  /** Whether a number that JavaScript would round is refused. */
  readonly exactNumbers: boolean;
}

/** Of what people and programs send: an application with 20 documents has about 150 values, five levels deep. */
export const MESSAGE_BOUNDS: JsonBounds = { bytes: 1_048_576, depth: 32, values: 20_000, exactNumbers: true };

/** Of what a provider answers: lists of up to 1 MiB (providers/http/transport.ts). */
export const ANSWER_BOUNDS: JsonBounds = { bytes: 8_388_608, depth: 64, values: 500_000, exactNumbers: false };

/** A JSON document, or why it is refused, in words that follow its name. Nothing of it is repeated. */
export type JsonReading =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/**
 * The one reader of JSON from outside: UTF-8 with or without a byte order mark, within its bounds, each field of an
 * object named once, in time linear in the length of the text. What it accepts, it reads as `JSON.parse` does.
 */
export function readJson(bytes: Uint8Array, bounds: JsonBounds): JsonReading {
  if (bytes.byteLength > bounds.bytes) return { ok: false, problem: `has more than ${bounds.bytes} bytes` };
  const decoded = decodeText(bytes);
  return decoded.ok ? readJsonText(decoded.text, bounds) : decoded;
}

/** As {@link readJson}, of text that was decoded already. */
export function readJsonText(text: string, bounds: JsonBounds): JsonReading {
  if (text.length > bounds.bytes) return { ok: false, problem: `has more than ${bounds.bytes} characters` };
  const problem = scanJson(text, bounds);
  if (problem !== undefined) return { ok: false, problem };
  const value: unknown = JSON.parse(text);
  return { ok: true, value };
}
