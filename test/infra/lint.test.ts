import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(__dirname, '..', '..');
const TABLE = 'gangway/import-table';

/** An import that a room must not have: the importing file, and the code. */
const FORBIDDEN: readonly (readonly [file: string, code: string])[] = [
  ['contract/x.ts', "import { z } from 'zod';"],
  ['contract/x.ts', "import { readFile } from 'node:fs/promises';"],
  ['contract/x.ts', "import type { ProviderConnector } from '../providers/port';"],
  ['contract/x.ts', "import { defineSignal } from '@temporalio/workflow';"],
  ['contract/messages.ts', "import { Decimal } from 'decimal.js';"],
  ['workflows/x.ts', "import { z } from 'zod';"],
  ['workflows/x.ts', "import { createHash } from 'node:crypto';"],
  ['workflows/x.ts', "import { createHash } from 'crypto';"],
  ['workflows/x.ts', "import { setTimeout } from 'node:timers/promises';"],
  ['workflows/x.ts', "import { Client } from '@temporalio/client';"],
  ['workflows/x.ts', "import { createActivities } from '../activities';"],
  ['workflows/x.ts', "import { type Activities, createActivities } from '../activities/index';"],
  ['workflows/x.ts', "export * from '../activities';"],
  ['workflows/funding/x.ts', "import type { ProviderConnector } from '../../providers/port';"],
  ['workflows/funding/rule.ts', "import { sleep } from '@temporalio/workflow';"],
  ['workflows/funding/rule.ts', "import { failureOf } from '../shared/failures';"],
  ['workflows/shared/waits.ts', "import { DECISION_UPDATES } from '../../contract/messages';"],
  ['providers/coinmena/x.ts', "import { ApplicationFailure } from '@temporalio/common';"],
  ['providers/coinmena/x.ts', "import { oceafin } from '../oceafin';"],
  ['providers/coinmena/x.ts', "import { layout } from '../oceafin/layout';"],
  ['providers/coinmena/x.ts', "import { registry } from '../registry';"],
  ['providers/coinmena/x.ts', "import { connect } from '../../temporal/connection';"],
  ['providers/coinmena/x.ts', "import { DECISION_UPDATES } from '../../contract/messages';"],
  ['providers/http/x.ts', "import { coinmena } from '../coinmena';"],
  ['providers/coinmena/x.ts', "import { decodeBtcAddress } from '@ensdomains/address-encoder/coders';"],
  ['providers/destinations/x.ts', "import { coinify } from '../coinify';"],
  ['providers/port.ts', "import { coinmena } from './coinmena';"],
  ['providers/setup.ts', "import { setup } from './coinmena/setup';"],
  ['client/cli/up/x.ts', "import { setup } from '../../../providers/coinmena/setup';"],
  ['providers/registry.ts', "import { Context } from '@temporalio/activity';"],
  ['activities/x.ts', "import { coinmena } from '../providers/coinmena';"],
  ['activities/x.ts', "import type { CoinmenaConfig } from '../providers/coinmena/config';"],
  ['activities/x.ts', "import { connect } from '../temporal/connection';"],
  ['activities/x.ts', "import { proxyActivities } from '@temporalio/workflow';"],
  ['activities/documents/x.ts', "import { fundAccount } from '../../workflows';"],
  ['client/x.ts', "import { createActivities } from '../activities';"],
  ['client/x.ts', "import { main } from '../worker/main';"],
  ['client/cli/x.ts', "import { main } from '../../sandbox/main';"],
  ['client/cli/x.ts', "const worker = await import('../../worker/main');"],
  ['client/cli/x.ts', "const worker = require('../../worker/main');"],
  ['client/x.ts', "import worker = require('../worker/main');"],
  ['client/x.ts', "export type A = import('../activities').Activities;"],
  ['client/x.ts', "import { Worker } from '@temporalio/worker';"],
  ['client/x.ts', "import { fundAccount } from '../workflows';"],
  ['temporal/x.ts', "import { connectGangway } from '../client/gangway';"],
  ['temporal/x.ts', "import { NativeConnection } from '@temporalio/worker';"],
  ['system/x.ts', "import { connect } from '../temporal/connection';"],
  ['inputs/x.ts', "import { connect } from '../temporal/connection';"],
  ['sandbox/coinmena/x.ts', "import { CoinmenaClient } from '../../providers/coinmena/client';"],
  ['sandbox/coinmena/x.ts', "import { schemas } from '../../providers/coinmena/schemas';"],
  ['sandbox/coinmena/x.ts', "import { layout } from '../../providers/oceafin/layout';"],
  ['sandbox/coinmena/x.ts', "import { orders } from '../oceafin/orders';"],
  ['sandbox/coinmena/x.ts', "import { sign } from '../../providers/http/transport';"],
  ['sandbox/http/x.ts', "import { orders } from '../coinmena/orders';"],
  ['sandbox/main.ts', "import { coinmena } from '../providers/coinmena';"],
  ['inputs/x.ts', "import { findProvider } from '../providers/registry';"],
  ['inputs/x.ts', "import type { ProviderModule } from '../providers/port';"],
  ['client/flow/x.ts', "import { z } from 'zod';"],
  ['client/batch/x.ts', "import { z } from 'zod';"],
  ['client/events/x.ts', "import { z } from 'zod';"],
  ['client/gateway/routes/x.ts', "import { z } from 'zod';"],
  ['client/cli/commands/x.ts', "import { z } from 'zod';"],
  ['chaos/x.ts', "import { pdf } from '../test/setup/documents';"],
  ['chaos/x.ts', "import { main } from '../worker/main';"],
  ['client/x.ts', "import { judge } from '../chaos/judge';"],
  ['worker/x.ts', "import { fundAccount } from '../workflows';"],
  ['worker/x.ts', "export { fundAccount } from '../workflows/index';"],
];

/** An import that the table allows. */
const ALLOWED: readonly (readonly [file: string, code: string])[] = [
  ['contract/x.ts', "export { Decimal } from 'decimal.js';"],
  ['contract/messages.ts', "export { defineSignal } from '@temporalio/workflow';"],
  ['workflows/x.ts', "export type { Activities } from '../activities';"],
  ['workflows/funding/x.ts', "export { DECISION_UPDATES } from '../../contract/messages';"],
  ['workflows/funding/rule.ts', "export { waitMs } from '../shared/waits';"],
  ['providers/coinmena/x.ts', "export { sign } from '../http/transport';"],
  ['providers/coinmena/x.ts', "export type { ProviderSetup } from '../setup';"],
  ['providers/registry.ts', "export { coinmena } from './coinmena';"],
  ['activities/x.ts', "export { registry } from '../providers/registry';"],
  ['client/cli/x.ts', "export { fundingInput } from '../../inputs/funding';"],
  ['client/cli/x.ts', "export { connect } from '../../temporal/connection';"],
  ['temporal/x.ts', "export { runToEnd } from '../system/run-to-end';"],
  ['worker/x.ts', "export { connect } from '../temporal/connection';"],
  ['inputs/x.ts', "export { parse } from 'csv-parse/sync';"],
  ['providers/port.ts', "export type { ProviderInputs } from '../inputs/provider-inputs';"],
  ['client/gateway/routes/x.ts', "export { flowParams } from '../../../inputs/over-http';"],
  ['providers/http/x.ts', "export { jsonObject } from '../../inputs/json';"],
  ['sandbox/coinmena/x.ts', "export { layout } from '../../providers/coinmena/layout';"],
  ['sandbox/main.ts', "export { coinmena } from './coinmena';"],
  ['chaos/x.ts', "export { connectGangway } from '../client';"],
  ['worker/x.ts', "export { createActivities } from '../activities';"],
  ['worker/x.ts', "export type { fundAccount } from '../workflows';"],
  ['test/workflows/x.ts', "export { fundAccount } from '../../workflows';"],
];

const IN_WORKFLOW: readonly (readonly [code: string, rule: string])[] = [
  ["export const key = process.env['KEY'];", 'no-restricted-globals'],
  ["export const answer = fetch('http://localhost');", 'no-restricted-globals'],
  ['export const id = crypto.randomUUID();', 'no-restricted-globals'],
  ["export const bytes = Buffer.from('a');", 'no-restricted-globals'],
  ['export const now = performance.now();', 'no-restricted-globals'],
  ['let count = 0; export const next = () => ++count;', 'no-restricted-syntax'],
  ['export let count = 0;', 'no-restricted-syntax'],
  ['var count = 0;', 'no-restricted-syntax'],
  ["export const late = async () => await import('./funding/rule');", 'no-restricted-syntax'],
];

const ANYWHERE: readonly (readonly [code: string, rule: string])[] = [
  ['export const x: any = 1;', '@typescript-eslint/no-explicit-any'],
  ['export const x = JSON.parse("1") as string;', '@typescript-eslint/consistent-type-assertions'],
  ['export const x = <string>JSON.parse("1");', '@typescript-eslint/consistent-type-assertions'],
  ['export const x = [1][0]!;', '@typescript-eslint/no-non-null-assertion'],
  ['export function x() { return 1; }', '@typescript-eslint/explicit-module-boundary-types'],
  ["import { A } from './a'; export type B = A;", '@typescript-eslint/consistent-type-imports'],
  ["import { join } from 'path'; export const x = join('a');", 'no-restricted-imports'],
  ['// @ts-ignore\nexport const x: string = 1;', '@typescript-eslint/ban-ts-comment'],
];

const NEEDING_TYPES = [
  '@typescript-eslint/no-floating-promises',
  '@typescript-eslint/no-misused-promises',
  '@typescript-eslint/await-thenable',
  '@typescript-eslint/switch-exhaustiveness-check',
  '@typescript-eslint/no-unsafe-assignment',
  '@typescript-eslint/no-unsafe-return',
  '@typescript-eslint/no-deprecated',
];

const OUTPUT = z.object({
  broken: z.array(z.array(z.string())),
  severities: z.record(z.string(), z.number()),
});

interface Snippet {
  readonly file: string;
  readonly code: string;
}

function lint(snippets: readonly Snippet[]): z.infer<typeof OUTPUT> {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(__dirname, 'lint-snippets.mjs')], {
    cwd: ROOT,
    input: JSON.stringify(snippets),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return OUTPUT.parse(JSON.parse(stdout));
}

describe('lint', () => {
  const toSnippet = ([file, code]: readonly [file: string, code: string]): Snippet => ({ file, code });
  const inFile =
    (file: string) =>
    ([code]: readonly [code: string, rule: string]) => ({ file, code });
  const snippets = [
    ...FORBIDDEN.map(toSnippet),
    ...ALLOWED.map(toSnippet),
    ...IN_WORKFLOW.map(inFile('workflows/x.ts')),
    ...ANYWHERE.map(inFile('bench/x.ts')),
  ];
  let found: z.infer<typeof OUTPUT>;

  beforeAll(() => {
    found = lint(snippets);
  });

  function brokenBy(file: string, code: string): readonly string[] {
    const index = snippets.findIndex((snippet) => snippet.file === file && snippet.code === code);
    return found.broken[index] ?? ['was not linted'];
  }

  it.each(FORBIDDEN)('refuses, in %s, %s', (file, code) => {
    expect(brokenBy(file, code)).toContain(TABLE);
  });

  it.each(ALLOWED)('allows, in %s, %s', (file, code) => {
    expect(brokenBy(file, code)).toEqual([]);
  });

  it.each(IN_WORKFLOW)('refuses in a workflow: %s', (code, rule) => {
    expect(brokenBy('workflows/x.ts', code)).toContain(rule);
  });

  it.each(ANYWHERE)('refuses anywhere: %s', (code, rule) => {
    expect(brokenBy('bench/x.ts', code)).toContain(rule);
  });

  it.each(NEEDING_TYPES)('has %s switched on as an error', (rule) => {
    const ERROR = 2;
    expect(found.severities[rule]).toBe(ERROR);
  });
});
