import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../matrix/table';
import { TRIED } from './tried';

const DOCUMENT = join(__dirname, '..', '..', 'docs', 'inputs.md');

function documentOfInputs(): string {
  const sections = Object.entries(TRIED).map(([edge, tried]) => {
    const rows = tried().map(({ input, came }) => [input, came.replaceAll('|', '\\|').replaceAll('<', '\\<')]);
    return `## ${edge}\n\n${table(['Input', 'What came of it'], rows)}\n`;
  });
  return `# Inputs

What was tried at each edge, and what the reader that stands there made of it: every file, event, body and answer is decoded
and read in one place (\`inputs/\`). \`test/inputs/tried.test.ts\` runs the table through the real readers and holds this page to
what came out; \`GANGWAY_INPUTS=write npx jest test/inputs/tried\` writes it. What is drawn at random is in \`test/fuzz\`.

${sections.join('\n')}`;
}

if (process.env['GANGWAY_INPUTS'] === 'write') writeFileSync(DOCUMENT, documentOfInputs());

test('docs/inputs.md is what came out', () => {
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(documentOfInputs());
});

test('a message holds nothing of what it is about', () => {
  expect(documentOfInputs()).not.toMatch(/[\u200B\u202E\u3164\uFFFD]/);
});
