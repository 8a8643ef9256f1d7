import type { RequestBody } from '../http/body';

/** A part of a body whose fields are not ours to know. Money is text; a number is whole and exact. */
export interface BodyObject {
  readonly [name: string]: BodyValue;
}
type BodyValue = string | number | boolean | null | undefined | readonly BodyValue[] | BodyObject;

/**
 * JSON that is the same bytes for the same content, in whatever order its names came: sorted by code unit, without white
 * space, members that are undefined left out. A retry must carry the very bytes of the first send, and is often made by
 * another process after a crash (Errors page, Retry Guidance; docs/providers/oceafin.md section 4).
 *
 * @throws RangeError on what JSON cannot say exactly: a number that is not whole, a function, a list with a hole
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new RangeError(`a body cannot hold this ${typeof value}`);
  const entries: [string, unknown][] = Object.entries(value);
  const members = entries
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** A JSON body in its one spelling. */
export function canonicalBody(value: object): RequestBody {
  return { bytes: Buffer.from(canonicalJson(value), 'utf8'), contentType: 'application/json', multipart: false };
}
