import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { PostgresSendLog } from '../../book/send-log';
import { anIntent } from './intents';
import { TestBook } from './open-book';

let testBook: TestBook;

beforeAll(async () => {
  testBook = await TestBook.start();
});
afterAll(() => testBook.close());

/** On a machine that has other things to do. */
const PATIENT = { connectMs: 60_000, statementMs: 60_000 };
const HOOK = join(__dirname, '..', 'worker', 'typescript-hook.js');

/** A process that waits to be let loose. */
async function racer(what: 'begin' | 'fence', fundingIds: readonly string[]) {
  const child = spawn(process.execPath, ['--require', HOOK, join(__dirname, 'racer.ts'), what, ...fundingIds], {
    env: { ...process.env, ...testBook.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    what,
    go: async (): Promise<readonly string[]> => {
      const closed = once(child, 'close');
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.stdin.write('go\n');
      await closed;
      return z.array(z.string()).parse(JSON.parse(said));
    },
  };
}

/** Lets them loose on attempts that nobody has made, and counts who won; of each attempt exactly one may. */
async function race(): Promise<{ readonly begun: number; readonly fenced: number }> {
  const log = new PostgresSendLog(testBook.open(PATIENT));
  const intents = Array.from({ length: 60 }, () => anIntent());
  await Promise.all(intents.map((intent) => log.admit(intent)));
  const fundingIds = intents.map(({ fundingId }) => fundingId);
  const racers = await Promise.all(
    (['begin', 'fence', 'begin', 'fence', 'begin'] as const).map((what, index) =>
      // Each comes from another side, so that they meet everywhere.
      racer(what, index % 2 === 0 ? fundingIds : [...fundingIds].reverse()),
    ),
  );
  const answers = await Promise.all(racers.map((each) => each.go()));
  const won = { begun: 0, fenced: 0 };
  for (const [place] of fundingIds.entries()) {
    const said = answers.map((each, index) => each[index % 2 === 0 ? place : fundingIds.length - 1 - place]);
    const begun = said.filter((is, index) => racers[index]?.what === 'begin' && is === 'begun').length;
    const fences = said.filter((_, index) => racers[index]?.what === 'fence');
    const refused = said.filter((is, index) => racers[index]?.what === 'begin' && is === 'fenced').length;
    if (begun === 0) {
      expect(fences).toEqual(['never-sent', 'never-sent']);
      expect(refused).toBe(3);
      won.fenced += 1;
    } else {
      expect(begun).toBe(1);
      expect(fences).toEqual(['begun', 'begun']);
      expect(refused).toBe(0);
      won.begun += 1;
    }
  }
  return won;
}

const MOST_RACES = 8;

test('of many processes that begin and fence the same attempts, exactly one wins each', async () => {
  const won = { begun: 0, fenced: 0 };
  // Both must have happened, or nothing was tried: one side may be over before the other has a core.
  for (let races = 0; races < MOST_RACES && (won.begun === 0 || won.fenced === 0); races += 1) {
    const { begun, fenced } = await race();
    won.begun += begun;
    won.fenced += fenced;
  }
  expect(won.begun).toBeGreaterThan(0);
  expect(won.fenced).toBeGreaterThan(0);
}, 120_000);

test('an intent counts each of its entries, whoever makes them at once', async () => {
  const intent = anIntent();
  const { provider, fundingId } = intent;
  const logs = Array.from({ length: 4 }, () => new PostgresSendLog(testBook.open({ connections: 3, ...PATIENT })));
  await Promise.all(logs.map((log) => log.admit(intent)));
  const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
  const answers = await Promise.all(
    numbers.flatMap((number) =>
      logs.map((log, index) => log.begin({ provider, fundingId, ref: fundingId, number }, `worker-${index}`)),
    ),
  );
  const begun = answers.filter(({ is }) => is === 'begun');
  expect(begun).toHaveLength(numbers.length);
  expect(answers.filter(({ is }) => is === 'sent-before')).toHaveLength(numbers.length * 3);
  expect(new Set(begun.map((answer) => ('entries' in answer ? answer.entries : 0))).size).toBe(numbers.length);
  const [log] = logs;
  expect(await log?.admit(intent)).toMatchObject({ entries: numbers.length + 1 });
});

test('of many that ask for different movements under one id at once, one is admitted', async () => {
  const { fundingId } = anIntent();
  const log = new PostgresSendLog(testBook.open(PATIENT));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => log.admit(anIntent({ fundingId, amount: String(index + 1) }))),
  );
  expect(answers.filter(({ is }) => is === 'admitted')).toHaveLength(1);
  expect(answers.filter(({ is }) => is === 'taken')).toHaveLength(19);
});
