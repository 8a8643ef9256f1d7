import { sql } from 'kysely';
import { PostgresReconciliation } from '../../book/reconciliation';
import { type Comparison, type Finding, graceMs, type ReconciliationRun } from '../../contract/reconciliation';
import { TestBook } from '../book/open-book';
import { documents, runCli } from './run-cli';

/** `gangway reconcile show`, from a real book alone. */
let testBook: TestBook;

beforeAll(async () => {
  testBook = await TestBook.start();
});
afterAll(() => testBook.close());

const PROVIDER = 'backoffice';

function aFinding(subject: string, but: Partial<Finding> = {}): Finding {
  return {
    ...{ class: 'amount', subject, transactionId: subject, datedOn: '2026-06-01' },
    sides: [{ field: 'amount', ours: '10.00', theirs: '9.99' }],
    ...but,
  };
}

function aRun(day: string, but: Partial<ReconciliationRun> = {}): ReconciliationRun {
  const to = new Date(Date.parse(day) + 86_400_000).toISOString();
  const span = { from: '2026-06-01T00:00:00.000Z', to };
  return {
    ...{
      provider: PROVIDER,
      day,
      span,
      watermark: to,
      coverage: 'all',
      counted: 2,
      matched: 1,
      waiting: 0,
      closed: true,
    },
    ...but,
  };
}

function found(...findings: readonly Finding[]): Comparison {
  const seen = [{ transactionId: 'tx-1', datedOn: '2026-06-01' }];
  return { counted: 2, matched: 1, waiting: 0, findings, seen };
}

test('show lists what is open, with both sides and its age, and ends with 3; nothing open, with 0', async () => {
  const reconciliation = new PostgresReconciliation(testBook.open());
  const args = ['reconcile', 'show', '--provider', PROVIDER, '--from', '2026-05-01'];
  expect(await runCli(args, { env: testBook.env })).toMatchObject({ exitCode: 0, stdout: 'Nothing is open.\n' });

  await reconciliation.record(aRun('2026-06-01'), found(aFinding('tx-1')));
  const shown = await runCli([...args, '--json'], { env: testBook.env });
  expect(shown.exitCode).toBe(3);
  const [{ discrepancies, runs } = { discrepancies: undefined, runs: undefined }] = documents(shown);
  expect(discrepancies).toMatchObject([
    { class: 'amount', subject: 'tx-1', sides: [{ ours: '10.00', theirs: '9.99' }], state: 'open', age: '>30' },
  ]);
  expect(runs).toEqual([aRun('2026-06-01')]);
  const text = await runCli(args, { env: testBook.env });
  expect(text.stdout).toContain('amount: 10.00');

  await reconciliation.record(aRun('2026-06-02'), found());
  expect(await runCli(args, { env: testBook.env })).toMatchObject({ exitCode: 0 });
  const all = await runCli([...args, '--all', '--json'], { env: testBook.env });
  expect(documents(all)[0]?.['discrepancies']).toMatchObject([{ state: 'gone' }]);
}, 120_000);

test('a day that was closed is not written again; one that was not is, and takes nothing for gone', async () => {
  const reconciliation = new PostgresReconciliation(testBook.open());
  await reconciliation.record(aRun('2026-06-03'), found(aFinding('tx-3')));
  const again = aRun('2026-06-03', { counted: 7 });
  expect(await reconciliation.record(again, found(aFinding('tx-4')))).toEqual(aRun('2026-06-03'));
  const open = { closed: false, counted: 3 };
  await reconciliation.record(aRun('2026-06-04', open), found());
  const subjects = async () =>
    (await reconciliation.list(PROVIDER, { states: ['open'], limit: 10 })).map((one) => one.subject);
  expect(await subjects()).toEqual(['tx-3']);
  await reconciliation.record(aRun('2026-06-04'), found());
  expect(await subjects()).toEqual([]);
  expect((await reconciliation.runs(PROVIDER, '2026-06-04', '2026-06-04')).map(({ counted }) => counted)).toEqual([2]);
});

test('what is gone and comes back is open again; what was answered stays answered, and the first answer stands', async () => {
  const reconciliation = new PostgresReconciliation(testBook.open());
  const finding = aFinding('tx-5', { datedOn: '2026-06-05' });
  await reconciliation.record(aRun('2026-06-05'), found(finding));
  await reconciliation.record(aRun('2026-06-06'), found());
  await reconciliation.record(aRun('2026-06-07'), found(finding));
  const [there] = await reconciliation.list(PROVIDER, { states: ['open'], limit: 10 });
  expect(there).toMatchObject({ subject: 'tx-5', firstSeenOn: '2026-06-05', lastSeenOn: '2026-06-07' });
  const decision = { answer: 'postFee', by: 'ops-1', reason: 'their fee', evidence: 'invoice 7' };
  const id = there?.id ?? '';
  expect(await reconciliation.answer(PROVIDER, id, decision)).toMatchObject({ state: 'answered', answer: decision });
  const other = await reconciliation.answer(PROVIDER, id, { ...decision, by: 'ops-2' });
  expect(other).toMatchObject({ answer: decision });
  await reconciliation.record(aRun('2026-06-08'), found(finding));
  expect(await reconciliation.find(PROVIDER, id)).toMatchObject({ state: 'answered', lastSeenOn: '2026-06-07' });
  await expect(sql`UPDATE book.discrepancies SET answer = 'other'`.execute(testBook.open())).rejects.toThrow(
    'is refused',
  );
});

test('orders that settle later may lag for a day', () => {
  expect(graceMs({ settlement: 'in-call', settleWindowMs: 5_000 })).toBe(305_000);
  expect(graceMs({ settlement: 'later', settleWindowMs: 5_000 })).toBe(86_405_000);
});
