import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { OF_A_FAILURE } from '../contract/failure-converter';
import { PayloadRefused } from '../contract/payload-refusals';
import { compressed, type Compression, decompressed, type Packed } from './compression';
import { homeOf, type Home } from './context';
import type { DataKeys } from './data-keys';
import { ownerOf } from './owner';
import { open, seal } from './sealed';

const { Payload: PayloadMessage } = temporal.api.common.v1;

type Context = Parameters<PayloadCodec['encode']>[1];

/** The `encoding` of what this codec writes, by how it was compressed before. Short: it stands beside every payload. */
export const ENCRYPTED = { none: 'binary/gangway', z1: 'binary/gangway+z1' } as const satisfies Record<
  Compression,
  string
>;
/** The `encoding` of a part of a failure that could not be encrypted, and was therefore not written. */
const WITHHELD = 'binary/gangway-withheld';

/** The first byte of the data: another one is another layout, or another cipher. */
const VERSION = 1;

/** In the metadata, in clear: a codec server is told nothing else. `of` is `NAMESPACE/WORKFLOW ID`. */
const [KEY, WORKFLOW] = ['key', 'of'] as const;

export interface CodecOptions {
  /** Whether a payload in clear is read, for the time in which there are workflows from before encryption. Default: false. */
  readonly readsPlain?: boolean;
  /** For measurements. Default: true. */
  readonly compresses?: boolean;
}

/**
 * Encrypts every payload under the key of its workflow: AES-256-GCM over the whole payload, its own metadata included. What is
 * authenticated beside it binds it to version, namespace, workflow, key and compression.
 *
 * Both ways throw PayloadRefused; BookUnavailable.
 */
export class EncryptingCodec implements PayloadCodec {
  constructor(
    private readonly keys: DataKeys,
    private readonly options: CodecOptions = {},
  ) {}

  async encode(payloads: Payload[], context?: Context): Promise<Payload[]> {
    return await Promise.all(payloads.map((payload) => this.encrypt(payload, context)));
  }

  async decode(payloads: Payload[], context?: Context): Promise<Payload[]> {
    return await Promise.all(payloads.map((payload) => this.decrypt(payload, context)));
  }

  private async encrypt(marked: Payload, context: Context): Promise<Payload> {
    const { [OF_A_FAILURE]: mark, ...metadata } = marked.metadata ?? {};
    const payload = { ...marked, metadata };
    try {
      return await this.encrypted(payload, homeOf(context));
    } catch (error) {
      // A worker ends if it cannot say that an activity failed, so it says that much.
      if (mark === undefined) throw error;
      return { metadata: { encoding: Buffer.from(WITHHELD) }, data: new Uint8Array() };
    }
  }

  private async encrypted(payload: Payload, home: Home): Promise<Payload> {
    const { workflowId } = home;
    const { id: keyId, key } = await this.keys.toEncrypt(workflowId, () => ownerOf(workflowId, payload.data));
    const clear = PayloadMessage.encode(payload).finish();
    const { compression, bytes } = this.options.compresses === false ? asItIs(clear) : compressed(clear);
    const sealed = seal(key, bytes, about(home, keyId, compression));
    return {
      metadata: {
        encoding: Buffer.from(ENCRYPTED[compression]),
        [KEY]: Buffer.from(keyId),
        [WORKFLOW]: Buffer.from(nameOf(home)),
      },
      data: Buffer.concat([Buffer.from([VERSION]), sealed]),
    };
  }

  private async decrypt(payload: Payload, context: Context): Promise<Payload> {
    const encoding = textOf(payload, 'encoding');
    const compression = compressionOf(encoding);
    if (compression !== undefined) return await this.decrypted(payload, compression, homeOf(context));
    const where = context?.workflowId ?? 'a workflow';
    if (encoding === WITHHELD) throw new PayloadRefused('PAYLOAD_WITHHELD', `A failure of ${where} is not there.`);
    if (this.options.readsPlain === true) return payload;
    throw new PayloadRefused('PAYLOAD_PLAIN', `A payload of ${where} is in clear.`);
  }

  private async decrypted(payload: Payload, compression: Compression, home: Home): Promise<Payload> {
    const { workflowId } = home;
    if (textOf(payload, WORKFLOW) !== nameOf(home)) {
      throw new PayloadRefused('PAYLOAD_MOVED', `A payload of ${workflowId} was encrypted for another workflow.`);
    }
    const data = payload.data ?? new Uint8Array();
    if (data[0] !== VERSION) {
      throw new PayloadRefused(
        'PAYLOAD_VERSION',
        `A payload of ${workflowId} is encrypted in a way that is not known.`,
      );
    }
    const { id, key } = await this.keys.toDecrypt(textOf(payload, KEY), workflowId);
    const bytes = open(key, data.subarray(1), about(home, id, compression));
    if (bytes === undefined) {
      throw new PayloadRefused('PAYLOAD_TAMPERED', `A payload of ${workflowId} does not open under its key ${id}.`);
    }
    return PayloadMessage.decode(decompressed({ compression, bytes }));
  }
}

/** To which workflow's key a payload that this codec wrote was encrypted, by its own word; undefined if it wrote none. */
export function sealedFor(payload: Payload): (Home & { readonly keyId: string }) | undefined {
  if (compressionOf(textOf(payload, 'encoding')) === undefined) return undefined;
  const [namespace = '', workflowId = ''] = textOf(payload, WORKFLOW).split(/\/(.*)/s);
  return { namespace, workflowId, keyId: textOf(payload, KEY) };
}

function asItIs(bytes: Uint8Array): Packed {
  return { compression: 'none', bytes };
}

/** Undefined if this codec did not write it. */
function compressionOf(encoding: string): Compression | undefined {
  switch (encoding) {
    case ENCRYPTED.none:
      return 'none';
    case ENCRYPTED.z1:
      return 'z1';
    default:
      return undefined;
  }
}

/** A namespace has no slash. */
function nameOf({ namespace, workflowId }: Home): string {
  return `${namespace}/${workflowId}`;
}

function about({ namespace, workflowId }: Home, keyId: string, compression: Compression): string {
  return JSON.stringify(['gangway-payload', VERSION, namespace, workflowId, keyId, compression]);
}

/** '' if it is not there. */
function textOf({ metadata }: Payload, name: string): string {
  return Buffer.from(metadata?.[name] ?? []).toString('utf8');
}
