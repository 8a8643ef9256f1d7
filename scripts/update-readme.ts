import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestMarkdown, manifestOf } from '../providers/manifest';
import { PROVIDERS } from '../providers/registry';

/** Writes the providers' table into the README: `npm run readme`. */
const README = join(process.cwd(), 'README.md');
const BLOCK = /(<!-- providers: [^>]* -->\n)[^]*?(<!-- \/providers -->)/;

const text = readFileSync(README, 'utf8');
if (!BLOCK.test(text)) throw new Error('README.md has no place for the table of providers');
const table = manifestMarkdown([...PROVIDERS.values()].map(manifestOf));
writeFileSync(
  README,
  text.replace(BLOCK, (_, start: string, end: string) => `${start}\n${table}\n\n${end}`),
);
