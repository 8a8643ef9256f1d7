import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ASVS_LEVELS_1_AND_2 } from './asvs-5.0.0';

const ROOT = join(__dirname, '..', '..');
const text = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');

interface Row {
  readonly number: string;
  readonly asks: string;
  readonly state: string;
  readonly where: string;
}

const rows: readonly Row[] = text
  .split('\n')
  .filter((line) => line.startsWith('| v'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, number = '', asks = '', state = '', where = '']) => ({ number, asks, state, where }));

/** Files as the table names them: in code marks, from the top of the repository. */
const FILE = /`([^`\s]*(?:\/|\.)[^`\s]*|Dockerfile)`/g;

function filesOf(words: string): readonly string[] {
  return [...words.matchAll(FILE)].map(([, path = '']) => path).filter((path) => !path.startsWith('x-'));
}

test('every requirement of level 1 and 2 stands in the table, once', () => {
  const wanted = Object.entries(ASVS_LEVELS_1_AND_2).flatMap(([section, numbers]) =>
    numbers.map((number) => `v5.0.0-${section}.${number}`),
  );
  expect(wanted).toHaveLength(253);
  expect(rows.map(({ number }) => number)).toEqual(wanted);
});

test('every row says what it asks, its state, and where or why', () => {
  const states = ['met', 'not met', 'not applicable'];
  expect(rows.filter(({ asks, where }) => asks === '' || where === '')).toEqual([]);
  expect(rows.filter(({ state }) => !states.includes(state))).toEqual([]);
});

test('what is met names what shows it', () => {
  const met = rows.filter(({ state }) => state === 'met');
  expect(met.length).toBeGreaterThan(0);
  expect(met.filter(({ where }) => filesOf(where).length === 0)).toEqual([]);
});

test('the counts are those of the table', () => {
  const count = (state: string): number => rows.filter((row) => row.state === state).length;
  expect(text).toContain(
    `${count('met')} met, ${count('not met')} not met, ${count('not applicable')} not applicable.`,
  );
});

test('every file and test that it names is there', () => {
  const named = filesOf(text);
  expect(named.length).toBeGreaterThan(100);
  expect([...new Set(named)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test.each(['SECURITY.md', 'docs/security.md'])('every link of %s within the repository leads somewhere', (name) => {
  const links = [...readFileSync(join(ROOT, name), 'utf8').matchAll(/\]\((?!https:)([^)#]+)\)/g)];
  expect(links.length).toBeGreaterThan(0);
  const paths = links.map(([, path = '']) => join(ROOT, dirname(name), path));
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});
