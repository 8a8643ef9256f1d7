import { openBook, type BookDatabase } from '../../book/connection';
import { PostgresDataKeys } from '../../book/data-keys';
import { PostgresDecodes } from '../../book/decodes';
import { BookVersionError, requireCurrentBook } from '../../book/version';
import { BookUnavailable } from '../../contract/send-log';
import { openDataKeys } from '../../keys/open';
import { PayloadReader } from '../../keys/reader';
import { closeWithin, type ServiceOptions, urlAt } from '../gateway/http-service';
import type { CodecServerConfig } from './config';
import { RefusedRequests } from './refused-requests';
import { codecServer } from './server';

/** A codec server that takes requests. */
export interface RunningCodecServer {
  /** `http://host:port`. */
  readonly url: string;
  /** Takes no more requests, and waits for those under way, as long as its grace is. Harmless when repeated. */
  stop(): Promise<void>;
}

/** A page of the UI asks for all its payloads at once, and each request takes one for a millisecond or two. */
const CONNECTIONS = 8;
/** The actor of what nobody has done, such as a refused request. */
const ACTOR = 'codec-server';

/**
 * Starts a codec server, even if the book is away: then it answers 503 until the book is there.
 *
 * @throws BookVersionError if the book is of another version: it could not be told who reads; Error if the key file cannot be read any
 * more, or if the port cannot be listened on
 */
export async function startCodecServer(
  config: CodecServerConfig,
  options: Pick<ServiceOptions, 'log' | 'arrivalTimeoutMs'> = {},
): Promise<RunningCodecServer> {
  const book = openBook(config.payloadKeys.book, { connections: CONNECTIONS, actor: ACTOR });
  try {
    await refuseAnotherVersion(book);
    return await serve(config, book, options);
  } catch (error) {
    await book.destroy();
    throw error;
  }
}

async function serve(
  config: CodecServerConfig,
  book: BookDatabase,
  options: Pick<ServiceOptions, 'log' | 'arrivalTimeoutMs'>,
): Promise<RunningCodecServer> {
  let stopping: Promise<void> | undefined;
  const dataKeys = new PostgresDataKeys(book);
  const decodes = new PostgresDecodes(book);
  const refused = new RefusedRequests(decodes);
  const deps = {
    payloads: new PayloadReader(dataKeys, openDataKeys(config.payloadKeys, dataKeys)),
    decodes,
    refused,
    bookAnswers: () => isCurrent(book),
    stopping: () => stopping !== undefined,
  };
  const server = await codecServer(config, deps, options);
  for (const warning of config.warnings) server.log.warn(warning);
  const listening = await server.listen({ host: config.host, port: config.port });
  const stop = async (): Promise<void> => {
    try {
      await closeWithin(server, config.shutdownGraceMs);
    } finally {
      await refused.close();
      await book.destroy();
    }
  };
  return {
    url: urlAt(config.host, listening),
    stop: async () => {
      stopping ??= stop();
      await stopping;
    },
  };
}

async function refuseAnotherVersion(book: BookDatabase): Promise<void> {
  try {
    await requireCurrentBook(book);
  } catch (error) {
    if (!(error instanceof BookUnavailable)) throw error;
  }
}

async function isCurrent(book: BookDatabase): Promise<boolean> {
  try {
    await requireCurrentBook(book);
    return true;
  } catch (error) {
    if (error instanceof BookUnavailable || error instanceof BookVersionError) return false;
    throw error;
  }
}
