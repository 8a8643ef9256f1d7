import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BookUnavailable, type AttemptKey } from '../../contract/send-log';
import { PostgresSendLog } from '../../book/send-log';
import { eventually } from '../setup/eventually';
import { anIntent } from './intents';
import { TestBook } from './open-book';

const data = mkdtempSync(join(tmpdir(), 'gangway-book-crash-'));
let testBook: TestBook;

beforeAll(async () => {
  testBook = await TestBook.start({ data });
});
afterAll(async () => {
  await testBook.close();
  rmSync(data, { recursive: true, force: true });
});

const ROUNDS = 4;
const WRITERS = 6;

test('what was acknowledged before PostgreSQL was killed is there, and lets nothing leave again', async () => {
  const begun: AttemptKey[] = [];
  const fenced: AttemptKey[] = [];
  let refused = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const log = new PostgresSendLog(testBook.open({ connections: WRITERS, connectMs: 1_000 }));
    let isOver = false;
    const write = async (): Promise<void> => {
      while (!isOver) {
        const intent = anIntent();
        const { provider, fundingId } = intent;
        const attempt = { provider, fundingId, ref: fundingId, number: 1 };
        try {
          await log.admit(intent);
          if (begun.length % 3 === 2) {
            await log.fence(attempt);
            fenced.push(attempt);
          } else {
            await log.begin(attempt, 'worker-1');
          }
          begun.push(attempt);
        } catch (error) {
          if (!(error instanceof BookUnavailable)) throw error;
          // A connection may take its time on a busy machine: one that was refused tries again.
          refused += 1;
        }
      }
    };
    const writers = Array.from({ length: WRITERS }, () => write());
    await eventually(async () => (begun.length >= (round + 1) * 15 ? true : undefined));
    await testBook.server.kill();
    isOver = true;
    await Promise.all(writers);
    await testBook.startAgain();
  }
  const log = new PostgresSendLog(testBook.open());
  const neverSent = new Set(fenced);
  for (const attempt of begun) {
    const { is } = await log.begin(attempt, 'worker-2');
    expect(is).toBe(neverSent.has(attempt) ? 'fenced' : 'sent-before');
  }
  expect(begun.length).toBeGreaterThan(20);
  expect(fenced.length).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
}, 180_000);

test('the same connections find it again', async () => {
  const book = testBook.open({ connectMs: 2_000 });
  const log = new PostgresSendLog(book);
  const intent = anIntent();
  await log.admit(intent);
  await testBook.server.kill();
  await expect(log.admit(intent)).rejects.toBeInstanceOf(BookUnavailable);
}, 60_000);
