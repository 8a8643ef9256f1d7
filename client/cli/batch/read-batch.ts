import { createHash } from 'node:crypto';
import { dirname, extname, resolve } from 'node:path';
import type { BatchRow, RowResult } from '../../../contract/batch';
import { BatchFileError, MAX_BATCH_FILE_BYTES, readBatchFile, type BatchFormat } from '../../../inputs/batch-file/read';
import { readRows } from '../../batch/rows';
import { withFileUris } from '../document-uris';
import { CommandError } from '../failure';
import { readBytes } from '../read-bytes';

/** A file of many rows, read and checked. */
export interface ReadBatch {
  readonly sha256: string;
  readonly rows: readonly BatchRow[];
  readonly refused: readonly RowResult[];
}

/**
 * Reads a file of rows. Paths of documents in it are taken from its directory.
 *
 * @throws CommandError if it cannot be read, or is not what it says it is
 */
export async function readBatch(file: string, format: BatchFormat | undefined, provider: string): Promise<ReadBatch> {
  const bytes = await readBytes(file, MAX_BATCH_FILE_BYTES);
  const directory = dirname(resolve(file));
  try {
    const lines = readBatchFile(bytes, format ?? formatOf(file)).map((line) =>
      line.ok ? { ...line, value: withFileUris(line.value, directory) } : line,
    );
    if (lines.length === 0) throw new CommandError(`${file} has no rows.`);
    return { sha256: createHash('sha256').update(bytes).digest('hex'), ...readRows(lines, provider) };
  } catch (error) {
    if (error instanceof BatchFileError) throw new CommandError(`${error.message} Nothing was started.`);
    throw error;
  }
}

/** By its name: anything but a well-known ending is taken for CSV. */
export function formatOf(file: string): BatchFormat {
  return ['.ndjson', '.jsonl', '.json'].includes(extname(file).toLowerCase()) ? 'ndjson' : 'csv';
}

/** The id of a batch that nobody named: the same file is the same batch. */
export function batchIdOf(sha256: string): string {
  return sha256.slice(0, 32);
}
