import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { openBook } from '../book/connection';
import { PostgresDataKeys } from '../book/data-keys';
import type { DataKeyBook } from '../contract/data-keys';
import { EncryptingCodec, type CodecOptions } from './codec';
import { DataKeys } from './data-keys';
import { KeyFile } from './key-file';
import { FormerWrapper, KeyFileWrapper, type KeyWrapper } from './key-wrapper';
import type { PayloadKeySettings, WrappingSettings } from './settings';
import { VaultWrapper } from './vault-wrapper';

/** The keys of workflows, as a process has them open. */
export interface OpenPayloadKeys {
  /** For every worker and client of the process. */
  readonly dataConverter: DataConverter;
  close(): Promise<void>;
}

/** The SDK loads it by its path. */
const FAILURE_CONVERTER = join(__dirname, '..', 'contract', 'failure-converter');

/** Few: a key is asked for once in minutes. */
const CONNECTIONS = 4;

/**
 * Opens nothing yet: the first payload does.
 *
 * @param actor who writes in the book
 * @throws Error if the key file cannot be read any more
 */
export function openPayloadKeys(
  { readsPlain, book, ...wrapping }: PayloadKeySettings,
  { actor, ...options }: Omit<CodecOptions, 'readsPlain'> & { readonly actor?: string } = {},
): OpenPayloadKeys {
  const opened = openBook(book, { connections: CONNECTIONS, ...(actor === undefined ? {} : { actor }) });
  const keys = openDataKeys(wrapping, new PostgresDataKeys(opened));
  return {
    dataConverter: {
      failureConverterPath: FAILURE_CONVERTER,
      payloadCodecs: [new EncryptingCodec(keys, { ...options, readsPlain })],
    },
    close: () => opened.destroy(),
  };
}

/**
 * The keys of workflows, with the book already open.
 *
 * @throws Error if the key file cannot be read any more
 */
export function openDataKeys(wrapping: WrappingSettings, book: DataKeyBook): DataKeys {
  return new DataKeys(book, openWrapper(wrapping));
}

/**
 * What wraps the keys of workflows, by its settings.
 *
 * @throws Error if the key file cannot be read any more
 */
export function openWrapper({ keyFile, vault }: WrappingSettings): KeyWrapper {
  const file = keyFile === undefined ? undefined : new KeyFileWrapper(new KeyFile(keyFile));
  const service = vault === undefined ? undefined : new VaultWrapper(vault);
  if (service !== undefined) return file === undefined ? service : new FormerWrapper(service, file);
  if (file === undefined) throw new Error('nothing wraps the keys of workflows');
  return file;
}
