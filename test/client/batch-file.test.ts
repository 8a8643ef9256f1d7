import { readRows } from '../../client/batch/rows';
import { readBatchFile, BatchFileError } from '../../inputs/batch-file/read';

const HEADER = 'fundingId,kind,partnerClientId,asset,amount';
const ROW = 'pay-1,withdrawal,client-1,USD,10.00';
const MOVEMENT = { fundingId: 'pay-1', kind: 'withdrawal', partnerClientId: 'client-1', asset: 'USD', amount: '10.00' };

function read(text: string | Buffer, format: 'csv' | 'ndjson' = 'csv') {
  return readBatchFile(Buffer.from(text), format);
}

function told(text: string | Buffer, format: 'csv' | 'ndjson' = 'csv'): string {
  try {
    read(text, format);
    return 'taken';
  } catch (error) {
    return error instanceof BatchFileError ? error.message : String(error);
  }
}

function separated(text: string, delimiter: string): string {
  return text.replaceAll(',', delimiter);
}

describe('CSV as Excel writes it', () => {
  test.each<[string, string, number]>([
    ['commas', `${HEADER}\n${ROW}\n`, 2],
    ['a byte order mark', `\uFEFF${HEADER}\r\n${ROW}\r\n`, 2],
    ['semicolons', separated(`${HEADER}\n${ROW}\n`, ';'), 2],
    ['tabs', separated(`${HEADER}\n${ROW}\n`, '\t'), 2],
    ['sep=; before the header', `sep=;\r\n${separated(`${HEADER}\r\n${ROW}\r\n`, ';')}`, 3],
    ['"sep=," before the header, after a byte order mark', `\uFEFF"sep=,"\r\n${HEADER}\r\n${ROW}`, 3],
    ['SEP= a tab', `SEP=\t\n${separated(`${HEADER}\n${ROW}`, '\t')}`, 3],
    ['a header in CRLF over rows in LF', `${HEADER}\r\n${ROW}\n`, 2],
    ['a header in LF over rows in CRLF', `${HEADER}\n${ROW}\r\n`, 2],
    ['CR alone', `${HEADER}\r${ROW}\r`, 2],
    ['columns of commas only at the end', `${HEADER},,\r\n${ROW},,\r\n`, 2],
    ['columns of commas only that the rows leave out', `${HEADER},,\r\n${ROW}\r\n`, 2],
    ['rows that end in commas', `${HEADER}\n${ROW},,,\n`, 2],
    ['a column of commas only in front', `,${HEADER}\n,${ROW}`, 2],
    ['rows of commas only', `${HEADER}\n,,,,\n${ROW}\n,,,,\n,,,,\n`, 3],
    ['quoted names', `"fundingId","kind","partnerClientId","asset","amount"\n${ROW}`, 2],
    ['spaces around', ` ${separated(HEADER, ' , ')} \n ${separated(ROW, ' , ')} `, 2],
  ])('with %s', (_, text, line) => {
    expect(read(text)).toEqual([{ line, ok: true, value: MOVEMENT }]);
  });

  test('empty cells between tabs are fields that are not given', () => {
    const [line] = read(`fundingId\tkind\trequestedBy\tasset\npay-1\t\t\tUSD`);
    expect(line).toEqual({ line: 2, ok: true, value: { fundingId: 'pay-1', asset: 'USD' } });
  });

  test('a semicolon in a cell, and a comma in a quoted one, divide nothing', () => {
    expect(read(`a,b\n1;2,"3,4"`)).toEqual([{ line: 2, ok: true, value: { a: '1;2', b: '3,4' } }]);
  });

  test('lines are counted as a person counts them, quoted line ends included', () => {
    expect(read('a,b\n1,"x\ny"\n,\n2,z').map(({ line }) => line)).toEqual([3, 5]);
    for (const end of ['\r\n', '\r', '\n']) {
      const text = 'sep=,\na,b\n1,"x\n\ny"\n\n,\n2,z\n3,"\n"'.replaceAll('\n', end);
      expect(read(text).map(({ line }) => line)).toEqual([5, 8, 10]);
    }
  });

  test.each([
    ['a quote that never ends, of which the beginning is told', 'a,b\r\n"\r\n",1\r\n\r\n2,"3\r\n4,5\r\n6,7', 5],
    ['a letter behind a quote', 'a\r\n\r\n"1"x\r\n', 3],
    ['a quote inside of a cell', 'a\r\n"\r\n"\r\n1"2\r\n', 4],
  ])('%s is told by its line', (_, text, line) => {
    expect(told(text)).toMatch(new RegExp(`^The file is not CSV: [A-Z_]+ at line ${line}\\.$`));
  });

  test.each([
    ['a value in a column without a name', 'a,,b\n1,2,3', 'has a value in column 2, which has no name'],
    ['more cells than the header', 'a,b\n1,2,3', 'has 3 cells where the header has 2'],
    ['fewer cells than the header', 'a,b,c\n1,2', 'has 2 cells where the header has 3'],
  ])('%s is the row’s own problem', (_, text, problem) => {
    expect(read(`${text}\n`)).toEqual([{ line: 2, ok: false, problem }]);
  });

  test.each([
    ['nothing', '', 'The file is empty.'],
    ['commas alone', ',,,\n,,,\n', 'The header names no column.'],
    ['a column twice', 'a,b,a\n1,2,3', 'The header names the column a twice.'],
    ['a quote that never ends', 'a,b\n1,"2\n3,4', 'The file is not CSV: CSV_QUOTE_NOT_CLOSED at line 2.'],
    [
      'Windows-1252',
      Buffer.from('name\nJosé', 'latin1'),
      'The file is not UTF-8 but Windows-1252 or Latin-1, as it seems (line 2). Save it as UTF-8: in Excel as "CSV UTF-8 (Comma delimited)", in an editor with the encoding UTF-8.',
    ],
    [
      'UTF-16',
      Buffer.from(`\uFEFF${HEADER}`, 'utf16le'),
      'The file is UTF-16, not UTF-8. Save it as UTF-8: in Excel as "CSV UTF-8 (Comma delimited)", in an editor with the encoding UTF-8.',
    ],
  ])('a file of %s is refused as a whole', (_, text, message) => {
    expect(told(text)).toBe(message);
  });
});

describe('NDJSON', () => {
  test('a byte order mark, blank lines and CRLF are taken; a bad line is the only one refused', () => {
    const deep = `${'['.repeat(900)}${']'.repeat(900)}`;
    expect(read(`\uFEFF{"a":1}\r\n\r\n{"a":\n${deep}\n{"a":1,"a":2}\n{"a":2}`, 'ndjson')).toEqual([
      { line: 1, ok: true, value: { a: 1 } },
      { line: 3, ok: false, problem: 'is not JSON: it ends too early' },
      { line: 4, ok: false, problem: 'nests deeper than 32 levels: column 33' },
      { line: 5, ok: false, problem: 'names the field a twice: column 8' },
      { line: 6, ok: true, value: { a: 2 } },
    ]);
  });

  test('in Latin-1 it is refused as a whole', () => {
    expect(told(Buffer.from('{"name":"José"}', 'latin1'), 'ndjson')).toMatch(/^The file is not UTF-8 but Windows-1252/);
  });
});

test('what nobody foresaw in one line refuses that line, and no other', () => {
  const trap = {
    get amount(): string {
      throw new RangeError('of a secret');
    },
  };
  const value = { ...MOVEMENT, fundingId: 'pay-2' };
  const lines = [
    { line: 1, ok: true, value: trap },
    { line: 2, ok: true, value },
  ] as const;
  const { rows, refused } = readRows(lines, 'coinmena');
  expect(rows.map(({ id }) => id)).toEqual(['pay-2']);
  expect(refused).toMatchObject([
    { line: 1, outcome: 'refused', reason: 'The line failed for a reason that was not foreseen (RangeError).' },
  ]);
});
