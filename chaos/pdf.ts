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
