import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runConnectorMatrix, type ConnectorCell } from './connector-matrix';
import { faultMatrixDocument } from './document';
import { runWorkflowMatrix, type WorkflowCell } from './workflow-matrix';

const DOCUMENT = join(__dirname, '..', '..', 'docs', 'fault-matrix.md');

let calls: readonly ConnectorCell[] = [];
let flows: readonly WorkflowCell[] = [];

beforeAll(async () => {
  // Most of both is waiting.
  [calls, flows] = await Promise.all([runConnectorMatrix(), runWorkflowMatrix()]);
  if (process.env['GANGWAY_FAULT_MATRIX'] !== 'write') return;
  const document = faultMatrixDocument(calls, flows);
  writeFileSync(DOCUMENT, document);
  process.stdout.write(`\n${document}\n`);
}, 600_000);

test('no call breaks a rule, whichever endpoint and fault', () => {
  expect(calls.length).toBeGreaterThan(400);
  expect(calls.filter(({ broken }) => broken.length > 0)).toEqual([]);
});

test('no workflow breaks a rule, whichever write and fault', () => {
  expect(flows.length).toBeGreaterThan(100);
  expect(flows.filter(({ broken }) => broken.length > 0)).toEqual([]);
});

test('docs/fault-matrix.md is what came out; `npm run fault-matrix` writes it', () => {
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(faultMatrixDocument(calls, flows));
});
