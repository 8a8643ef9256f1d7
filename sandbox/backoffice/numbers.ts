import { randomUUID } from 'node:crypto';
import { Exact } from '../http/decimals';

/**
 * JSON numbers as they are written. JavaScript would read `0.1` and `0.10000000000000000001` as one; the exchange counts
 * in decimals.
 */

/** A number of a JSON text, digit by digit. */
export class WrittenNumber {
  constructor(readonly text: string) {}
}

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * The object in a JSON text, each number in it as a {@link WrittenNumber}; names in lower case, because ASP.NET binds
 * them without regard to case [I]. Undefined if there is no object.
 */
export function readWritten(text: string): Readonly<Record<string, unknown>> | undefined {
  // Stands for a number while the rest is parsed: nobody can send a text that looks like it.
  const mark = randomUUID();
  try {
    // A text that is no JSON is still none afterwards.
    JSON.parse(text);
    const marked = text.replace(TOKENS, (token) => (token.startsWith('"') ? token : JSON.stringify(`${mark}${token}`)));
    const value: unknown = JSON.parse(marked, (_, part: unknown) =>
      typeof part === 'string' && part.startsWith(mark) ? new WrittenNumber(part.slice(mark.length)) : part,
    );
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name.toLowerCase(), part]));
  } catch {
    return undefined;
  }
}

/** A decimal as a number in JSON is written by .NET: `1.0`, `0.25`. */
export function writtenDecimal(text: string): string {
  const plain = new Exact(text).toFixed();
  return plain.includes('.') ? plain : `${plain}.0`;
}
