import { Readable } from 'node:stream';
import { consumeEvents, type Outcome } from '../../client/events/consume-events';
import { MAX_EVENT_BYTES, type DeadReason } from '../../client/events/event-source';
import { NdjsonSource } from '../../client/events/ndjson-source';
import { GangwayError, invalidRequest } from '../../client/gangway-error';
import type { Line } from '../../inputs/lines';
import { linesOf } from '../../inputs/lines';

const away = new GangwayError('TEMPORAL_UNREACHABLE', 'Temporal did not answer.');

interface Consumed {
  readonly outcomes: readonly Outcome[];
  readonly letters: readonly (DeadReason & { readonly line: Line })[];
}

/** Takes all of `text`, cut into chunks of `size`, with a `start` of the test's own. */
async function consumed(
  text: string | Buffer,
  start: (event: unknown) => Promise<string>,
  { size = 7, stop = new AbortController().signal }: { size?: number; stop?: AbortSignal } = {},
): Promise<Consumed> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  const outcomes: Outcome[] = [];
  const letters: (DeadReason & { line: Line })[] = [];
  const source = new NdjsonSource(Readable.from(chunks, { objectMode: true }), {
    keep: async (line, reason) => {
      letters.push({ line, ...reason });
      await Promise.resolve();
    },
  });
  await consumeEvents(source, {
    start: async (event) => ({ workflowId: await start(event), started: 'new' }),
    concurrency: 3,
    stop,
    tell: (outcome) => outcomes.push(outcome),
  });
  await source.close();
  return { outcomes, letters };
}

describe('lines', () => {
  test.each([1, 2, 3, 1_000])('are numbered, blank ones left out, with chunks of %d bytes', async (size) => {
    const bytes = Buffer.from('{"ä":1}\n\n  \r\n"b"\r\n3');
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const lines = [];
    for await (const { number, bytes: line } of linesOf(Readable.from(chunks, { objectMode: true }), 100)) {
      lines.push([number, JSON.parse(line.toString())]);
    }
    expect(lines).toEqual([
      [1, { ä: 1 }],
      [4, 'b'],
      [5, 3],
    ]);
  });

  test('that have no end are not kept whole', async () => {
    const lines = [];
    for await (const line of linesOf(Readable.from([Buffer.alloc(50, 'x'), Buffer.alloc(50, 'x')]), 10))
      lines.push(line);
    expect(lines.map(({ bytes }) => bytes.length)).toEqual([11]);
  });
});

test('each line is started once; the end comes when all are done', async () => {
  const seen: unknown[] = [];
  const { outcomes } = await consumed('1\n2\n3\n4\n5\n6\n7', (event) => {
    seen.push(event);
    return Promise.resolve(`id-${String(event)}`);
  });
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(outcomes.map(({ did }) => did)).toEqual(Array.from({ length: 7 }, () => 'accepted'));
});

test('what can never be taken is put aside with the reason, and nothing of it is repeated in the reason', async () => {
  const long = `"${'x'.repeat(MAX_EVENT_BYTES)}"`;
  const { letters, outcomes } = await consumed(
    Buffer.concat([Buffer.from(`{"secret\n"bad"\n${long}\n`), Buffer.from([0xff, 0x0a])]),
    () => Promise.reject(invalidRequest([{ field: 'provider', problem: 'must be a string' }])),
    { size: 65_536 },
  );
  expect(letters.map(({ line, code, fields }) => [line.number, code, fields[0]?.field])).toEqual(
    expect.arrayContaining([
      [1, 'INVALID_REQUEST', 'the input'],
      [2, 'INVALID_REQUEST', 'provider'],
      [3, 'TOO_LARGE', undefined],
      [4, 'INVALID_REQUEST', 'the input'],
    ]),
  );
  expect(outcomes).toHaveLength(4);
  expect(JSON.stringify(outcomes)).not.toContain('secret');
});

test('a line that Temporal could not take is delivered again, and no other is read before it', async () => {
  const tries: unknown[] = [];
  const { outcomes } = await consumed('1\n2', (event) => {
    tries.push(event);
    return tries.length === 1 ? Promise.reject(away) : Promise.resolve('id');
  });
  expect(tries.filter((event) => event === 1)).toHaveLength(2);
  expect(outcomes.filter(({ did }) => did === 'put-back')).toHaveLength(1);
  expect(outcomes.filter(({ did }) => did === 'accepted')).toHaveLength(2);
});

test('told to stop, it finishes what is under way and accepts nothing that Temporal does not have', async () => {
  const stop = new AbortController();
  const { outcomes } = await consumed(
    '1\n2\n3\n4\n5\n6',
    () => {
      stop.abort();
      return Promise.reject(away);
    },
    { stop: stop.signal },
  );
  expect(outcomes.length).toBeGreaterThan(0);
  expect(outcomes.filter(({ did }) => did !== 'put-back')).toEqual([]);
});

test('what nobody foresaw in one event puts aside that one with its reason, after a few tries, and no other', async () => {
  const started: unknown[] = [];
  const { letters, outcomes } = await consumed('1\n2\n3', (event) => {
    started.push(event);
    return event === 2 ? Promise.reject(new RangeError('of a secret')) : Promise.resolve('id');
  });
  expect([...started].sort()).toEqual([1, 2, 2, 2, 3]);
  expect(letters.map(({ line, code, message }) => [line.number, code, message])).toEqual([
    [2, 'FAILED', expect.stringContaining('(RangeError)')],
  ]);
  expect(outcomes.map(({ did }) => did).sort()).toEqual(['accepted', 'accepted', 'put-aside', 'put-back', 'put-back']);
  expect(JSON.stringify(outcomes)).not.toContain('secret');
});

test('a source that cannot keep what it put aside ends it, and tells', async () => {
  const source = new NdjsonSource(Readable.from([Buffer.from('{')], { objectMode: true }), {
    keep: () => Promise.reject(new Error('disk full')),
  });
  const options = {
    start: () => Promise.reject(away),
    concurrency: 1,
    stop: new AbortController().signal,
    tell: () => undefined,
  };
  await expect(consumeEvents(source, options)).rejects.toThrow('disk full');
});

test('a byte order mark is taken: before the first line, before another, and on a line alone', async () => {
  const seen: unknown[] = [];
  await consumed('\uFEFF1\r\n\uFEFF2\n\uFEFF\n3', (event) => {
    seen.push(event);
    return Promise.resolve('id');
  });
  expect(seen).toEqual([1, 2, 3]);
});

test('an event that nests 900 deep or names a field twice is put aside with the reason, and the next is taken', async () => {
  const deep = `{"details":${'['.repeat(900)}${']'.repeat(900)}}`;
  const { letters, outcomes } = await consumed(`${deep}\n{"amount":"1.00","amount":"900.00"}\n{"a":1}`, () =>
    Promise.resolve('id'),
  );
  expect(letters.map(({ message }) => message)).toEqual([
    'Nothing was started: the input nests deeper than 32 levels: column 43.',
    'Nothing was started: the input names the field amount twice: column 18.',
  ]);
  expect(outcomes.filter(({ did }) => did === 'accepted')).toHaveLength(1);
});
