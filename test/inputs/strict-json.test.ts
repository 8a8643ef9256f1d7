import { ANSWER_BOUNDS, MESSAGE_BOUNDS, readJsonText, type JsonBounds } from '../../inputs/strict-json';

function problemOf(text: string, bounds: JsonBounds = MESSAGE_BOUNDS): string {
  const read = readJsonText(text, bounds);
  return read.ok ? 'taken' : read.problem;
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

test.each([
  'null',
  '-0.5e+3',
  ' [1, 2, {"a" : [ ] , "b":{}}]\r\n\t',
  '"\\u0041\\"\\\\\\/\\b\\f\\n\\r\\t é 😀"',
  '{"":1,"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":1}]',
])('%s is what JSON.parse makes of it', (text) => {
  expect(readJsonText(text, MESSAGE_BOUNDS)).toEqual({ ok: true, value: JSON.parse(text) });
});

test.each([
  ['', 'is empty'],
  [' \n', 'is empty'],
  ['{', 'is not JSON: it ends too early'],
  ['"abc', 'is not JSON: it ends too early'],
  ['[1,]', 'is not JSON: column 4'],
  ['{"a":1,}', 'is not JSON: column 8'],
  ['{"a":1\n "b":2}', 'is not JSON: line 2, column 2'],
  ['{a:1}', 'is not JSON: column 2'],
  ['01', 'is not JSON: column 2'],
  ['1 2', 'is not JSON: column 3'],
  ['{"a":1}\n{"a":2}', 'is not JSON: line 2, column 1'],
  ['"\u0001"', 'is not JSON: column 2'],
  ['"\\x"', 'is not JSON: column 2'],
  ['NaN', 'is not JSON: column 1'],
  ['\u00a0{}', 'is not JSON: column 1'],
  ["{'a':1}", 'is not JSON: column 2'],
])('%j: %s', (text, problem) => {
  expect(problemOf(text)).toBe(problem);
});

test.each([
  ['{"amount":"1.00","amount":"900.00"}', 'names the field amount twice: column 18'],
  ['{"a":{"b":[{"c":1,\n"c":1}]}}', 'names the field c twice: line 2, column 1'],
  ['{"a":1,"\\u0061":2}', 'names the field a twice: column 8'],
  ['{"not to be shown":1,"not to be shown":2}', 'names a field twice: column 22'],
])('a field that is named twice is refused: %s', (text, problem) => {
  expect(problemOf(text)).toBe(problem);
});

test.each([
  ['900 nested lists', nested(900), 'nests deeper than 32 levels: column 33'],
  ['nested objects', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 'nests deeper than 32 levels: column 161'],
  ['100,000 lists that never end', '['.repeat(100_000), 'nests deeper than 32 levels: column 33'],
  ['values without end', `[${'0,'.repeat(30_000)}0]`, 'holds more than 20000 values'],
  [
    'a whole number that is not exact',
    '{"n":9007199254740993}',
    'holds a number that would lose digits, which belongs in quotes: column 6',
  ],
  [
    'a fraction that is not exact',
    '[0.12345678901234567890]',
    'holds a number that would lose digits, which belongs in quotes: column 2',
  ],
  ['a number beyond numbers', '1e999', 'holds a number that would lose digits, which belongs in quotes: column 1'],
])('of a message: %s', (_, text, problem) => {
  expect(problemOf(text)).toBe(problem);
});

test.each([
  ...['0.1', '1.50', '-0', '1e21', '5e-324', '0.30000000000000004', '9007199254740991', '1.7647810143341332e+16'],
  ...['10000000000000000000000', '8.371050679425817E+182', '0.000e9', '17647810143341332'],
])('of a message: the number %s is taken, which keeps every digit', (text) => {
  expect(problemOf(text)).toBe('taken');
});

test.each(['0.10000000000000001', '17647810143341333', '1e-999', '4.9e-324', '1.00000000000000000001'])(
  'of a message: the number %s is refused, of which a digit would be lost',
  (text) => {
    expect(problemOf(text)).toMatch('would lose digits');
  },
);

test('what is just within the bounds is taken', () => {
  expect([
    problemOf(nested(32)),
    problemOf(`[${'0,'.repeat(19_998)}0]`),
    problemOf('[0.00, 1e2, 123456789012345]'),
  ]).toEqual(['taken', 'taken', 'taken']);
});

test('an answer may nest deeper, and its numbers are as JSON.parse has them', () => {
  expect(readJsonText('[9007199254740993]', ANSWER_BOUNDS)).toEqual({
    ok: true,
    value: JSON.parse('[9007199254740993]'),
  });
  expect(problemOf(nested(64), ANSWER_BOUNDS)).toBe('taken');
  expect(problemOf('{"status":"failed","status":"completed"}', ANSWER_BOUNDS)).toMatch('twice');
});
