import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import * as ts from 'typescript';

/** Writes how large the folders of `workflows/` are into docs/architecture.md: `npm run size-table`. */
const WORKFLOWS = join(process.cwd(), 'workflows');
const DOCUMENT = join(process.cwd(), 'docs', 'architecture.md');
const BLOCK = /(<!-- size: [^>]* -->\n)[^]*?(<!-- \/size -->)/;

interface Sized {
  readonly name: string;
  readonly lines: number;
}

interface Folder {
  readonly name: string;
  readonly files: readonly Sized[];
  readonly functions: readonly Sized[];
}

function longestFirst(one: Sized, other: Sized): number {
  return other.lines - one.lines;
}

/** The functions of a file that have a name, each with all that is written inside it. */
function functionsOf(path: string): Sized[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Sized[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.name !== undefined) {
      const [from, to] = [node.getStart(source), node.end].map((at) => source.getLineAndCharacterOfPosition(at).line);
      found.push({ name: node.name.getText(source), lines: (to ?? 0) - (from ?? 0) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function folderOf(path: string): Folder {
  const names = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ name }) => name);
  return {
    name: `workflows/${relative(WORKFLOWS, path)}`.replace(/\/$/, ''),
    files: names.map((name) => ({ name, lines: readFileSync(join(path, name), 'utf8').split('\n').length - 1 })),
    functions: names.flatMap((name) => functionsOf(join(path, name))),
  };
}

function longestOf(sized: readonly Sized[]): string {
  const [longest] = sized.toSorted(longestFirst);
  return longest === undefined ? '' : `\`${longest.name}\`, ${longest.lines}`;
}

function rowOf({ name, files, functions }: Folder): string {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  return `| \`${name}\` | ${files.length} | ${lines} | ${longestOf(files)} | ${longestOf(functions)} |`;
}

async function main(): Promise<void> {
  const inner = readdirSync(WORKFLOWS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = [folderOf(WORKFLOWS), ...inner.map(({ name }) => folderOf(join(WORKFLOWS, name)))];
  const head = ['| Folder | Files | Lines | Longest file, lines | Longest function, lines |', '|---|--:|--:|---|---|'];
  const table = [...head, ...folders.map(rowOf)].join('\n');
  const text = readFileSync(DOCUMENT, 'utf8');
  if (!BLOCK.test(text)) throw new Error('docs/architecture.md has no place for the table of sizes');
  const written = text.replace(BLOCK, (_, start: string, end: string) => `${start}\n${table}\n\n${end}`);
  writeFileSync(DOCUMENT, await format(written, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT }));
}

void main();
