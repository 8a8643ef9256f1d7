import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

export { pdf, PDF_CATALOG, PDF_PAGES, pdfOfObjects, pdfStream } from '../../chaos/pdf';

/** A JPEG, whole from its beginning to its end, whose picture is noise. */
export function jpeg(bytes: number): Buffer {
  const head = Buffer.from(
    'ffd8ffe000104a46494600010100000100010000ffc0000b080008000801011100ffda0008010100003f00',
    'hex',
  );
  const noise = randomBytes(bytes - head.length - 2).map((byte) => (byte === 0xff ? 0xfe : byte));
  return Buffer.concat([head, noise, Buffer.from([0xff, 0xd9])]);
}

/** A PNG, whole from its beginning to its end, whose picture is noise. */
export function png(bytes: number): Buffer {
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const header = pngChunk('IHDR', Buffer.from('00000008000000080800000000', 'hex'));
  const end = pngChunk('IEND', Buffer.alloc(0));
  const data = pngChunk('IDAT', randomBytes(bytes - signature.length - header.length - end.length - 12));
  return Buffer.concat([signature, header, data, end]);
}

function pngChunk(name: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length);
  chunk.write(name, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}
