/** A line of a file with one event per line. */
export interface Line {
  /** 1 for the first. */
  readonly number: number;
  readonly bytes: Buffer;
}

const NEWLINE = 0x0a;

/**
 * The lines of a stream that are not blank. Of a line that is too long, `longest` bytes and one more are kept, so that
 * a file without line ends does not fill the memory.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Line> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer): void => {
    const room = longest + 1 - length;
    if (room <= 0 || part.length === 0) return;
    parts.push(part.subarray(0, room));
    length += Math.min(room, part.length);
  };
  const take = (): Line => {
    const line = { number, bytes: Buffer.concat(parts) };
    number += 1;
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, end));
      from = end + 1;
      const line = take();
      if (!isBlank(line.bytes)) yield line;
    }
    keep(chunk.subarray(from));
  }
  const last = take();
  if (!isBlank(last.bytes)) yield last;
}

const BOM = Buffer.from('\uFEFF');

function isBlank(bytes: Buffer): boolean {
  const text = bytes.subarray(0, BOM.length).equals(BOM) ? bytes.subarray(BOM.length) : bytes;
  return text.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
