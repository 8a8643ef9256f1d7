import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A PDF of these objects, numbered from 1, of which the first is its catalog; and what else its trailer says. */
export function pdfOfObjects(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  const add = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  for (const [index, object] of objects.entries()) {
    offsets.push(length);
    add(Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]));
  }
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  add(
    Buffer.from(`${table}trailer\n<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${length}\n%%EOF\n`),
  );
  return Buffer.concat(parts);
}

/** A stream, as an object of a PDF. */
export function pdfStream(data: Buffer, dictionary = ''): Buffer {
  return Buffer.concat([
    Buffer.from(`<<${dictionary}/Length ${data.length}>>\nstream\n`),
    data,
    Buffer.from('\nendstream'),
  ]);
}

export const PDF_CATALOG = '<</Type/Catalog/Pages 2 0 R>>';
export const PDF_PAGES = '<</Type/Pages/Kids[3 0 R]/Count 1>>';

/** A whole PDF of one empty page, which holds a text of its own. */
export function pdf(content: string | Buffer): Buffer {
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>>>';
  return pdfOfObjects([PDF_CATALOG, PDF_PAGES, page, pdfStream(Buffer.from(content))]);
}

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

export function pngChunk(name: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length);
  chunk.write(name, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}
