import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPABILITIES } from '../../contract/provider';
import { manifestMarkdown, manifestOf, manifestTable } from '../../providers/manifest';
import { PROVIDERS } from '../../providers/registry';

const manifests = [...PROVIDERS.values()].map(manifestOf);
const README = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

test('the README has the table that the connectors declare', () => {
  const block = /<!-- providers: [^>]* -->\n+([^]*?)\n+<!-- \/providers -->/.exec(README)?.[1];
  expect(block).toBe(manifestMarkdown(manifests));
});

test('every capability has a row, with yes exactly if it is declared', () => {
  const [, , ...rows] = manifestTable(manifests);
  const shown = rows.slice(0, CAPABILITIES.length);
  const declared = CAPABILITIES.map((capability) =>
    manifests.map(({ capabilities }) => (capabilities.includes(capability) ? 'yes' : '-')),
  );
  expect(shown.map(([, ...cells]) => cells)).toEqual(declared);
  expect(new Set(rows.map(([label]) => label)).size).toBe(rows.length);
});
