import { NO_ROWS } from '../../contract/batch';
import { describeBatch, type ShownBatch } from '../../workflows/batch/details';

const BATCH: ShownBatch = {
  batchId: 'march',
  provider: 'coinmena',
  rows: 10,
  wanted: { next: 10, room: 0 },
  counts: { ...NO_ROWS, done: 3, refused: 1, 'under-way': 2 },
  paused: false,
  decisions: [],
  runs: [],
  waiting: 0,
  notDone: [],
};

function parts(but: Partial<ShownBatch>): readonly string[] {
  return describeBatch('Batch march of 10 rows', { ...BATCH, ...but }).split('\n\n');
}

describe('the first line says what a batch waits for', () => {
  const settled = '**Batch march of 10 rows**: 4 of 10 rows have settled.';
  test.each<readonly [string, Partial<ShownBatch>, string]>([
    ['its flows', {}, `${settled} 2 are under way, 4 are to come.`],
    ['a person', { paused: true }, `${settled} It is **paused**: send the update \`resume\` to go on.`],
    [
      'rows',
      { counts: { ...BATCH.counts, 'under-way': 0 }, wanted: { next: 4, room: 50 } },
      `${settled} It waits for rows from 5 on: run \`gangway batch FILE --provider coinmena --id march\` with the same file again.`,
    ],
    [
      'rows that it has',
      { counts: { ...BATCH.counts, 'under-way': 0 }, wanted: { next: 4, room: 50 }, waiting: 1 },
      `${settled} 0 are under way, 6 are to come.`,
    ],
    [
      'its flows, while it wants more rows',
      { wanted: { next: 4, room: 50 } },
      `${settled} 2 are under way, 4 are to come.`,
    ],
    [
      'rows that were all handed over',
      { counts: { ...BATCH.counts, 'under-way': 0 } },
      `${settled} 0 are under way, 6 are to come.`,
    ],
    [
      'nothing',
      { counts: { ...NO_ROWS, done: 8, failed: 2 }, paused: true },
      '**Batch march of 10 rows**: 10 of 10 rows have settled. Nothing is left to do.',
    ],
  ])('%s', (_, but, line) => {
    expect(parts(but)[0]).toBe(line);
  });
});

test('the outcomes are counted, each in its line', () => {
  expect(parts({})).toHaveLength(2);
  expect(parts({})[1]).toBe(
    [
      '| Outcome | Rows |',
      '|---|---|',
      '| done | 3 |',
      '| parked | 0 |',
      '| refused | 1 |',
      '| failed | 0 |',
      '| abandoned | 0 |',
      '| cancelled | 0 |',
      '| under-way | 2 |',
    ].join('\n'),
  );
});

test('rows that are not done say why, and a decision says who', () => {
  const notDone = [
    { line: 4, id: 'dep-4', outcome: 'refused', code: 'INVALID_REQUEST', field: 'amount', reason: 'a | b' },
    { line: 7, id: 'dep-7', outcome: 'parked' },
  ] as const;
  const decisions = [{ action: 'pause', by: 'ops-1', reason: 'asked', at: '2026-03-01T10:00:00.000Z' }];
  const told = parts({ notDone, decisions });
  expect(told).toHaveLength(4);
  expect(told[2]).toBe(
    [
      '| Line | Id | Outcome | Code, field | Why |',
      '|---|---|---|---|---|',
      '| 4 | `dep-4` | refused | INVALID_REQUEST amount | a \\| b |',
      '| 7 | `dep-7` | parked |  |  |',
    ].join('\n'),
  );
  expect(told[3]).toContain('ops-1');
});
