import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Writes how large the folders of `workflows/` are into docs/architecture.md: `npm run size-table`. */
const WORKFLOWS = join(process.cwd(), 'workflows');
const DOCUMENT = join(process.cwd(), 'docs', 'architecture.md');
const BLOCK = /(<!-- size: [^>]* -->\n)[^]*?(<!-- \/size -->)/;

interface Folder {
  readonly name: string;
  readonly files: readonly { readonly name: string; readonly lines: number }[];
}

function folderOf(path: string): Folder {
  const files = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ name }) => ({ name, lines: readFileSync(join(path, name), 'utf8').split('\n').length - 1 }))
    .sort((one, other) => other.lines - one.lines);
  return { name: `workflows/${relative(WORKFLOWS, path)}`.replace(/\/$/, ''), files };
}

function rowOf({ name, files }: Folder): string {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const [longest] = files;
  const of = longest === undefined ? '' : `\`${longest.name}\`, ${longest.lines}`;
  return `| \`${name}\` | ${files.length} | ${lines} | ${of} |`;
}

const inner = readdirSync(WORKFLOWS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const folders = [folderOf(WORKFLOWS), ...inner.map(({ name }) => folderOf(join(WORKFLOWS, name)))];
const table = ['| Folder | Files | Lines | Longest file, lines |', '|---|--:|--:|---|', ...folders.map(rowOf)].join(
  '\n',
);

const text = readFileSync(DOCUMENT, 'utf8');
if (!BLOCK.test(text)) throw new Error('docs/architecture.md has no place for the table of sizes');
writeFileSync(
  DOCUMENT,
  text.replace(BLOCK, (_, start: string, end: string) => `${start}\n${table}\n\n${end}`),
);
