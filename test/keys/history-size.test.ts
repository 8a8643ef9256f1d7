import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Payload } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { temporal } from '@temporalio/proto';
import { PostgresDataKeys } from '../../book/data-keys';
import { EncryptingCodec } from '../../keys/codec';
import { DataKeys } from '../../keys/data-keys';
import { KeyFile } from '../../keys/key-file';
import { KeyFileWrapper } from '../../keys/key-wrapper';
import { newOwnBook, type OwnBook } from '../setup/test-book';
import { KeyFileOfATest } from './key-file-of-a-test';

/**
 * What encryption makes of the size of histories, over the recorded ones: every payload through the codec, and every message
 * of a failure where the failure converter puts it. The dictionary knows nothing of Coinify and of the back office.
 * `GANGWAY_HISTORY_SIZES=print npx jest test/keys/history-size` prints the table of docs/privacy.md.
 */
const DIRECTORY = join(__dirname, '..', 'replay', 'histories');
const { History } = temporal.api.history.v1;

let own: OwnBook;
let keyFile: KeyFileOfATest;
let keys: DataKeys;

beforeAll(async () => {
  own = await newOwnBook();
  keyFile = new KeyFileOfATest();
  keys = new DataKeys(new PostgresDataKeys(own.open()), new KeyFileWrapper(new KeyFile(keyFile.path)));
});
afterAll(async () => {
  await own.drop();
  keyFile.remove();
});

type HistoryMessage = ReturnType<typeof historyFromJSON>;

interface Recorded {
  readonly workflowId: string;
  readonly read: () => HistoryMessage;
}

function recorded(): readonly Recorded[] {
  const names = readdirSync(DIRECTORY, { encoding: 'utf8', recursive: true }).filter((name) => name.endsWith('.json'));
  return names.map((name) => {
    const read = (): HistoryMessage => historyFromJSON(JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')));
    return { workflowId: read().events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '', read };
  });
}

const ENCODER = new TextEncoder();

/** Puts in the place of every payload what `encode` makes of it. */
async function encodeAll(part: unknown, encode: (payload: Payload) => Promise<Payload>): Promise<void> {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
  if ('source' in part && part.source === 'TypeScriptSDK' && 'message' in part && 'stackTrace' in part) {
    const words = JSON.stringify({ message: part.message, stack_trace: part.stackTrace });
    const attributes = { metadata: { encoding: ENCODER.encode('json/plain') }, data: ENCODER.encode(words) };
    Object.assign(part, { message: 'Encoded failure', stackTrace: '', encodedAttributes: attributes });
  }
  for (const [name, inner] of Object.entries<unknown>({ ...part })) {
    if (name === 'searchAttributes' || name === 'header') continue;
    // What the SDK itself notes in a marker does not go through a codec.
    if (name === 'details' && isMarkerOf(part)) {
      for (const [detail, payloads] of Object.entries<unknown>({ ...part.details })) {
        if (detail === 'result') await encodeAll(payloads, encode);
      }
    } else if (isPayload(inner)) Object.assign(part, { [name]: await encode(inner) });
    else await encodeAll(inner, encode);
  }
}

function isMarkerOf(part: object): part is { readonly details: object } {
  return 'markerName' in part && 'details' in part && typeof part.details === 'object';
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && 'metadata' in value && 'data' in value;
}

async function sizeOf(read: () => HistoryMessage, workflowId: string, codec?: EncryptingCodec): Promise<number> {
  const history = read();
  if (codec !== undefined) {
    const home = { type: 'workflow', namespace: 'default', workflowId } as const;
    await encodeAll(history, async (payload) => (await codec.encode([payload], home))[0] ?? payload);
  }
  return History.encode(history).finish().length;
}

const GROUPS = [
  { of: 'Coinify, the back office', isIn: (id: string) => /^\w+\/(coinify|backoffice)\//.test(id) },
  { of: 'CoinMENA, a movement', isIn: (id: string) => id.startsWith('funding/coinmena/') },
  { of: 'CoinMENA, an onboarding', isIn: (id: string) => id.startsWith('onboarding/coinmena/') },
  { of: 'Oceafin', isIn: (id: string) => /^\w+\/oceafin\//.test(id) },
  { of: 'all that are recorded', isIn: () => true },
] as const;

interface Sizes {
  readonly workflowId: string;
  readonly clear: number;
  readonly plainly: number;
  readonly smaller: number;
}

async function sizesOf({ workflowId, read }: Recorded): Promise<Sizes> {
  return {
    workflowId,
    clear: await sizeOf(read, workflowId),
    plainly: await sizeOf(read, workflowId, new EncryptingCodec(keys, { compresses: false })),
    smaller: await sizeOf(read, workflowId, new EncryptingCodec(keys)),
  };
}

test('histories that are encrypted are smaller than those in clear, also where the dictionary was made from nothing like them', async () => {
  const all: Sizes[] = [];
  for (const each of recorded()) all.push(await sizesOf(each));
  const lines: string[] = [];
  for (const { of, isIn } of GROUPS) {
    const histories = all.filter(({ workflowId }) => isIn(workflowId));
    expect(histories.length).toBeGreaterThan(2);
    const sum = (which: 'clear' | 'plainly' | 'smaller'): number =>
      histories.reduce((sum, each) => sum + each[which], 0);
    const clear = sum('clear');
    const share = (size: number): string =>
      `${size > clear ? '+' : '-'}${Math.round(Math.abs(size / clear - 1) * 100)} %`;
    const each = (size: number): string => String(Math.round(size / histories.length));
    const cells = (['plainly', 'smaller'] as const).map((which) => `${each(sum(which))} (${share(sum(which))})`);
    lines.push(`| ${[of, histories.length, each(clear), ...cells].join(' | ')} |`);
    expect(sum('plainly')).toBeGreaterThan(clear);
    expect(sum('smaller')).toBeLessThan(clear);
  }
  if (process.env['GANGWAY_HISTORY_SIZES'] === 'print') process.stderr.write(`${lines.join('\n')}\n`);
});
