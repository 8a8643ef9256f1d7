import type { DecodeRecord, Decodes } from '../contract/decodes';
import type { BookDatabase } from './connection';
import { unavailable } from './unavailable';

/** Who has read what, in PostgreSQL; the audit tells of it in one chain a day. */
export class PostgresDecodes implements Decodes {
  constructor(private readonly book: BookDatabase) {}

  async record({ reader, workflows, refusedWorkflows, payloads, decoded, refused }: DecodeRecord): Promise<void> {
    const row = {
      reader: reader ?? null,
      workflows,
      refused_workflows: refusedWorkflows,
      payloads,
      decoded,
      refused: JSON.stringify(refused),
    };
    await unavailable(() => this.book.insertInto('decodes').values(row).execute());
  }
}
