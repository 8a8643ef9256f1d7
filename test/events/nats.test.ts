import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { consumeEvents, type Outcome } from '../../client/events/consume-events';
import { deadLetterStream, NatsSource } from '../../client/events/nats-source';
import { natsSettings } from '../../client/events/nats-settings';
import { GangwayError, invalidRequest } from '../../client/gangway-error';
import { ensureNatsServer } from '../../scripts/nats-server';
import { NatsServer } from '../setup/nats-server';
import { eventually } from '../setup/rig';

const away = new GangwayError('TEMPORAL_UNREACHABLE', 'Temporal did not answer.');

let server: NatsServer;
let connection: NatsConnection;
let manager: JetStreamManager;

beforeAll(async () => {
  await ensureNatsServer();
  server = await NatsServer.start();
  ({ connection, manager } = await server.connect());
}, 600_000);
afterAll(async () => {
  await connection.close();
  await server.close();
});

async function stream(name: string, events: readonly unknown[]): Promise<void> {
  await manager.streams.add({ name, subjects: [`${name}.events`] });
  for (const event of events) await publish(name, JSON.stringify(event));
}

async function publish(name: string, text: string): Promise<void> {
  await manager.jetstream().publish(`${name}.events`, text);
}

/** What the stream still holds back: delivered and not ended, and not delivered yet. */
async function unended(name: string): Promise<number> {
  const { num_ack_pending, num_pending } = await manager.consumers.info(name, 'gangway');
  return num_ack_pending + num_pending;
}

interface Consuming {
  readonly outcomes: Outcome[];
  stop(): Promise<void>;
}

async function consume(name: string, start: (event: unknown) => Promise<string>): Promise<Consuming> {
  const source = await NatsSource.open(settings(name), 4);
  const stop = new AbortController();
  const outcomes: Outcome[] = [];
  const ended = consumeEvents(source, {
    start: async (event) => ({ workflowId: await start(event), started: 'new' }),
    concurrency: 4,
    stop: stop.signal,
    tell: (outcome) => outcomes.push(outcome),
  });
  return {
    outcomes,
    stop: async () => {
      stop.abort();
      await ended;
      await source.close();
    },
  };
}

function settings(name: string) {
  return natsSettings({ nats: server.url, stream: name, consumer: 'gangway' }, {});
}

test('each event is ended once it was started, and none is left', async () => {
  await stream('plain', [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const seen: unknown[] = [];
  const consuming = await consume('plain', (event) => {
    seen.push(event);
    return Promise.resolve('id');
  });
  await eventually(async () => ((await unended('plain')) === 0 ? true : undefined));
  await consuming.stop();
  expect(seen.map(Number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('what Temporal could not take is not ended, and is delivered again', async () => {
  await stream('again', ['a']);
  let tries = 0;
  const consuming = await consume('again', () => {
    tries += 1;
    return tries < 3 ? Promise.reject(away) : Promise.resolve('id');
  });
  await eventually(async () => ((await unended('again')) === 0 ? true : undefined));
  await consuming.stop();
  expect(consuming.outcomes.map(({ did }) => did)).toEqual(['put-back', 'put-back', 'accepted']);
});

test('what can never be taken goes to the stream of dead letters with the reason, once, as it came', async () => {
  await stream('poison', []);
  const consuming = await consume('poison', () =>
    Promise.reject(invalidRequest([{ field: 'applicant.email', problem: 'must be an e-mail address' }])),
  );
  await publish('poison', '{"not json');
  await publish('poison', '{"wrong":1}');
  await eventually(async () => (consuming.outcomes.length === 2 ? true : undefined));
  await consuming.stop();
  const { name } = deadLetterStream('poison');
  const letters = await Promise.all([1, 2].map((seq) => manager.streams.getMessage(name, { seq })));
  const told = letters.map((letter) => [letter?.string(), letter?.header.get('Gangway-Code')]);
  expect(told).toEqual([
    ['{"not json', 'INVALID_REQUEST'],
    ['{"wrong":1}', 'INVALID_REQUEST'],
  ]);
  expect(letters[1]?.header.get('Gangway-Fields')).toContain('applicant.email');
  expect(letters[1]?.header.get('Gangway-Sequence')).toBe('2');
  expect((await manager.streams.info(name)).state.messages).toBe(2);
  expect(await unended('poison')).toBe(0);
});

test('told to stop, it finishes what is under way and leaves the rest to be delivered', async () => {
  await stream('stopped', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  let release: () => void = () => undefined;
  const held = new Promise<void>((settle) => {
    release = settle;
  });
  const seen: unknown[] = [];
  const first = await consume('stopped', async (event) => {
    seen.push(event);
    await held;
    return 'id';
  });
  await eventually(() => Promise.resolve(seen.length === 4 ? true : undefined));
  const stopping = first.stop();
  release();
  await stopping;
  expect(first.outcomes.map(({ did }) => did)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
  expect(await unended('stopped')).toBe(8);
  const second = await consume('stopped', (event) => {
    seen.push(event);
    return Promise.resolve('id');
  });
  await eventually(async () => ((await unended('stopped')) === 0 ? true : undefined));
  await second.stop();
  expect(seen.map(Number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('a stream that is not there is refused by name, a server that is away is told', async () => {
  await expect(NatsSource.open(settings('nowhere'), 1)).rejects.toMatchObject({
    code: 'BAD_SETTINGS',
    message: 'NATS has no stream nowhere.',
  });
  const elsewhere = natsSettings({ nats: 'nats://127.0.0.1:1', stream: 's', consumer: 'c' }, {});
  await expect(NatsSource.open(elsewhere, 1)).rejects.toMatchObject({ code: 'QUEUE_UNREACHABLE' });
});

test('a server that is killed and comes back loses nothing', async () => {
  const own = await NatsServer.start();
  try {
    const { connection: mine, manager: its } = await own.connect();
    await its.streams.add({ name: 'back', subjects: ['back.events'] });
    for (let count = 0; count < 20; count += 1) await its.jetstream().publish('back.events', String(count));
    const seen = new Set<number>();
    const source = await NatsSource.open(natsSettings({ nats: own.url, stream: 'back', consumer: 'gangway' }, {}), 4);
    const stop = new AbortController();
    const ended = consumeEvents(source, {
      start: async (event) => {
        seen.add(Number(event));
        if (seen.size === 6) {
          await own.kill();
          await own.run();
        }
        return { workflowId: 'id', started: 'new' };
      },
      concurrency: 4,
      stop: stop.signal,
      tell: () => undefined,
    });
    await eventually(() => Promise.resolve(seen.size === 20 ? true : undefined), 100_000);
    stop.abort();
    await ended;
    await source.close();
    await mine.close();
    expect(seen.size).toBe(20);
  } finally {
    await own.close();
  }
}, 120_000);

test('settings that make no sense are all named, and no secret is repeated', () => {
  const wrong = { nats: 'nats://user:secret@host', stream: 'a b', consumer: '' };
  expect(() => natsSettings(wrong, { GANGWAY_NATS_CREDENTIALS_FILE: '/nowhere' })).toThrow(
    /--nats .*\n--stream .*\n--consumer .*\nGANGWAY_NATS_CREDENTIALS_FILE/,
  );
  expect(() => natsSettings(wrong, {})).not.toThrow(/secret/);
});
