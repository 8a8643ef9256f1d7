import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../matrix/table';
import { TRIED } from './tried';

const DOCUMENT = join(__dirname, '..', '..', 'docs', 'inputs.md');

/** From here on the page is written by hand. */
const BY_HAND = '## What is drawn at random';

async function documentOfInputs(): Promise<string> {
  const before = readFileSync(DOCUMENT, 'utf8');
  const work = Object.entries(TRIED).map(async ([edge, tried]) => {
    const rows = (await tried()).map(({ input, came }) => [input, came.replaceAll('|', '\\|').replaceAll('<', '\\<')]);
    return `## ${edge}\n\n${table(['Input', 'What came of it'], rows)}\n`;
  });
  const sections = await Promise.all(work);
  return `# Inputs

What was tried at each edge, and what the reader that stands there made of it: every file, event, body and answer is decoded
and read in one place (\`inputs/\`). \`test/inputs/tried.test.ts\` runs the table through the real readers and holds this page to
what came out; \`GANGWAY_INPUTS=write npx jest test/inputs/tried\` writes it.

${sections.join('\n')}
${before.slice(before.indexOf(BY_HAND))}`;
}

test('docs/inputs.md is what came out', async () => {
  const came = await documentOfInputs();
  if (process.env['GANGWAY_INPUTS'] === 'write') writeFileSync(DOCUMENT, came);
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(came);
});

test('a message holds nothing of what it is about', async () => {
  expect(await documentOfInputs()).not.toMatch(/[\u200B\u202E\u3164\uFFFD]/);
});
