import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '../../contract/errors';
import { PARK_REASONS } from '../../contract/progress';
import { SEARCH_ATTRIBUTES } from '../../contract/search-attributes';

const DOCS = join(__dirname, '..', '..', 'docs');
const guide = readFileSync(join(DOCS, 'operate.md'), 'utf8');

/** Each reason's section: its heading, and what is below it. */
const sections = new Map(
  [...guide.matchAll(/^#### ([A-Z_]+)\n\n([^]*?)(?=^#|$(?![^]))/gm)].map(([, code = '', text = '']) => [code, text]),
);

test('every reason to ask a person has a section, and no other', () => {
  expect([...sections.keys()].sort()).toEqual([...ERROR_CODES, ...PARK_REASONS].sort());
});

test.each([...sections])('%s says what it means and what to do', (_, text) => {
  const [means = '', todo = ''] = text.split('**Do:**');
  expect(means.trim()).toMatch(/^[A-Z][^]+\.$/);
  expect(todo.trim()).toMatch(/\.$/);
});

test('queries use search attributes that there are', () => {
  const known = [...SEARCH_ATTRIBUTES.map(({ name }) => name), 'ExecutionStatus', 'WorkflowType', 'StartTime'];
  const queries = [...guide.matchAll(/\| `([^`]*=[^`]*|[^`]* IS NOT NULL[^`]*)`/g)].map(([, query = '']) => query);
  expect(queries.length).toBeGreaterThan(5);
  for (const query of queries) {
    const names = query.split(' AND ').map((part) => part.split(' ')[0]);
    expect(known).toEqual(expect.arrayContaining(names));
  }
});

test('its pictures are there', () => {
  const pictures = [...guide.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => path);
  expect(pictures.length).toBeGreaterThan(0);
  expect(pictures.filter((path) => !existsSync(join(DOCS, path)))).toEqual([]);
});
