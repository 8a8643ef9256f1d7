import { sql } from 'kysely';
import type { BlindEntry, BlindField } from '../contract/blind-index';
import { onboardingWorkflowId } from '../contract/ids';
import type { ClientKey } from '../contract/records';
import type { BookDatabase } from './connection';
import { unavailable } from './unavailable';

/** What came of asking for a client. */
export type Asked =
  | {
      readonly is: 'answered';
      readonly clients: readonly ClientKey[];
      /** How many clients stand under keys that the asker does not have, by the keys' versions. */
      readonly unseen: Readonly<Record<string, number>>;
    }
  /** More than one may ask in an hour. */
  | { readonly is: 'refused'; readonly askedBefore: number };

export interface Asking {
  /** An opaque operator id. */
  readonly by: string;
  readonly field: BlindField;
  /** What is asked for, under each key. */
  readonly entries: readonly BlindEntry[];
  /** How often one may ask in an hour. */
  readonly mostAnHour: number;
}

const MOST_FOUND = 100;

/** The blind index in PostgreSQL. Every call throws BookUnavailable if the book cannot be asked. */
export class PostgresBlindIndex {
  constructor(private readonly book: BookDatabase) {}

  /** Writes what a client is found by from now on; what it was found by before is gone. */
  async register({ provider, partnerClientId }: ClientKey, entries: readonly BlindEntry[]): Promise<void> {
    const fields = entries.map(({ field }) => field);
    await unavailable(() =>
      this.book.transaction().execute(async (within) => {
        await within
          .deleteFrom('blind_indexes')
          .where('provider', '=', provider)
          .where('client_id', '=', partnerClientId)
          .where(sql<boolean>`NOT field = ANY(${fields}::text[])`)
          .execute();
        for (const { field, keyVersion: key_version, digest } of entries) {
          await within
            .insertInto('blind_indexes')
            .values({ provider, client_id: partnerClientId, field, key_version, digest })
            .onConflict((conflict) =>
              conflict.columns(['provider', 'client_id', 'field']).doUpdateSet({ key_version, digest }),
            )
            .execute();
        }
      }),
    );
  }

  /** Answers who stands under one of the entries. The asking is in the audit before it is answered, and so is one that is refused. */
  async ask(asking: Asking): Promise<Asked> {
    return await unavailable(() => this.book.transaction().execute((within) => ask(within, asking)));
  }
}

async function ask(within: BookDatabase, { by, field, entries, mostAnHour }: Asking): Promise<Asked> {
  // Of many that one person asks at once, no more are answered than in turn.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`find/${by}`}, 0))`.execute(within);
  const { count } = await within
    .selectFrom('askings')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('asked_by', '=', by)
    .where('refused', '=', false)
    .where('asked_at', '>', sql<Date>`clock_timestamp() - interval '1 hour'`)
    .executeTakeFirstOrThrow();
  if (count >= mostAnHour) {
    await enter(within, { by, field, refused: true, found: [] });
    return { is: 'refused', askedBefore: count };
  }
  const rows = await within
    .selectFrom('blind_indexes')
    .select(['provider', 'client_id'])
    .where('field', '=', field)
    .where((row) =>
      row.or(
        entries.map(({ keyVersion, digest }) =>
          row.and([row('key_version', '=', keyVersion), row('digest', '=', digest)]),
        ),
      ),
    )
    .orderBy('provider')
    .orderBy('client_id')
    .limit(MOST_FOUND)
    .execute();
  const clients = rows.map(({ provider, client_id: partnerClientId }) => ({ provider, partnerClientId }));
  const found = clients.map(({ provider, partnerClientId }) => onboardingWorkflowId(provider, partnerClientId));
  await enter(within, { by, field, refused: false, found });
  return { is: 'answered', clients, unseen: await unseenBy(within, field, entries) };
}

async function enter(
  within: BookDatabase,
  { by, field, refused, found }: Pick<Asking, 'by' | 'field'> & { readonly refused: boolean; readonly found: string[] },
): Promise<void> {
  await within.insertInto('askings').values({ asked_by: by, field, refused, found }).execute();
}

async function unseenBy(
  within: BookDatabase,
  field: BlindField,
  entries: readonly BlindEntry[],
): Promise<Readonly<Record<string, number>>> {
  const known = entries.map(({ keyVersion }) => keyVersion);
  const rows = await within
    .selectFrom('blind_indexes')
    .select(['key_version', sql<number>`count(*)::integer`.as('count')])
    .where('field', '=', field)
    .where(sql<boolean>`NOT key_version = ANY(${known}::text[])`)
    .groupBy('key_version')
    .orderBy('key_version')
    .execute();
  return Object.fromEntries(rows.map(({ key_version: version, count }) => [version, count]));
}
