import type { ConnectorCell, Try as ConnectorTry } from './connector-matrix';
import { table } from './table';
import { WRITES, type Try, type WorkflowCell } from './workflow-matrix';

const NONE = '–';

/** The whole matrix as docs/fault-matrix.md shows it. */
export function faultMatrixDocument(calls: readonly ConnectorCell[], flows: readonly WorkflowCell[]): string {
  const broken = [...calls, ...flows].filter((cell) => cell.broken.length > 0).length;
  return `# Fault matrix

Every CoinMENA endpoint that Gangway uses, against every fault of the [sandbox](../sandbox/README.md). \`npm test\` runs
all of it, and fails if this page differs from the result; \`npm run fault-matrix\` writes it.

**${calls.length} calls and ${flows.length} workflows tried, ${broken} broke a rule.**

## One call

What the connector makes of one struck call, over HTTP. The rules:

- \`not-applied\` is never said of a write that the provider's book shows,
- a write that was answered is in the book,
- a read is answered rightly or not at all: a fault never makes a record absent,
- every order in the book carries the ref that was asked for,
- no error holds a key, a signature, a presigned URL or anything of a person.

_First_: the fault strikes the first try. _Retry_: the first try was lost, and the fault strikes the second. _Both_: it
strikes the first and the second, and the second is shown. In brackets: how often the book shows the write in the end.

${writes(calls)}

### Reads

The same on the first try and on the retry. A stored file that cannot be read is not held against a document: it counts
as the one that was looked for, because an upload is not idempotent.

${reads(calls)}

## A workflow

What a workflow comes to when the fault strikes one of its writes. The rules:

- it completes, or asks a person and says why; here the person answers, and it goes on,
- the book then shows exactly one client of the id, one document of the content, one completed order of the intent,
- every fault did strike,
- no workflow task failed; its history, and no failure in it, holds what errors may not hold,
- the history replays.

_First_: the fault strikes the first try. _Retry_: the first try was lost or refused and changed nothing, and the fault
strikes the second.

${workflows(flows)}
`;
}

function writes(cells: readonly ConnectorCell[]): string {
  const own = cells.filter(({ applied }) => applied !== undefined);
  return distinct(own.map(({ endpoint }) => endpoint))
    .map((endpoint) => {
      const shown = own.filter((cell) => cell.endpoint === endpoint);
      const rows = distinct(shown.map(({ fault }) => fault)).map((fault) => {
        const of = (on: ConnectorTry): string => {
          const cell = shown.find((candidate) => candidate.fault === fault && candidate.on === on);
          return cell === undefined ? NONE : `${cell.said} (${cell.applied ?? 0})${mark(cell)}`;
        };
        return [fault, of('first'), of('retry'), of('both')];
      });
      return `### ${endpoint}\n\n${table(['Fault', 'First', 'Retry', 'Both'], rows)}`;
    })
    .join('\n\n');
}

function reads(cells: readonly ConnectorCell[]): string {
  const own = cells.filter(({ applied }) => applied === undefined);
  const endpoints = distinct(own.map(({ endpoint }) => endpoint));
  const rows = distinct(own.map(({ fault }) => fault)).map((fault) => [
    fault,
    ...endpoints.map((endpoint) => {
      const said = own.filter((cell) => cell.endpoint === endpoint && cell.fault === fault);
      return said.length === 0 ? NONE : distinct(said.map((cell) => `${cell.said}${mark(cell)}`)).join(', then ');
    }),
  ]);
  return table(['Fault', ...endpoints], rows);
}

function workflows(cells: readonly WorkflowCell[]): string {
  return WRITES.map((write) => {
    const shown = cells.filter((cell) => cell.write === write);
    const rows = distinct(shown.map(({ fault }) => fault)).map((fault) => {
      const of = (on: Try): string => {
        const cell = shown.find((candidate) => candidate.fault === fault && candidate.on === on);
        return cell === undefined ? NONE : `${cell.ended}${mark(cell)}`;
      };
      return [fault, of('first'), of('retry')];
    });
    return `### ${write}\n\n${table(['Fault', 'First', 'Retry'], rows)}`;
  }).join('\n\n');
}

function mark({ broken }: { readonly broken: readonly string[] }): string {
  return broken.length === 0 ? '' : ` **BROKEN: ${broken.join('; ')}**`;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
