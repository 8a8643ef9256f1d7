import { Option, type Command } from 'commander';
import { payloadKeySettings } from '../../../keys/settings';
import { environmentAt, temporalSettings } from '../../../temporal/connection';
import { consumeEvents, type Outcome } from '../../events/consume-events';
import { DeadLetterFile } from '../../events/dead-letter-file';
import type { EventSource } from '../../events/event-source';
import { natsSettings } from '../../events/nats-settings';
import { NatsSource } from '../../events/nats-source';
import { NdjsonSource } from '../../events/ndjson-source';
import { startEvent } from '../../events/start-event';
import { openTemporal } from '../../temporal-link';
import { newCommand, run, withTemporal, type CommonFlags } from '../command';
import { EXIT, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import type { Output } from '../output';
import { stopSignals } from '../up/stop-signals';

interface ConsumeFlags extends CommonFlags {
  readonly nats?: string;
  readonly stream?: string;
  readonly consumer: string;
  readonly deadLetters?: string;
  readonly concurrency: string;
}

/** A start takes milliseconds; what takes longer than this is tried again. */
const START_TIMEOUT_MS = 8_000;
const DEFAULT_CONCURRENCY = '16';
const LARGEST_CONCURRENCY = 256;

/** `gangway consume` */
export function consumeCommand(): Command {
  const description =
    'Take signups and movements from standard input, one JSON document per line, or from a NATS stream. Each is ended only once Temporal has stored it; what can never be taken is kept aside with the reason.';
  const command = newCommand('consume', description, [
    'gangway consume < events.ndjson',
    'gangway consume --dead-letters refused.ndjson < events.ndjson',
    'gangway consume --nats nats://127.0.0.1:4222 --stream signups',
  ]);
  return withTemporal(command)
    .addOption(new Option('--nats <servers>', 'read from NATS, until told to stop').env('GANGWAY_NATS_URL'))
    .addOption(new Option('--stream <name>', 'the stream that is read').env('GANGWAY_NATS_STREAM'))
    .addOption(
      new Option('--consumer <name>', 'the durable consumer, which remembers what was taken')
        .env('GANGWAY_NATS_CONSUMER')
        .default('gangway'),
    )
    .option('--dead-letters <file>', 'of standard input: where what can never be taken is kept, as NDJSON')
    .option('--concurrency <number>', 'events under way at once', DEFAULT_CONCURRENCY)
    .action(async (flags: ConsumeFlags) => {
      await run(flags, (output) => consume(flags, output));
    });
}

async function consume(flags: ConsumeFlags, output: Output): Promise<ExitCode> {
  const concurrency = readConcurrency(flags.concurrency);
  const settings = temporalSettings(environmentAt(flags));
  const payloadKeys = payloadKeySettings(process.env);
  const opened = await openSource(flags, concurrency);
  const { source, endsByItself } = opened;
  const temporal = await openTemporal(settings, [], payloadKeys);
  const stop = stopSignals();
  const tally = new Tally(output);
  output.say(
    endsByItself ? 'Taking events from standard input.' : `Taking events from the stream ${flags.stream ?? ''}.`,
  );
  try {
    await consumeEvents(source, {
      start: (event) => temporal.within(START_TIMEOUT_MS, (gangway) => startEvent(gangway, event)),
      concurrency,
      stop: stop.signal,
      tell: (outcome) => tally.add(outcome),
    });
    return tally.end(endsByItself && stop.signal.aborted);
  } finally {
    stop.dispose();
    await source.close();
    await opened.close();
    await temporal.close();
  }
}

interface OpenSource {
  readonly source: EventSource;
  readonly endsByItself: boolean;
  close(): Promise<void>;
}

async function openSource(flags: ConsumeFlags, concurrency: number): Promise<OpenSource> {
  const { nats, stream, consumer, deadLetters } = flags;
  if (nats !== undefined) {
    if (stream === undefined) throw new CommandError('--stream must say which stream is read.');
    if (deadLetters !== undefined) {
      throw new CommandError('--dead-letters is for standard input: a stream has a stream of dead letters.');
    }
    const source = await NatsSource.open(natsSettings({ nats, stream, consumer }, process.env), concurrency);
    return { source, endsByItself: false, close: () => Promise.resolve() };
  }
  if (process.stdin.isTTY) throw new CommandError('Give events on standard input, or say --nats. See --help.');
  const file = deadLetters === undefined ? undefined : await DeadLetterFile.open(deadLetters);
  const source = new NdjsonSource(process.stdin, {
    keep: async (line, reason) => await file?.keep(line, reason),
  });
  return { source, endsByItself: true, close: async () => await file?.close() };
}

function readConcurrency(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= LARGEST_CONCURRENCY) return number;
  throw new CommandError(`--concurrency must be a whole number from 1 to ${LARGEST_CONCURRENCY}.`);
}

/** Tells what becomes of each event, and of all. */
class Tally {
  private accepted = 0;
  private before = 0;
  private putAside = 0;
  /** Where the events are that were put back and have not come again yet. */
  private readonly waiting = new Set<string>();

  constructor(private readonly output: Output) {}

  add(outcome: Outcome): void {
    this.output.document(outcome);
    this.waiting.delete(outcome.at);
    switch (outcome.did) {
      case 'accepted':
        this.accepted += 1;
        if (outcome.started !== 'new') this.before += 1;
        this.output.pass(`${this.accepted} taken`);
        break;
      case 'put-back':
        this.waiting.add(outcome.at);
        this.output.pass(`${this.waiting.size} wait for Temporal: ${outcome.code}`);
        break;
      case 'put-aside':
        this.putAside += 1;
        this.output.complain(`${outcome.at}: ${outcome.reason.code}: ${outcome.reason.message}`);
        break;
    }
  }

  end(interrupted: boolean): ExitCode {
    const { accepted, before, putAside, waiting } = this;
    const counts = { accepted, startedBefore: before, putAside, waiting: waiting.size };
    this.output.document({ summary: counts });
    this.output.say(
      `${accepted} taken, of which ${before} were known; ${putAside} put aside; ${waiting.size} not taken.`,
    );
    if (interrupted) return EXIT.interrupted;
    return putAside > 0 ? EXIT.badInput : EXIT.done;
  }
}
