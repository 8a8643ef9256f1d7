import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { atOneMoment } from '../../book/audit/verify';
import { openBook, type BookDatabase } from '../../book/connection';
import { PostgresReconciliation } from '../../book/reconciliation';
import { PostgresSendLog } from '../../book/send-log';
import { bookSettings } from '../../book/settings';
import { camt053File } from '../../client/cli/book/camt053/file';
import { journalFile } from '../../client/cli/book/journal-file';
import { discrepanciesFile, reconciliationsFile } from '../../client/cli/book/reconciliation-files';
import { settlementFile } from '../../client/cli/book/settlement-file';
import { trialBalanceFile } from '../../client/cli/book/trial-balance';
import type { FileMaker } from '../../client/cli/book/written-file';
import type { Intent, Order } from '../../contract/funding';
import { anIntent, orderOf } from '../book/intents';
import { findCamt053Schema, findHledger, findXmllint } from '../setup/finance-tools';
import { newOwnBook, type OwnBook } from '../setup/test-book';
import { documents, runCli } from './run-cli';

let own: OwnBook;
let book: BookDatabase;
let directory: string;

const [DAY_1, DAY_2, DAY_3] = ['2026-11-28', '2026-11-29', '2026-11-30'];
const NOVEMBER_29 = { from: new Date(`${DAY_2}T00:00:00Z`), to: new Date(`${DAY_3}T00:00:00Z`) };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gangway-exports-'));
  own = await newOwnBook();
  book = own.open();
  const log = new PostgresSendLog(book);
  const shows = async (intent: Intent, at: string, but: Partial<Order>): Promise<void> => {
    const { provider, fundingId } = intent;
    await log.admit(intent);
    await log.see({ provider, fundingId }, orderOf(intent, but), at);
  };
  const deposit = anIntent({ provider: 'coinmena', fundingId: 'dep-1', kind: 'deposit', amount: '1000.00' });
  await shows(deposit, `${DAY_1}T23:59:59.000Z`, { fee: '2.50', feeAsset: 'usd', vat: '0.25' });
  // Nothing of it is new for the accounts.
  await shows(deposit, `${DAY_2}T08:00:00.000Z`, { fee: '2.5', vat: '0.250', status: 'Archived' });

  const reversed = anIntent({ provider: 'coinmena', fundingId: 'wd-1', kind: 'withdrawal', amount: '100.1' });
  await shows(reversed, `${DAY_2}T09:00:00.000Z`, { orderId: 'wd-1; "x"\n' });
  await shows(reversed, `${DAY_3}T09:00:00.000Z`, { orderId: 'wd-1; "x"\n', state: 'failed', status: 'Reversed' });

  const conversion = anIntent({ provider: 'oceafin', fundingId: 'conv-1', kind: 'conversion', amount: '67.5' });
  await shows(conversion, `${DAY_2}T10:00:00.000Z`, {
    received: { asset: 'USDT-ERC20', amount: '67.49999999' },
    fee: '0.01',
  });

  const said = anIntent({ provider: 'coinmena', fundingId: `${'long-'.repeat(10)}1`, kind: 'deposit', amount: '7' });
  await log.admit(said);
  await log.end({ provider: 'coinmena', fundingId: said.fundingId }, { outcome: 'marked-completed' });
  await shows(anIntent({ fundingId: 'open', partnerClientId: 'client-2' }), `${DAY_2}T11:00:00.000Z`, {
    state: 'open',
  });
  await shows(
    anIntent({ fundingId: 'coin', partnerClientId: 'client-3', asset: 'BTC', amount: '0.00000001' }),
    `${DAY_2}T11:00:00.000Z`,
    {},
  );
  await shows(
    anIntent({ fundingId: 'fine', partnerClientId: 'client-4', amount: '0.123456' }),
    `${DAY_2}T11:00:00.000Z`,
    {},
  );
});
afterAll(async () => {
  await own.drop();
  rmSync(directory, { recursive: true, force: true });
});

async function made(make: FileMaker, of: BookDatabase = book): Promise<readonly string[]> {
  const pieces: string[] = [];
  await atOneMoment(of, (within) =>
    make(within, new Date('2026-12-02T00:00:00Z'), async (text) => {
      await Promise.resolve(pieces.push(text));
    }),
  );
  return pieces;
}

async function linesOf(make: FileMaker): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = (await made(make)).join('').trimEnd();
  return text === '' ? [] : documents({ exitCode: 0, stdout: text, stderr: '' });
}

test('journal: each read that changes an account is an entry, and what was taken back is one of its own', async () => {
  const lines = await linesOf(journalFile('ndjson', { provider: 'coinmena', client: 'client-1' }));
  const told = lines.map(({ entry_id: id, account, debit, credit, effective_date: day, reverses_id: reverses }) =>
    [id, account, debit ?? `-${String(credit)}`, day, reverses].join(' '),
  );
  const [held, owed] = ['assets:providers:coinmena:client-1', 'liabilities:clients:client-1:coinmena'];
  expect(told.slice(0, 10)).toEqual([
    `funding/coinmena/dep-1#2.1 ${held} 1000.00 ${DAY_1} `,
    `funding/coinmena/dep-1#2.2 ${owed} -1000.00 ${DAY_1} `,
    `funding/coinmena/dep-1#2.3 ${held} -2.50 ${DAY_1} `,
    `funding/coinmena/dep-1#2.4 expenses:fees:coinmena 2.50 ${DAY_1} `,
    `funding/coinmena/dep-1#2.5 ${held} -0.25 ${DAY_1} `,
    `funding/coinmena/dep-1#2.6 expenses:vat:coinmena 0.25 ${DAY_1} `,
    `funding/coinmena/wd-1#2.1 ${held} -100.1 ${DAY_2} `,
    `funding/coinmena/wd-1#2.2 ${owed} 100.1 ${DAY_2} `,
    `funding/coinmena/wd-1#3-reversal.1 ${held} 100.1 ${DAY_3} funding/coinmena/wd-1#2`,
    `funding/coinmena/wd-1#3-reversal.2 ${owed} -100.1 ${DAY_3} funding/coinmena/wd-1#2`,
  ]);
  expect(lines.slice(10)).toMatchObject([
    { account: held, debit: '7', description: expect.stringContaining('by the word of a person') },
    { account: owed, credit: '7' },
  ]);
  const { rows } = await sql<{ hash: string }>`SELECT encode(sha256, 'hex') AS hash FROM book.audit
    JOIN book.chains USING (chain_id) WHERE subject = 'funding/coinmena/dep-1' AND entry = 2`.execute(book);
  expect(lines[0]).toMatchObject({ hash: rows[0]?.hash, source_id: 'order-of-dep-1', currency: 'USD' });
});

test('journal: a conversion has both sides, and a word is taken back once an order shows the movement', async () => {
  const conversion = await linesOf(journalFile('ndjson', { provider: 'oceafin' }));
  expect(conversion.map(({ account, debit, credit, currency }) => [account, debit, credit, currency])).toEqual([
    ['assets:providers:oceafin:client-1', null, '67.5', 'USD'],
    ['liabilities:clients:client-1:oceafin', '67.5', null, 'USD'],
    ['assets:providers:oceafin:client-1', '67.49999999', null, 'USDT-ERC20'],
    ['liabilities:clients:client-1:oceafin', null, '67.49999999', 'USDT-ERC20'],
    ['assets:providers:oceafin:client-1', null, '0.01', 'USD'],
    ['expenses:fees:oceafin', '0.01', null, 'USD'],
  ]);

  const log = new PostgresSendLog(book);
  const intent = anIntent({ provider: 'coinify', fundingId: 'word', partnerClientId: 'client-5', amount: '3.00' });
  await log.admit(intent);
  const key = { provider: 'coinify', fundingId: 'word' };
  await log.end(key, { outcome: 'marked-completed' });
  // Read after its end, by whichever clock.
  for (const [hours, state] of (['open', 'completed', 'failed', 'completed'] as const).entries()) {
    const readAt = new Date(Date.now() + (hours + 1) * 3_600_000);
    await log.see(key, orderOf(intent, { state }), readAt.toISOString());
  }
  const lines = await linesOf(journalFile('ndjson', { provider: 'coinify' }));
  expect(lines.filter(({ line_no: number }) => number === 1).map(({ transaction_id: id }) => id)).toEqual(
    ['#2', '#4-reversal', '#4', '#5-reversal', '#6'].map((entry) => `funding/coinify/word${entry}`),
  );
});

const hledger = findHledger();
if (hledger === undefined) {
  test.skip('hledger takes the journal: Debian’s hledger cannot be installed here', () => undefined);
} else {
  test('hledger takes the journal, and makes of it what the trial balance says', async () => {
    const file = join(directory, 'all.journal');
    const { exitCode, stderr, stdout } = await runCli(['export', 'journal', '--to', DAY_3], { env: own.env });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    writeFileSync(file, stdout);
    const run = (...args: readonly string[]): string => {
      const ran = spawnSync(hledger, ['-f', file, ...args], { encoding: 'utf8' });
      expect(ran.stderr).toBe('');
      expect(ran.status).toBe(0);
      return ran.stdout;
    };
    run('check', 'ordereddates');
    expect(run('print', 'tag:reverses=^funding/coinmena/wd-1#2$', '-O', 'csv')).toContain('taken back');
    const balances = run('balance', '--no-total', '--flat', '-O', 'csv', '--layout=tidy', '--empty')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => row.replaceAll('"', '').split(','));
    const trial = await linesOf(trialBalanceFile('ndjson', { to: new Date(`${DAY_3}T24:00:00Z`) }));
    const known = balances.map(
      ([account, , , , currency, value]) => `${account ?? ''} ${currency ?? ''} ${Number(value)}`,
    );
    expect(known.sort()).toEqual(
      trial.map(({ account, currency, closing }) => `${String(account)} ${String(currency)} ${Number(closing)}`).sort(),
    );
    // It would say so if it were not balanced.
    writeFileSync(file, stdout.replace('  1000.00 "USD"', '  1000.01 "USD"'));
    expect(spawnSync(hledger, ['-f', file, 'check']).status).toBe(1);
  });
}

test('trial balance: what was before the period, what came and went in it, and what is after it', async () => {
  const rows = await linesOf(trialBalanceFile('ndjson', { provider: 'coinmena', ...NOVEMBER_29 }));
  expect(rows).toMatchObject([
    {
      account: 'assets:providers:coinmena:client-1',
      opening: '997.25',
      debits: '0',
      credits: '100.1',
      closing: '897.15',
    },
    { account: 'expenses:fees:coinmena', opening: '2.5', closing: '2.5' },
    { account: 'expenses:vat:coinmena', opening: '0.25', closing: '0.25' },
    { account: 'liabilities:clients:client-1:coinmena', opening: '-1000', debits: '100.1', closing: '-899.9' },
  ]);
  const csv = (await made(trialBalanceFile('csv', { provider: 'coinmena', ...NOVEMBER_29 }))).join('');
  expect(csv).toContain(',USD,-1000,100.1,0,-899.9,2026-11-30T00:00:00.000Z');
});

test('settlement: gross, fee and net of each entry and asset', async () => {
  const rows = await linesOf(settlementFile('ndjson', { client: 'client-1', to: NOVEMBER_29.to }));
  expect(rows).toMatchObject([
    { balance_transaction_id: 'funding/coinmena/dep-1#2', currency: 'USD', gross: '1000', fee: '2.75', net: '997.25' },
    { currency: 'USD', gross: '-100.1', fee: '0', net: '-100.1', reporting_category: 'withdrawal' },
    { currency: 'USD', gross: '-67.5', fee: '0.01', net: '-67.51', reporting_category: 'conversion' },
    { currency: 'USDT-ERC20', gross: '67.49999999', fee: '0', net: '67.49999999' },
  ]);
});

const camt = { client: 'client-1', from: NOVEMBER_29.from, to: new Date(`${DAY_3}T24:00:00Z`) };

test('camt.053: one statement an account, with balances, references, codes and reversals', async () => {
  const out = join(directory, 'client-1.xml');
  const args = ['--client', 'client-1', '--from', DAY_2, '--to', DAY_3, '--out', out, '--json'];
  const result = await runCli(['export', 'camt053', ...args], { env: own.env });
  expect(documents(result)).toMatchObject([{ file: out, rows: 4, filter: { client: 'client-1' } }]);
  const text = readFileSync(out, 'utf8');
  const [coinmena = '', oceafin = ''] = text.split('<Stmt>').slice(1);
  const flat = (xml: string): string => xml.replaceAll(/>\s+</g, '><');
  for (const part of [
    '<Acct><Id><Othr><Id>client-1</Id></Othr></Id><Ccy>USD</Ccy><Svcr><FinInstnId><Othr><Id>coinmena</Id>',
    '<Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">997.25</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-29</Dt>',
    '<Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">997.25</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-30</Dt>',
    '<TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>100.1</Sum>',
    '<NtryRef>funding/coinmena/wd-1#2.1</NtryRef><Amt Ccy="USD">100.10</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>',
    '<CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt>',
    '<AcctSvcrRef>wd-1%3B%20%22x%22%0A</AcctSvcrRef><InstrId>wd-1</InstrId><EndToEndId>wd-1</EndToEndId>',
    '<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>OTHR</SubFmlyCd></Fmly></Domn></BkTxCd>',
  ]) {
    expect(flat(coinmena)).toContain(part);
  }
  expect(flat(oceafin)).toContain('<AddtlTxInf>funding/oceafin/conv-1, for 67.49999999 USDT-ERC20</AddtlTxInf>');
  expect(flat(oceafin)).toContain('<CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal><TxsSummry>');
});

const [xmllint, schema] = [findXmllint(), findCamt053Schema()];
const problem = 'problem' in schema ? schema.problem : 'Debian’s libxml2-utils cannot be installed here';
if (xmllint === undefined || 'problem' in schema) {
  test.skip(`camt.053 holds to its schema: ${problem}`, () => undefined);
} else {
  test('camt.053 holds to its schema, whatever the ids are', async () => {
    const file = join(directory, 'checked.xml');
    const whole = (await made(camt053File({ ...camt, from: new Date(0), to: new Date('2100-01-01T00:00:00Z') }))).join(
      '',
    );
    expect(whole).toMatch(/<EndToEndId>long-long-long-long-lo~[0-9a-f]{12}</);
    const validates = (xml: string): string => {
      writeFileSync(file, xml);
      return spawnSync(xmllint, ['--noout', '--schema', schema.schema, file], { encoding: 'utf8' }).stderr;
    };
    expect(validates(whole)).toBe(`${file} validates\n`);
    expect(validates(whole.replace('<Cd>OPBD</Cd>', '<Cd>OPENING</Cd>'))).toContain('fails to validate');
  });
}

test.each([
  ['client-2', 'The book knows of no money of client-2 in a currency of ISO 4217'],
  ['client-3', 'The book knows of no money of client-3 in a currency of ISO 4217'],
  ['client-4', 'The amount of funding/backoffice/fine#2 is 0.123456: camt.053 holds 18 digits, 5 of them'],
])('camt.053 of %s: %s', async (client, message) => {
  await expect(made(camt053File({ ...camt, client }))).rejects.toThrow(message);
});

test.each([
  [['journal', '--format', 'pdf'], "option '--format <format>' argument 'pdf' is invalid"],
  [['camt053', '--client', 'client-1', '--to', DAY_3], "required option '--from <time>' not specified"],
  [['camt053', '--client', 'nobody', '--from', DAY_1, '--to', DAY_3], 'The book knows of no money of nobody'],
])('export %j: exit 2', async (args, message) => {
  const { exitCode, stdout, stderr } = await runCli(['export', ...args], { env: own.env });
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
});

test('discrepancies and reconciliations: a row a field, and a row a day', async () => {
  const reconciliation = new PostgresReconciliation(book);
  const day = { provider: 'coinmena', day: DAY_2, watermark: `${DAY_3}T01:00:00.000Z`, coverage: 'all' } as const;
  const span = { from: `${DAY_2}T00:00:00.000Z`, to: `${DAY_3}T00:00:00.000Z` };
  const counts = { counted: 2, matched: 1, waiting: 0 };
  const sides = [{ field: 'amount', ours: '100.1', theirs: '99.1' }];
  const found = {
    class: 'amount',
    subject: 'o-1',
    fundingId: 'wd-1',
    transactionId: 'o-1',
    sides,
    datedOn: DAY_2,
  } as const;
  await reconciliation.record({ ...day, span, ...counts, closed: true }, { ...counts, findings: [found], seen: [] });
  expect(await linesOf(discrepanciesFile('ndjson', NOVEMBER_29))).toMatchObject([
    {
      ...{ run_id: `coinmena/${DAY_2}`, class: 'amount', movement_id: 'funding/coinmena/wd-1', provider_ref: 'o-1' },
      ...{ field: 'amount', ours: '100.1', theirs: '99.1', difference: '-1', age_days: 3, closed_at: null },
    },
  ]);
  expect(await linesOf(discrepanciesFile('ndjson', { from: NOVEMBER_29.to }))).toEqual([]);
  expect(await linesOf(reconciliationsFile('ndjson', { provider: 'coinmena', ...NOVEMBER_29 }))).toMatchObject([
    {
      run_id: `coinmena/${DAY_2}`,
      watermark: day.watermark,
      counted: 2,
      matched: 1,
      waiting: 0,
      open: 1,
      closed: true,
    },
  ]);
});

test('ten thousand movements pass through piece by piece', async () => {
  const many = await newOwnBook();
  // As the commands open it: a statement, and what is done between two, may take as long as they need.
  const full = openBook(bookSettings(many.env), { connections: 1, statementMs: 0 });
  try {
    await fill(full, 10_000);
    const period = { client: 'client-1', from: new Date(0), to: new Date('2100-01-01T00:00:00Z') };
    for (const make of [journalFile('hledger', {}), journalFile('csv', {}), camt053File(period)]) {
      const sizes = (await made(make, full)).map(({ length }) => length);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      expect(sizes.length).toBeGreaterThan(10);
      expect(total).toBeGreaterThan(10_000 * 100);
      expect(Math.max(...sizes)).toBeLessThan(total / 9);
    }
  } finally {
    await full.destroy();
    await many.drop();
  }
});

/** Movements that have settled, and the entries of the audit that say so, as the triggers make them, but all at once. */
async function fill(of: BookDatabase, count: number): Promise<void> {
  await of.transaction().execute(async (within) => {
    for (const statement of [
      'SET LOCAL search_path = book',
      'SET LOCAL session_replication_role = replica',
      `INSERT INTO intents (provider, funding_id, client_id, kind, asset, amount, asked_sha256)
        SELECT 'coinmena', 'f-' || n, 'client-1', 'deposit', 'USD', n, sha256(n::text::bytea)
          FROM generate_series(1, ${count}) AS n`,
      `INSERT INTO chains (subject) SELECT 'funding/coinmena/' || funding_id FROM intents ORDER BY intent_id`,
      `INSERT INTO audit SELECT chain_id, 1, now(), 'test', 'see', 'orders', row_content(jsonb_build_object(
          'order_id', 'o-' || intent_id, 'ref', funding_id, 'state', 'completed', 'asset', asset, 'amount', amount::text,
          'read_at', now(), 'fee', NULL)), asked_sha256
        FROM intents JOIN chains ON subject = 'funding/coinmena/' || funding_id`,
      'ANALYZE',
    ]) {
      await sql.raw(statement).execute(within);
    }
  });
}
