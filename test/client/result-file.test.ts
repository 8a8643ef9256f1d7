import { lstatSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readRows } from '../../client/batch/rows';
import { resultLines, writeResultFile, type ResultLine } from '../../client/cli/batch/result-file';
import { readBatchFile } from '../../inputs/batch-file/read';
import { documents, runCli } from './run-cli';

const directory = mkdtempSync(join(tmpdir(), 'gangway-results-'));
const LINE: ResultLine = { line: 2, id: 'pay-1', outcome: 'done' };

function path(name: string): string {
  return join(directory, name);
}

test('is readable by its owner alone, whoever may read what was there before', async () => {
  const file = path('mode.csv');
  writeFileSync(file, 'before', { mode: 0o644 });
  await writeResultFile(file, [LINE]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toBe('line,id,outcome,code,field,reason\n2,pay-1,done,,,\n');
});

test('follows no link: neither at its own name nor where it is written first', async () => {
  const [file, other] = [path('link.csv'), path('other')];
  writeFileSync(other, 'untouched');
  symlinkSync(other, file);
  symlinkSync(other, `${file}.part`);
  await writeResultFile(file, [LINE]);
  expect(readFileSync(other, 'utf8')).toBe('untouched');
  expect(lstatSync(file).isSymbolicLink()).toBe(false);
  expect(readdirSync(directory).filter((name) => name.startsWith('link.csv'))).toEqual(['link.csv', 'link.csv.part']);
});

test('that cannot be written leaves nothing behind', async () => {
  await expect(writeResultFile(path('nowhere/x.csv'), [LINE])).rejects.toThrow('cannot be written');
  await expect(writeResultFile(directory, [LINE])).rejects.toThrow('cannot be written');
  expect(readdirSync(tmpdir()).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test.each(['=cmd|calc!A1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
  'a cell that a spreadsheet would take for a formula is text: %j',
  async (id) => {
    const file = path('formula.csv');
    await writeResultFile(file, [{ line: 2, id, outcome: 'refused', field: id, reason: id }]);
    const [, row] = parse(readFileSync(file));
    expect(row).toEqual(['2', `'${id}`, 'refused', '', `'${id}`, `'${id}`]);
  },
);

test('what a refused line calls itself is shown without what a terminal would act on', () => {
  const bytes = Buffer.from('{"fundingId":"\\u001b[2J\\u202E1","x":1}');
  const { refused } = readRows(readBatchFile(bytes, 'ndjson'), 'coinmena');
  expect(resultLines([], refused, [])[0]?.id).toBe('\uFFFD[2J\uFFFD1');
});

describe('a dry run', () => {
  const rows = path('rows.csv');
  beforeAll(() => writeFileSync(rows, 'fundingId,kind,partnerClientId,asset,amount\nd-1,deposit,c-1,USD,x\n'));

  test('writes a file of its own, and leaves the results of a run as they are', async () => {
    writeFileSync(`${rows}.results.csv`, 'of a run');
    const { exitCode, stdout } = await runCli(['batch', rows, '--dry-run']);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(`${rows}.dry-run.csv`);
    expect(readFileSync(`${rows}.results.csv`, 'utf8')).toBe('of a run');
    expect(parse(readFileSync(`${rows}.dry-run.csv`), { columns: true })).toMatchObject([
      { id: 'd-1', field: 'amount' },
    ]);
  });

  test('replaces no file that it is told to write', async () => {
    const told = await runCli(['batch', rows, '--dry-run', '--json', '--results', `${rows}.results.csv`]);
    expect(told.exitCode).toBe(2);
    expect(documents(told)).toMatchObject([{ error: { code: 'BAD_INPUT' } }]);
    expect(readFileSync(`${rows}.results.csv`, 'utf8')).toBe('of a run');
  });

  test('nor does any run replace its own rows', async () => {
    const { exitCode, stderr } = await runCli(['batch', rows, '--results', `${directory}/./rows.csv`]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--results')]);
    expect(readFileSync(rows, 'utf8')).toContain('fundingId');
  });
});
