import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import { systemCode, ResponseTooLarge } from './transport-error';

/**
 * Content codings (RFC 9110 section 8.4). A server may use one that nobody asked for: without Accept-Encoding any is
 * acceptable (section 12.5.3).
 */

type Decoder = (bytes: InputType, options: ZlibOptions) => Promise<Buffer>;

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', promisify<InputType, ZlibOptions, Buffer>(gunzip)],
  ['x-gzip', promisify<InputType, ZlibOptions, Buffer>(gunzip)],
  ['br', promisify<InputType, ZlibOptions, Buffer>(brotliDecompress)],
  ['deflate', inflateEither],
]);

/** No real answer has more codings than this, one over another. */
const MOST_CODINGS = 3;

/**
 * A body without its content codings. If the body is not what its header says, it is handed on as it came, because some
 * headers say `gzip` after a proxy has unpacked the body: the reader decides.
 *
 * @param maxBytes of the body, at any step
 * @throws ResponseTooLarge if it has more
 */
export async function decompress(body: Buffer, contentEncoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const codings = (contentEncoding ?? '').split(',').flatMap((coding) => codingOf(coding));
  if (body.length === 0 || codings.length > MOST_CODINGS) return body;
  let bytes = body;
  // The last one that is named was applied last.
  for (const coding of codings.toReversed()) {
    const decoded = await DECODERS.get(coding)?.(bytes, { maxOutputLength: maxBytes }).catch(tooLargeOrNothing);
    if (decoded === undefined) return body;
    bytes = decoded;
  }
  return bytes;
}

function codingOf(text: string): readonly string[] {
  const coding = text.trim().toLowerCase();
  return coding === '' || coding === 'identity' ? [] : [coding];
}

/** `deflate` means the zlib format; some send it without its two bytes at the front (RFC 9110 section 8.4.1.2). */
async function inflateEither(bytes: InputType, options: ZlibOptions): Promise<Buffer> {
  try {
    return await promisify<InputType, ZlibOptions, Buffer>(inflate)(bytes, options);
  } catch (failure) {
    if (isTooLarge(failure)) throw failure;
    return await promisify<InputType, ZlibOptions, Buffer>(inflateRaw)(bytes, options);
  }
}

function tooLargeOrNothing(failure: unknown): undefined {
  if (isTooLarge(failure)) throw new ResponseTooLarge();
  return undefined;
}

function isTooLarge(failure: unknown): boolean {
  return systemCode(failure) === 'ERR_BUFFER_TOO_LARGE';
}
