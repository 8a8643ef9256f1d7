import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { providerIds } from '../../providers/registry';

const ROOT = join(__dirname, '..', '..');
/** Every room whose code is the product; tests, benches and campaigns are of one provider or another. */
const ROOMS = [
  'activities',
  'book',
  'client',
  'contract',
  'inputs',
  'providers',
  'sandbox',
  'scripts',
  'system',
  'temporal',
  'worker',
  'workflows',
];
/** The one place that names them. */
const ALLOWED = ['providers/registry.ts'];
const NAMES = new RegExp(providerIds().join('|'), 'i');
/** A command line, such as the help of a command shows. */
const COMMAND = /(^|[\s`])gangway [a-z$]/;

function isOfProvider(file: string): boolean {
  return providerIds().some((id) => file.startsWith(`providers/${id}/`) || file.startsWith(`sandbox/${id}/`));
}

function filesOf(room: string): readonly string[] {
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${room}/${name}`)
    .filter((file) => !isOfProvider(file));
}

/** The lines on which code, and not a comment or an example of a command, names a provider. */
function naming(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  const found: string[] = NAMES.test(file) ? [file] : [];
  const look = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node) && COMMAND.test(node.getText(source))) {
      for (const { expression } of node.templateSpans) look(expression);
      return;
    }
    const words = ts.isIdentifier(node) || ts.isLiteralExpression(node) || ts.isTemplateLiteralToken(node);
    if (words && NAMES.test(node.text) && !COMMAND.test(node.text)) {
      found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`);
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

test('a provider is named in its own folders and in the registry, and nowhere else', () => {
  const files = ROOMS.flatMap(filesOf).filter((file) => !ALLOWED.includes(file));
  expect(files.length).toBeGreaterThan(200);
  expect(files.flatMap((file) => naming(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

test.each([
  ['an import', "import { coinify } from '../providers/coinify';"],
  ['a comparison', "export const f = (id: string): boolean => id === 'oceafin';"],
  ['a name', 'export const coinmenaKey = 1;'],
  ['a variable', 'export const name = `BACKOFFICE_URL ${1}`;'],
])('%s is found', (_what, code) => {
  expect(naming('client/x.ts', code)).toContain('client/x.ts:1');
});

test.each([
  ['a comment', '/** As CoinMENA has it. */ export const x = 1;'],
  ['an example of a command', "export const x = 'gangway up --provider oceafin';"],
  ['an example with a gap', 'export const x = `gangway ${1} funding/coinmena/payout-7`;'],
])('%s may name one', (_what, code) => {
  expect(naming('client/x.ts', code)).toEqual([]);
});

test('the name of a file is found', () => {
  expect(naming('client/coinify.ts', '')).toEqual(['client/coinify.ts']);
});
