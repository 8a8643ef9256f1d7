import { sql } from 'kysely';
import type { AuditedChange } from '../canonical';
import type { BookDatabase } from '../connection';

/** An entry of the audit, as it stands in the book. */
export interface AuditEntry extends AuditedChange {
  readonly chainId: string;
  readonly sha256: Buffer;
}

/** An entry as the hash has its time. */
const AT = sql<string>`to_char(audit.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const PAGE = 2_000;

/** Which chains are read. */
export interface ChainFilter {
  /** Only those with an entry since then. */
  readonly since?: Date | undefined;
  readonly subject?: string | undefined;
}

/**
 * Every entry of the chains, a chain after the other and each from its first entry on, some thousands at a time. In one
 * transaction of the caller's, so that what is written meanwhile makes no difference.
 */
export async function* auditEntries(
  book: BookDatabase,
  filter: ChainFilter = {},
): AsyncGenerator<readonly AuditEntry[]> {
  let page = await entriesAfter(book, filter);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    yield page;
    page = await entriesAfter(book, filter, last);
  }
}

/** The next of them, after one; none if it was the last. Default: the first ones. */
export async function entriesAfter(
  book: BookDatabase,
  { since, subject }: ChainFilter,
  after: Pick<AuditEntry, 'chainId' | 'entry'> = { chainId: '0', entry: 0 },
): Promise<readonly AuditEntry[]> {
  return await book
    .selectFrom('audit')
    .innerJoin('chains', 'chains.chain_id', 'audit.chain_id')
    .select([
      'audit.chain_id as chainId',
      'chains.subject',
      'audit.entry',
      AT.as('at'),
      'audit.actor',
      'audit.action',
      'audit.of_table as ofTable',
      'audit.content',
      'audit.sha256',
    ])
    .where(sql<boolean>`(audit.chain_id, audit.entry) > (${after.chainId}::bigint, ${after.entry}::integer)`)
    // Or each page would walk over all chains before it.
    .where('chains.chain_id', '>=', after.chainId)
    .$if(since !== undefined, (query) =>
      query.where('audit.chain_id', 'in', (inner) =>
        inner
          .selectFrom('audit as later')
          .select('later.chain_id')
          .where('later.at', '>=', since ?? new Date(0)),
      ),
    )
    .$if(subject !== undefined, (query) => query.where('chains.subject', '=', subject ?? ''))
    .orderBy('audit.chain_id')
    .orderBy('audit.entry')
    .limit(PAGE)
    .execute();
}
