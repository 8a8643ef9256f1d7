import {
  AckPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  type Consumer,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import {
  AuthorizationError,
  connect,
  credsAuthenticator,
  headers,
  nanos,
  PermissionViolationError,
  tokenAuthenticator,
  type NatsConnection,
} from '@nats-io/transport-node';
import { EventSourceError, type DeadReason, type EventSource, type SourcedEvent } from './event-source';
import type { NatsSettings } from './nats-settings';

/** How long a delivery may take before another one is made: far longer than a start, however slow. */
const ACK_WAIT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_PAUSE_MS = 1_000;
/** How long a repeated dead letter is recognised: a consumer may die between keeping it and ending the event. */
const DEAD_LETTER_WINDOW_MS = 60 * 60_000;

/** Where events of a stream go that can never be taken. */
export function deadLetterStream(stream: string): { readonly name: string; readonly subject: string } {
  return { name: `${stream}-dead-letters`, subject: `gangway.dead-letters.${stream}` };
}

/**
 * Events of a NATS JetStream stream. The stream remembers, per durable consumer, what was accepted. Everything else it
 * delivers again, perhaps to another process that shares the consumer.
 */
export class NatsSource implements EventSource {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly jetstream: JetStreamClient,
    private readonly consumer: Consumer,
    private readonly stream: string,
    private readonly prefetch: number,
  ) {}

  /**
   * Connects, and makes the durable consumer and the stream of dead letters if they are not there yet.
   *
   * @param prefetch how many events are asked for at once
   * @throws EventSourceError if NATS is away or refuses, or has no such stream
   */
  static async open(settings: NatsSettings, prefetch: number): Promise<NatsSource> {
    const connection = await connectTo(settings);
    try {
      const manager = await jetstreamManager(connection);
      await requireStream(manager, settings.stream);
      await ensureDeadLetters(manager, settings.stream);
      const consumer = await ensureConsumer(manager, settings);
      return new NatsSource(connection, manager.jetstream(), consumer, settings.stream, prefetch);
    } catch (error) {
      await connection.close();
      throw told(error);
    }
  }

  async *events(stop: AbortSignal): AsyncGenerator<SourcedEvent> {
    const messages = await this.consumer.consume({ max_messages: this.prefetch, abort_on_missing_resource: true });
    const onStop = (): void => messages.stop();
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) onStop();
    try {
      for await (const message of messages) {
        // Another consumer gets at once what was fetched and not begun.
        if (stop.aborted) message.nak();
        else yield this.deliver(message);
      }
    } catch (error) {
      throw told(error);
    } finally {
      stop.removeEventListener('abort', onStop);
      messages.stop();
    }
    if (!stop.aborted) throw new EventSourceError('QUEUE_UNREACHABLE', 'The connection to NATS ended.');
  }

  async close(): Promise<void> {
    // Sends what is still to be sent, such as a message that was put back.
    await this.connection.drain().catch(() => undefined);
    await this.connection.close();
  }

  private deliver(message: JsMsg): SourcedEvent {
    return {
      at: `message ${message.seq}`,
      bytes: Buffer.from(message.data),
      delivery: message.info.deliveryCount,
      accepted: async () => {
        // If NATS does not hear of it, it delivers the event again, which starts nothing twice.
        await message.ackAck().catch(() => false);
      },
      putBack: (afterMs) => {
        message.nak(afterMs);
        return Promise.resolve();
      },
      putAside: (reason) => this.putAside(message, reason),
    };
  }

  private async putAside(message: JsMsg, reason: DeadReason): Promise<void> {
    const { subject } = deadLetterStream(this.stream);
    try {
      await this.jetstream.publish(subject, message.data, {
        // Keeping it again changes nothing: a consumer that dies between this line and the next keeps it once.
        msgID: `${this.stream}:${message.seq}`,
        headers: letterHeaders(this.stream, message, reason),
      });
    } catch {
      // Not kept, so not ended: it is delivered again.
      message.nak(RECONNECT_PAUSE_MS);
      return;
    }
    message.term(reason.code);
  }
}

function letterHeaders(stream: string, message: JsMsg, { code, message: text, fields }: DeadReason) {
  const letter = headers();
  letter.set('Gangway-Code', code);
  letter.set('Gangway-Reason', oneLine(text));
  letter.set('Gangway-Fields', oneLine(JSON.stringify(fields)));
  letter.set('Gangway-Stream', stream);
  letter.set('Gangway-Sequence', String(message.seq));
  letter.set('Gangway-Subject', message.subject);
  return letter;
}

/** A header is one line of printable ASCII. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 2_000);
}

async function connectTo({ servers, tls, credentials, token, caFile }: NatsSettings): Promise<NatsConnection> {
  // Read at each connection, so that renewed credentials are used.
  const authenticators = [
    ...(credentials === undefined ? [] : [credsAuthenticator(credentials)]),
    ...(token === undefined ? [] : [tokenAuthenticator(token)]),
  ];
  try {
    return await connect({
      servers: [...servers],
      name: 'gangway consume',
      timeout: CONNECT_TIMEOUT_MS,
      // For ever: a consumer outlives the servers that it reads from.
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_PAUSE_MS,
      ...(authenticators.length === 0 ? {} : { authenticator: authenticators }),
      // Without this, the client speaks TLS only if the server asks for it, and a token goes in clear if it does not.
      ...(tls ? { tls: caFile === undefined ? {} : { caFile } } : {}),
    });
  } catch (error) {
    throw told(error);
  }
}

async function requireStream(manager: JetStreamManager, stream: string): Promise<void> {
  try {
    await manager.streams.info(stream);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new EventSourceError('BAD_SETTINGS', `NATS has no stream ${stream}.`);
  }
}

async function ensureDeadLetters(manager: JetStreamManager, stream: string): Promise<void> {
  const { name, subject } = deadLetterStream(stream);
  try {
    await manager.streams.info(name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await manager.streams.add({ name, subjects: [subject], duplicate_window: nanos(DEAD_LETTER_WINDOW_MS) });
  }
}

async function ensureConsumer(manager: JetStreamManager, { stream, consumer }: NatsSettings): Promise<Consumer> {
  try {
    const { config } = await manager.consumers.info(stream, consumer);
    if (config.ack_policy !== AckPolicy.Explicit) {
      throw new EventSourceError('BAD_SETTINGS', `The consumer ${consumer} must acknowledge each message by itself.`);
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await manager.consumers.add(stream, {
      durable_name: consumer,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      // For ever: an event that can never be taken is put aside, and every other is taken one day.
      max_deliver: -1,
    });
  }
  return await manager.jetstream().consumers.get(stream, consumer);
}

function isNotFound(error: unknown): boolean {
  const codes: readonly number[] = [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound];
  return error instanceof JetStreamApiError && codes.includes(error.code);
}

/** What NATS said, for whoever runs the consumer: server, stream and consumer names, nothing of an event. */
function told(error: unknown): EventSourceError {
  if (error instanceof EventSourceError) return error;
  const detail = error instanceof Error ? ` (${error.message.slice(0, 200)})` : '';
  const refuses =
    error instanceof AuthorizationError ||
    error instanceof PermissionViolationError ||
    error instanceof JetStreamApiError;
  return refuses
    ? new EventSourceError('QUEUE_REFUSES', `NATS refuses this client${detail}.`)
    : new EventSourceError('QUEUE_UNREACHABLE', `NATS did not answer${detail}.`);
}
