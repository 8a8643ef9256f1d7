import { createHash } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { PostgresDataKeys } from '../../book/data-keys';
import type { DataKeyBook } from '../../contract/data-keys';
import { failureConverter } from '../../contract/failure-converter';
import { fundingWorkflowId, onboardingWorkflowId } from '../../contract/ids';
import { PayloadRefused } from '../../contract/payload-refusals';
import { BookUnavailable } from '../../contract/send-log';
import { ENCRYPTED, EncryptingCodec, type CodecOptions } from '../../keys/codec';
import { DataKeys } from '../../keys/data-keys';
import { KeyFile } from '../../keys/key-file';
import { KeyFileWrapper } from '../../keys/key-wrapper';
import { rotateKeys } from '../../keys/rotate';
import { newOwnBook, type OwnBook } from '../setup/test-book';
import { KeyFileOfATest } from './key-file-of-a-test';

let own: OwnBook;
let book: PostgresDataKeys;
let file: KeyFileOfATest;

beforeAll(async () => {
  own = await newOwnBook();
  book = new PostgresDataKeys(own.open());
  file = new KeyFileOfATest();
});
afterAll(async () => {
  await own.drop();
  file.remove();
});

/** A process of its own: nothing is cached yet. */
function aProcess(
  options: CodecOptions = {},
  { of = book, keyFile = file.path }: { of?: DataKeyBook; keyFile?: string } = {},
) {
  return new EncryptingCodec(new DataKeys(of, new KeyFileWrapper(new KeyFile(keyFile))), options);
}

function inWorkflow(workflowId: string, namespace = 'default') {
  return { type: 'workflow', namespace, workflowId } as const;
}

let ids = 0;
function newWorkflow(): string {
  ids += 1;
  return fundingWorkflowId('coinmena', `codec-${ids}`);
}

const converter = defaultPayloadConverter;
const SECRET = { partnerClientId: 'client-1', bankAccount: { accountHolderName: 'Layla Example' } };

async function encrypted(workflowId: string, value: unknown = SECRET, codec = aProcess()): Promise<Payload> {
  const [payload] = await codec.encode([converter.toPayload(value)], inWorkflow(workflowId));
  if (payload === undefined) throw new Error('nothing was encoded');
  return payload;
}

async function read(payload: Payload, workflowId: string, codec = aProcess()): Promise<unknown> {
  const [decoded] = await codec.decode([payload], inWorkflow(workflowId));
  return decoded === undefined ? undefined : converter.fromPayload(decoded);
}

function refusedWith(code: string): unknown {
  return expect.objectContaining({ name: 'PayloadRefused', code });
}

function textOf(payload: Payload, name: string): string {
  return Buffer.from(payload.metadata?.[name] ?? []).toString();
}

test('what one process wrote another one reads, and what is stored says ids and nothing else', async () => {
  const workflowId = newWorkflow();
  const payload = await encrypted(workflowId);
  expect(await read(payload, workflowId)).toEqual(SECRET);
  expect(Object.keys(payload.metadata ?? {}).sort()).toEqual(['encoding', 'key', 'of']);
  expect([textOf(payload, 'encoding'), textOf(payload, 'of')]).toEqual([ENCRYPTED.z1, `default/${workflowId}`]);
  expect(Buffer.from(payload.data ?? []).toString('latin1')).not.toContain('Layla');
});

test('every value comes back as it was, compressed or not, in one workflow under one key', async () => {
  const codec = aProcess();
  const workflowId = newWorkflow();
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), fc.boolean(), async (value, large) => {
      const given = large ? { value, filler: 'partnerClientId'.repeat(40) } : value;
      const [payload] = await codec.encode([converter.toPayload(given)], inWorkflow(workflowId));
      const [back] = await codec.decode(payload === undefined ? [] : [payload], inWorkflow(workflowId));
      expect(back).toEqual(expect.objectContaining({ data: converter.toPayload(given).data }));
    }),
    { numRuns: 60 },
  );
  const odd = [converter.toPayload(undefined), converter.toPayload(new Uint8Array([0, 255])), { data: null }];
  const back = await aProcess().decode(await codec.encode(odd, inWorkflow(workflowId)), inWorkflow(workflowId));
  expect(back.slice(0, 2).map((each) => converter.fromPayload(each))).toEqual([undefined, new Uint8Array([0, 255])]);
  const keys = await own.open().selectFrom('data_keys').select('key_id').where('subject', '=', workflowId).execute();
  expect(keys).toHaveLength(1);
});

test('only what becomes smaller is compressed', async () => {
  const workflowId = newWorkflow();
  const compressionOf = async (value: unknown) => textOf(await encrypted(workflowId, value), 'encoding');
  expect(await compressionOf('a')).toBe(ENCRYPTED.none);
  expect(
    await compressionOf({ steps: Array.from({ length: 20 }, () => ({ step: 'Upload government_id', at: '' })) }),
  ).toBe(ENCRYPTED.z1);
  // Nothing in it repeats.
  const noise = Buffer.concat(
    Array.from({ length: 13 }, (_, index) => createHash('sha256').update(String(index)).digest()),
  );
  expect(await compressionOf(noise)).toBe(ENCRYPTED.none);
  const plainly = await encrypted(workflowId, SECRET, aProcess({ compresses: false }));
  expect(await read(plainly, workflowId)).toEqual(SECRET);
});

test('what a schedule hands over is read in each run that it starts, and in no other workflow', async () => {
  const payload = await encrypted('reconciliation-due/coinmena');
  expect(await read(payload, 'reconciliation-due/coinmena-2026-12-01T00:10:00Z')).toEqual(SECRET);
  for (const other of ['reconciliation-due/oceafin-2026-12-01T00:10:00Z', 'reconciliation-due/coinmena-2']) {
    await expect(read(payload, other)).rejects.toEqual(refusedWith('PAYLOAD_MOVED'));
  }
  const movement = await encrypted('funding/coinmena/out');
  await expect(read(movement, 'funding/coinmena/out-2026-12-01T00:10:00Z')).rejects.toEqual(
    refusedWith('PAYLOAD_MOVED'),
  );
});

test('a payload in the place of another workflow is refused, whatever its metadata are made to say', async () => {
  const [mine, other] = [newWorkflow(), newWorkflow()];
  await encrypted(other);
  const payload = await encrypted(mine);
  await expect(read(payload, other)).rejects.toEqual(refusedWith('PAYLOAD_MOVED'));
  const relabelled = { ...payload, metadata: { ...payload.metadata, of: Buffer.from(`default/${other}`) } };
  await expect(read(relabelled, other)).rejects.toEqual(refusedWith('PAYLOAD_MOVED'));
  const ofOther = await encrypted(other);
  const rekeyed = {
    ...relabelled,
    metadata: { ...relabelled.metadata, key: ofOther.metadata?.['key'] ?? Buffer.from('') },
  };
  await expect(read(rekeyed, other)).rejects.toEqual(refusedWith('PAYLOAD_TAMPERED'));
  const elsewhere = aProcess().decode([payload], inWorkflow(mine, 'other-namespace'));
  await expect(elsewhere).rejects.toEqual(refusedWith('PAYLOAD_MOVED'));
});

test('a flipped bit is refused wherever it is', async () => {
  const workflowId = newWorkflow();
  const payload = await encrypted(workflowId, { ...SECRET, again: SECRET, andAgain: SECRET });
  expect(textOf(payload, 'encoding')).toBe(ENCRYPTED.z1);
  const codec = aProcess();
  const parts = ['data', ...Object.keys(payload.metadata ?? {})];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...parts), fc.nat(), fc.nat(7), async (part, place, bit) => {
      const bytes = Buffer.from((part === 'data' ? payload.data : payload.metadata?.[part]) ?? []);
      const at = place % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
      const altered =
        part === 'data'
          ? { ...payload, data: bytes }
          : { ...payload, metadata: { ...payload.metadata, [part]: bytes } };
      await expect(read(altered, workflowId, codec)).rejects.toBeInstanceOf(PayloadRefused);
    }),
    { numRuns: 150 },
  );
  const shorter = { ...payload, data: Buffer.from(payload.data ?? []).subarray(0, 12) };
  await expect(read(shorter, workflowId)).rejects.toEqual(refusedWith('PAYLOAD_TAMPERED'));
  const uncompressed = { ...payload, metadata: { ...payload.metadata, encoding: Buffer.from(ENCRYPTED.none) } };
  await expect(read(uncompressed, workflowId)).rejects.toEqual(refusedWith('PAYLOAD_TAMPERED'));
});

test('a payload in clear is refused, unless it is the time of migration', async () => {
  const workflowId = newWorkflow();
  const plain = converter.toPayload(SECRET);
  await expect(read(plain, workflowId)).rejects.toEqual(refusedWith('PAYLOAD_PLAIN'));
  expect(await read(plain, workflowId, aProcess({ readsPlain: true }))).toEqual(SECRET);
  const nowhere = aProcess().encode([plain]);
  await expect(nowhere).rejects.toEqual(refusedWith('PAYLOAD_HOMELESS'));
});

test('a key that the book lacks, has destroyed, or that was put in the place of another is told', async () => {
  const [workflowId, other] = [newWorkflow(), newWorkflow()];
  const payload = await encrypted(workflowId);
  const database = own.open();
  const unknown = { ...payload, metadata: { ...payload.metadata, key: Buffer.from('nobodys-key1') } };
  await expect(read(unknown, workflowId)).rejects.toEqual(refusedWith('DATA_KEY_UNKNOWN'));

  await encrypted(other);
  const { wrapped_key: ofOther } = await database
    .selectFrom('data_keys')
    .select('wrapped_key')
    .where('subject', '=', other)
    .executeTakeFirstOrThrow();
  const { wrapped_key: before } = await database
    .selectFrom('data_keys')
    .select('wrapped_key')
    .where('subject', '=', workflowId)
    .executeTakeFirstOrThrow();
  const put = async (wrapped: Buffer | null) =>
    await database.updateTable('data_keys').set({ wrapped_key: wrapped }).where('subject', '=', workflowId).execute();
  await put(ofOther);
  await expect(read(payload, workflowId)).rejects.toEqual(refusedWith('PAYLOAD_TAMPERED'));
  await put(before);
  expect(await read(payload, workflowId)).toEqual(SECRET);

  const destroyed = { wrapped_key: null, destroyed_at: new Date() };
  await database.updateTable('data_keys').set(destroyed).where('subject', '=', workflowId).execute();
  await expect(read(payload, workflowId)).rejects.toEqual(refusedWith('DATA_KEY_DESTROYED'));
  // A later workflow of the same id is another one's.
  const later = await encrypted(workflowId);
  expect(textOf(later, 'key')).not.toBe(textOf(payload, 'key'));
  expect(await read(later, workflowId)).toEqual(SECRET);
});

test('a key-encryption key that is not there is named, with how many need it, and missed by nobody once it is back', async () => {
  const alone = await newOwnBook();
  const [old, renewed] = [new KeyFileOfATest(), new KeyFileOfATest()];
  try {
    const of = new PostgresDataKeys(alone.open());
    const workflows = [newWorkflow(), newWorkflow(), newWorkflow()];
    const codec = aProcess({}, { of, keyFile: old.path });
    const payloads: Payload[] = [];
    for (const each of workflows) payloads.push(await encrypted(each, SECRET, codec));
    const [first] = payloads;
    const without = aProcess({}, { of, keyFile: renewed.path });
    if (first === undefined || workflows[0] === undefined) throw new Error('nothing was encrypted');
    const missing = read(first, workflows[0], without);
    await expect(missing).rejects.toEqual(refusedWith('WRAPPING_KEY_MISSING'));
    await expect(missing).rejects.toThrow(
      `key-encryption key ${old.ids[0] ?? ''}, which is not there; so do those of 3 workflows`,
    );

    const wrapper = new KeyFileWrapper(new KeyFile(renewed.path));
    expect(await rotateKeys(of, wrapper)).toMatchObject({ rewrapped: 0, missing: { [old.ids[0] ?? '']: 3 } });
    renewed.append(old);
    const whole = new KeyFileWrapper(new KeyFile(renewed.path));
    expect(await rotateKeys(of, whole)).toEqual({ to: renewed.ids[0], rewrapped: 3, missing: {}, altered: [] });
    expect(await rotateKeys(of, whole)).toMatchObject({ rewrapped: 0 });
    expect(await of.countByWrapping()).toEqual(new Map([[renewed.ids[0], 3]]));
    const after = aProcess({}, { of, keyFile: renewed.path });
    for (const [index, each] of workflows.entries()) {
      expect(await read(payloads[index] ?? {}, each, after)).toEqual(SECRET);
    }
  } finally {
    await alone.drop();
    old.remove();
    renewed.remove();
  }
});

test('whose a workflow is stands in the book from the first payload that says so, and never changes', async () => {
  const ownerIn = async (subject: string) =>
    await own
      .open()
      .selectFrom('data_keys')
      .select(['provider', 'client_id'])
      .where('subject', '=', subject)
      .executeTakeFirst();
  const onboarding = onboardingWorkflowId('coinmena', 'owner-1');
  await encrypted(onboarding, 'a summary');
  expect(await ownerIn(onboarding)).toEqual({ provider: 'coinmena', client_id: 'owner-1' });

  const codec = aProcess();
  const funding = newWorkflow();
  await encrypted(funding, { orderId: 'told by a callback before the start' }, codec);
  expect(await ownerIn(funding)).toEqual({ provider: null, client_id: null });
  await encrypted(funding, { partnerClientId: 'owner-2' }, codec);
  await encrypted(funding, { partnerClientId: 'owner-3' }, codec);
  await encrypted(funding, { partnerClientId: 'owner-3' });
  expect(await ownerIn(funding)).toEqual({ provider: 'coinmena', client_id: 'owner-2' });

  await encrypted('batch/coinmena/many', { partnerClientId: 'owner-4' });
  expect(await ownerIn('batch/coinmena/many')).toEqual({ provider: null, client_id: null });
});

test('many that begin a workflow at once make one key', async () => {
  const workflowId = newWorkflow();
  const payloads = await Promise.all(Array.from({ length: 8 }, () => encrypted(workflowId)));
  expect(new Set(payloads.map((payload) => textOf(payload, 'key'))).size).toBe(1);
});

test('a key is asked for again after a time, and holds for longer while the book is away', async () => {
  const workflowId = newWorkflow();
  const payload = await encrypted(workflowId);
  let now = 0;
  let asked = 0;
  let away = false;
  const counting = new Proxy(book, {
    get: (target, name): unknown => {
      if (name !== 'find') return Reflect.get(target, name);
      return async (keyId: string) => {
        asked += 1;
        if (away) throw new BookUnavailable('it is away');
        return await target.find(keyId);
      };
    },
  });
  const bounds = { freshMs: 1_000, keptMs: 5_000, most: 2 };
  const keys = new DataKeys(counting, new KeyFileWrapper(new KeyFile(file.path)), bounds, () => now);
  const codec = new EncryptingCodec(keys);
  const times = async (at: number): Promise<number> => {
    now = at;
    await read(payload, workflowId, codec);
    return asked;
  };
  expect([await times(0), await times(999), await times(1_000)]).toEqual([1, 1, 2]);
  away = true;
  expect(await times(2_000)).toBe(3);
  now = 8_000;
  await expect(read(payload, workflowId, codec)).rejects.toThrow(BookUnavailable);
  away = false;
  expect(await times(8_001)).toBe(5);
  for (let other = 0; other < 3; other += 1) await encrypted(newWorkflow(), SECRET, codec);
  expect(await times(8_002)).toBe(6);
});

test('a key that is destroyed is let go of by every process within a second, and the next payload has another', async () => {
  const workflowId = onboardingWorkflowId('coinmena', 'forgotten-1');
  let now = 0;
  const codec = new EncryptingCodec(new DataKeys(book, new KeyFileWrapper(new KeyFile(file.path)), {}, () => now));
  const payload = await encrypted(workflowId, SECRET, codec);
  await own
    .open()
    .updateTable('data_keys')
    .set({ wrapped_key: null, destroyed_at: new Date() })
    .where('subject', '=', workflowId)
    .execute();
  now = 999;
  expect(await read(payload, workflowId, codec)).toEqual(SECRET);
  now = 1_000;
  await expect(read(payload, workflowId, codec)).rejects.toEqual(refusedWith('DATA_KEY_DESTROYED'));
  const next = await encrypted(workflowId, SECRET, codec);
  expect(textOf(next, 'key')).not.toBe(textOf(payload, 'key'));
  expect(await read(next, workflowId, codec)).toEqual(SECRET);
});

test('while the book is away nobody waits for it twice, and once it is back what was destroyed is let go of', async () => {
  const workflowId = onboardingWorkflowId('coinmena', 'forgotten-2');
  let now = 0;
  let away: Promise<never> | undefined;
  const going = new Proxy(book, {
    get: (target, name): unknown =>
      name === 'destructions' ? () => away ?? target.destructions() : Reflect.get(target, name),
  });
  const codec = new EncryptingCodec(new DataKeys(going, new KeyFileWrapper(new KeyFile(file.path)), {}, () => now));
  const payload = await encrypted(workflowId, SECRET, codec);
  away = Promise.reject(new BookUnavailable('it is away'));
  away.catch(() => undefined);
  now = 1_000;
  expect(await read(payload, workflowId, codec)).toEqual(SECRET);
  // It hangs: whoever waited for it would wait for ever.
  away = new Promise<never>(() => undefined);
  now = 2_000;
  expect(await read(payload, workflowId, codec)).toEqual(SECRET);
});

describe('a failure', () => {
  const inActivity = {
    type: 'activity',
    namespace: 'default',
    workflowId: 'funding/coinmena/failure-1',
    isLocal: false,
  } as const;

  test('leaves its type in clear, and no word', async () => {
    const failure = failureConverter.errorToFailure(new Error('Layla Example is 36'), converter, inActivity);
    expect(failure).toMatchObject({ message: 'Encoded failure', stackTrace: '' });
    const attributes = failure.encodedAttributes ?? {};
    const [written] = await aProcess().encode([attributes], inActivity);
    expect(textOf(written ?? {}, 'encoding')).toMatch(/^binary\/gangway/);
    const [decoded] = await aProcess().decode([written ?? {}], inActivity);
    const back = failureConverter.failureToError({ ...failure, encodedAttributes: decoded ?? {} }, converter);
    expect(back.message).toBe('Layla Example is 36');
    expect(Object.keys(decoded?.metadata ?? {})).toEqual(['encoding']);
  });

  test('of the codec itself is in clear, and may be tried again', () => {
    const refusal = new Error('wrapped', { cause: new PayloadRefused('PAYLOAD_PLAIN', 'A payload of w is in clear.') });
    expect(failureConverter.errorToFailure(refusal, converter, inActivity)).toMatchObject({
      message: expect.stringContaining('PAYLOAD_PLAIN: A payload of w is in clear.'),
      applicationFailureInfo: { type: 'PAYLOAD_PLAIN', nonRetryable: false },
    });
    expect(failureConverter.errorToFailure(new Error('Layla Example'), converter).message).not.toContain('Layla');
  });

  test('of an activity whose key is gone is told without words, so that the worker lives on', async () => {
    const failure = failureConverter.errorToFailure(new Error('Layla Example'), converter, inActivity);
    const away: DataKeyBook = new Proxy(book, {
      get: () => async () => {
        throw new BookUnavailable('it is away');
      },
    });
    const codec = aProcess({}, { of: away });
    const [written] = await codec.encode([failure.encodedAttributes ?? {}], inActivity);
    expect(written?.data).toEqual(new Uint8Array());
    await expect(aProcess().decode([written ?? {}], inActivity)).rejects.toEqual(refusedWith('PAYLOAD_WITHHELD'));
    await expect(codec.encode([converter.toPayload(SECRET)], inActivity)).rejects.toThrow(BookUnavailable);
  });
});
