import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as backoffice from '../../providers/backoffice/assumptions';
import * as coinify from '../../providers/coinify/assumptions';
import * as coinmena from '../../providers/coinmena/assumptions';
import * as oceafin from '../../providers/oceafin/assumptions';
import { RETENTION_MS } from '../../temporal/namespace';
import { assumptionsIn, problemsOf, PRODUCTION, type Sources } from './assumption-uses';

/**
 * A fact that no document states is one constant, so that it can be corrected. A constant that nothing reads corrects
 * nothing: it says where the fact is built in instead.
 */
const ROOT = join(__dirname, '..', '..');

const sources: Sources = new Map(
  PRODUCTION.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${room}/${name}`),
  ).map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]),
);

test('every assumption is read by another file of the production, or says where it is built in', () => {
  expect(problemsOf(sources)).toEqual([]);
});

test.each(Object.entries({ backoffice, coinify, coinmena, oceafin }))(
  'all assumptions of %s are found, and are listed for doctor',
  (provider, { ASSUMPTIONS, ...constants }) => {
    const found = assumptionsIn(sources).filter(({ file }) => file.startsWith(`providers/${provider}/`));
    expect(found.map(({ name }) => name).toSorted()).toEqual(Object.keys(constants).toSorted());
    expect(ASSUMPTIONS).toEqual(expect.arrayContaining(Object.values(constants)));
  },
);

test('no provider is left out', () => {
  const providers = new Set(assumptionsIn(sources).map(({ file }) => file));
  expect([...providers].toSorted()).toEqual(
    ['backoffice', 'coinify', 'coinmena', 'oceafin'].map((id) => `providers/${id}/assumptions.ts`),
  );
});

test('a webhook that may come again is remembered for as long', () => {
  expect(RETENTION_MS).toBeGreaterThanOrEqual(oceafin.WEBHOOK_MEMORY_MS.value);
});

describe('a fault that is planted', () => {
  const constant = (more = ''): string =>
    `import { assumed } from '../assumption';\nexport const LIMIT = assumed({ about: 'a', value: 1${more} });`;
  const places = (...named: readonly (readonly [string, string])[]): string =>
    `, builtInto: [${named.map(([file, name]) => `{ file: '${file}', name: '${name}' }`).join(', ')}]`;
  const among = (text: string, others: Readonly<Record<string, string>> = {}): readonly string[] =>
    problemsOf(new Map(Object.entries({ 'providers/x/assumptions.ts': text, ...others })));
  const RULE = 'export function rule(): void {}\nexport const NUMBER = 1;\nexport class Rule {}\nfunction hidden() {}';
  const UNREAD = ['providers/x/assumptions.ts LIMIT is not read, and is built into no place'];

  test.each([
    ['read', 'providers/x/rules.ts', `import { LIMIT } from './assumptions';\nexport const most = LIMIT.value;`],
    ['read deeper', 'providers/x/y/z.ts', `import { LIMIT } from '../assumptions';\nif (LIMIT.value > 2) throw 1;`],
    ['read by another name', 'providers/x/rules.ts', `import { LIMIT as M } from './assumptions';\nuse(M.value);`],
  ])('is none if it is %s', (_, file, text) => {
    expect(among(constant(), { [file]: text })).toEqual([]);
  });

  test.each([
    ['by nobody', {}],
    ['by its own file alone', { 'providers/x/other.ts': 'export const most = 1;' }],
    ['by a comment', { 'providers/x/rules.ts': '// import { LIMIT }: LIMIT.value' }],
    ['by an import that nothing uses', { 'providers/x/rules.ts': `import { LIMIT } from './assumptions';` }],
    ['by a test', { 'test/x.ts': `import { LIMIT } from '../providers/x/assumptions';\nuse(LIMIT.value);` }],
    ['by the sandbox', { 'sandbox/x.ts': `import { LIMIT } from '../providers/x/assumptions';\nuse(LIMIT.value);` }],
    ['but for its namesake', { 'providers/y/r.ts': `import { LIMIT } from './assumptions';\nuse(LIMIT.value);` }],
  ])('shows where it is read %s', (_, others) => {
    const read = `${constant()}\nexport const own = LIMIT.value;\nexport const ASSUMPTIONS = [LIMIT];`;
    expect(among(read, others)).toEqual(UNREAD);
  });

  test.each(['rule', 'NUMBER', 'Rule'])('is none if the place exports %s', (name) => {
    expect(among(constant(places(['workflows/r.ts', name])), { 'workflows/r.ts': RULE })).toEqual([]);
  });

  test.each([
    ['a file that is not there', places(['workflows/gone.ts', 'rule']), 'no other file of the production'],
    ['a file of the sandbox', places(['sandbox/r.ts', 'rule']), 'no other file of the production'],
    ['its own file', places(['providers/x/assumptions.ts', 'LIMIT']), 'no other file of the production'],
    ['an export that is not there', places(['workflows/r.ts', 'gone']), 'exports no gone'],
    ['what is not exported', places(['workflows/r.ts', 'hidden']), 'exports no hidden'],
    ['a right and a wrong one', places(['workflows/r.ts', 'rule'], ['workflows/r.ts', 'no']), 'exports no no'],
    ['none', places(), 'lists no places'],
    ['what only runs', ', builtInto: PLACES', 'lists no places'],
    ['half a place', `, builtInto: [{ file: 'workflows/r.ts' }]`, 'in other words than two texts'],
  ])('shows where the place is %s', (_, more, problem) => {
    const others = { 'workflows/r.ts': RULE, 'sandbox/r.ts': RULE };
    expect(among(constant(more), others)).toEqual([expect.stringContaining(problem)]);
  });

  test('shows where a constant is read and names a wrong place', () => {
    const reader = `import { LIMIT } from './assumptions';\nuse(LIMIT.value);`;
    const problems = among(constant(places(['workflows/gone.ts', 'rule'])), { 'providers/x/rules.ts': reader });
    expect(problems).toHaveLength(1);
  });
});
