import { sql } from 'kysely';
import { type BookDatabase, SCHEMA } from '../connection';
import type { Fault } from './chain';
import type { ChainFilter } from './entries';

const [PARTICULARS, SECRETS, ERASED, DECISIONS, DOCUMENTS, DISCREPANCIES] = [
  'particulars',
  'particular_secrets',
  'erased_subjects',
  'decisions',
  'documents',
  'discrepancies',
].map((name) => sql.table(`${SCHEMA}.${name}`));

/**
 * Holds what stands beside the rows to the marks that were made of it, and each mark to what it stands for, or to the entry that
 * tells of its erasure.
 */
export async function particularFaults(book: BookDatabase, { subject }: ChainFilter): Promise<readonly Fault[]> {
  const only = (column: string): ReturnType<typeof sql> =>
    subject === undefined ? sql`true` : sql`${sql.ref(column)} = ${subject}`;
  const { rows } = await sql<{ subject: string; problem: string }>`
    SELECT p.subject, 'has words beside it that are not what their mark was made of' AS problem
      FROM ${PARTICULARS} AS p JOIN ${SECRETS} AS s USING (subject)
      WHERE ${only('p.subject')} AND p.mark <> ${sql.raw(SCHEMA)}.mark_of(s.secret, p.told)
    UNION ALL
    SELECT m.about, 'lacks what a mark in ' || m.named || ' stands for, and no erasure tells of it' FROM (
        SELECT d.subject AS about, 'decisions' AS named, w.mark FROM ${DECISIONS} AS d
          CROSS JOIN LATERAL (VALUES (d.reason), (d.evidence)) AS w (mark)
        UNION ALL
        SELECT d.subject, 'documents', w.mark FROM ${DOCUMENTS} AS d
          CROSS JOIN LATERAL (VALUES (d.provider_document_id), (d.sha256)) AS w (mark)
        UNION ALL
        SELECT ${sql.raw(SCHEMA)}.words_of_discrepancy(d.provider, d.funding_id), 'discrepancies', w.mark
          FROM ${DISCREPANCIES} AS d CROSS JOIN LATERAL (VALUES (d.reason), (d.evidence)) AS w (mark)
      ) AS m
      WHERE ${only('m.about')} AND m.mark LIKE 'mark:%'
        AND NOT EXISTS (SELECT FROM ${PARTICULARS} AS p WHERE p.subject = m.about AND p.mark = m.mark)
        AND NOT EXISTS (SELECT FROM ${ERASED} AS e WHERE e.subject = m.about AND m.mark = ANY(e.marks))
    ORDER BY 1, 2 LIMIT 100`.execute(book);
  return rows;
}
