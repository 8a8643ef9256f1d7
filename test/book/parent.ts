import { startLocalBook } from '../../book/local/server';

/** A process that starts a book, prints it, and waits for whatever ends it. */
async function main(): Promise<void> {
  const [data] = process.argv.slice(2);
  const { pid, passwordFile } = await startLocalBook({ data });
  process.stdout.write(`${JSON.stringify({ pid, passwordFile })}\n`);
  setInterval(() => undefined, 60_000);
}

void main();
