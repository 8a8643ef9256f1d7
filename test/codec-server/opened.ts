import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { z } from 'zod';
import type { BookDatabase } from '../../book/connection';
import { PostgresDataKeys } from '../../book/data-keys';
import { readCodecServerConfig } from '../../client/codec-server/config';
import { startCodecServer, type RunningCodecServer } from '../../client/codec-server/serve';
import { EncryptingCodec } from '../../keys/codec';
import { openDataKeys } from '../../keys/open';
import { KeyFileOfATest } from '../keys/key-file-of-a-test';
import { newOwnBook, type OwnBook } from '../setup/test-book';

const NAMESPACE = 'default';

/** As it goes over HTTP. */
const payloadsSchema = z.object({
  payloads: z.array(
    z.looseObject({ metadata: z.record(z.string(), z.string()).optional(), data: z.string().optional() }),
  ),
});
export type Sent = z.output<typeof payloadsSchema>['payloads'][number];

function sent({ metadata, data }: Payload): Sent {
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
    ),
    data: Buffer.from(data ?? []).toString('base64'),
  };
}

interface DecodeRow {
  readonly reader: string | null;
  readonly workflows: readonly string[];
  readonly refused_workflows: readonly string[];
  readonly payloads: number;
  readonly decoded: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** A book, a key file, and what somebody has encrypted with them. */
export class CodecBook {
  private readonly codec: EncryptingCodec;

  private constructor(
    readonly own: OwnBook,
    readonly book: BookDatabase,
    readonly keyFile: KeyFileOfATest,
  ) {
    this.codec = new EncryptingCodec(openDataKeys({ keyFile: keyFile.path }, new PostgresDataKeys(book)));
  }

  static async open(): Promise<CodecBook> {
    const own = await newOwnBook();
    return new CodecBook(own, own.open(), new KeyFileOfATest());
  }

  get env(): NodeJS.ProcessEnv {
    return { ...this.own.env, GANGWAY_PAYLOAD_KEYS_FILE: this.keyFile.path };
  }

  async encrypted(workflowId: string, value: unknown, namespace = NAMESPACE): Promise<Sent> {
    const context = { type: 'workflow', namespace, workflowId } as const;
    const [payload] = await this.codec.encode([defaultPayloadConverter.toPayload(value)], context);
    if (payload === undefined) throw new Error('nothing was encoded');
    return sent(payload);
  }

  /** @param log receives each line */
  async serve(settings: NodeJS.ProcessEnv, log: string[] = []): Promise<RunningCodecServer> {
    const config = readCodecServerConfig({ ...this.env, GANGWAY_CODEC_PORT: '0', ...settings });
    return await startCodecServer(config, { log: { write: (line) => void log.push(line) } });
  }

  /** What the book knows of who has read, oldest first. */
  async decodes(): Promise<readonly DecodeRow[]> {
    return await this.book
      .selectFrom('decodes')
      .select(['reader', 'workflows', 'refused_workflows', 'payloads', 'decoded', 'refused'])
      .orderBy('decode_id')
      .execute();
  }

  async close(): Promise<void> {
    await this.own.drop();
    this.keyFile.remove();
  }
}

export interface Asked {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function ask(
  { url }: RunningCodecServer,
  body: unknown,
  { token, headers = {} }: Asked,
): Promise<Response> {
  return await fetch(`${url}/decode`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-namespace': NAMESPACE,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

/** The payloads of an answer, which is one. */
export async function payloadsOf(answer: Response): Promise<readonly Sent[]> {
  const body: unknown = await answer.json();
  if (answer.status !== 200) throw new Error(`answered with ${answer.status}: ${JSON.stringify(body)}`);
  return payloadsSchema.parse(body).payloads;
}

export async function codeOf(answer: Response): Promise<string> {
  return `${answer.status} ${z.looseObject({ code: z.string() }).parse(await answer.json()).code}`;
}

/** What a payload holds; or why it was not decoded. */
export function valueOf({ metadata = {}, data = '' }: Sent): unknown {
  const refused = metadata['gangway-refused'];
  if (refused !== undefined) return `refused: ${Buffer.from(refused, 'base64').toString()}`;
  const value: unknown = JSON.parse(Buffer.from(data, 'base64').toString());
  return value;
}
