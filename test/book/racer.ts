import { once } from 'node:events';
import { openBook } from '../../book/connection';
import { PostgresSendLog } from '../../book/send-log';
import { bookSettings } from '../../book/settings';

/**
 * A process that begins or fences attempts as fast as it can: one a funding id on its command line. Waits for a line on
 * its standard input first, so that many can be let loose at once, and prints what it was answered, as JSON.
 */
async function main(): Promise<void> {
  const [what, ...fundingIds] = process.argv.slice(2);
  const book = openBook(bookSettings(), { connections: 4, connectMs: 60_000, statementMs: 60_000 });
  const log = new PostgresSendLog(book);
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  const answers = await Promise.all(
    fundingIds.map(async (fundingId) => {
      const attempt = { provider: 'backoffice', fundingId, ref: fundingId, number: 1 };
      const { is } = what === 'fence' ? await log.fence(attempt) : await log.begin(attempt, `process ${process.pid}`);
      return is;
    }),
  );
  process.stdout.write(`${JSON.stringify(answers)}\n`);
  await book.destroy();
  process.stdin.destroy();
}

void main();
