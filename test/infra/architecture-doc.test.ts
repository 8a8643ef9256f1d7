import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const text = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');
const LONGEST_FILE = 400;

/** The rows of the table under a heading, cell by cell. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = text.split(`## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return table
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([first = '']) => !/^:?-+:?$/.test(first));
}

function fileOf(cell: string): string | undefined {
  return /^`([^`]+)`$/.exec(cell)?.[1];
}

describe('where is the rule for ...', () => {
  const rows = rowsUnder('Where is the rule for ...');

  test('has at least 20 questions, none twice', () => {
    const questions = rows.map(([question]) => question);
    expect(questions.length).toBeGreaterThanOrEqual(20);
    expect(new Set(questions).size).toBe(questions.length);
  });

  test.each(rows.map(([question = '', answer = '']) => [question, answer]))('%s', (_, answer) => {
    const file = fileOf(answer);
    expect(file).toBeDefined();
    expect(existsSync(join(ROOT, file ?? ''))).toBe(true);
  });
});

describe('workflows/', () => {
  const files = readdirSync(join(ROOT, 'workflows'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `workflows/${name}`);

  test('has no file that is too long', () => {
    const tooLong = files.filter(
      (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 > LONGEST_FILE,
    );
    expect(tooLong).toEqual([]);
  });

  test('stands in the table of sizes, folder by folder', () => {
    const folders = [...new Set(files.map((file) => file.split('/').slice(0, -1).join('/')))].sort();
    const told = rowsUnder('Size of workflows/').map(([folder = '']) => fileOf(folder));
    expect(told.toSorted()).toEqual(folders);
  });

  test.each(['funding', 'onboarding', 'receiving'])('%s has the shape of every flow', (flow) => {
    const wanted = ['flow.ts', 'questions.ts', 'rule.ts', 'state.ts'];
    expect(wanted.filter((name) => !files.includes(`workflows/${flow}/${name}`))).toEqual([]);
  });
});
