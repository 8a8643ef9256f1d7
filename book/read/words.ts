import { type RawBuilder, sql } from 'kysely';
import { type BookDatabase, SCHEMA } from '../connection';

/** What stands beside a row in the place of which the row has a mark; null once it is erased. */
export function toldBeside(subject: string, column: string): RawBuilder<string | null> {
  return sql`${sql.raw(SCHEMA)}.told_beside(${sql.ref(subject)}, ${sql.ref(column)})`;
}

/** As {@link toldBeside}, of a discrepancy: its words are of the movement that it is about. */
export function toldBesideDiscrepancy(column: string): RawBuilder<string | null> {
  const about = sql`${sql.raw(SCHEMA)}.words_of_discrepancy(discrepancies.provider, discrepancies.funding_id)`;
  return sql`${sql.raw(SCHEMA)}.told_beside(${about}, ${sql.ref(`discrepancies.${column}`)})`;
}

const MARK = /mark:[0-9a-f]{64}/g;

/** What stands beside entries of the audit: by the mark that an entry has, the words; and the secret that marks were made with. */
export interface Words {
  readonly byMark: Readonly<Record<string, string>>;
  /** In hex, by the subject whose marks it makes. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The words of the marks in some texts. */
export async function wordsIn(book: BookDatabase, texts: readonly string[]): Promise<Words> {
  const marks = [...new Set(texts.flatMap((text) => text.match(MARK) ?? []))];
  if (marks.length === 0) return { byMark: {}, secrets: {} };
  const rows = await book
    .selectFrom('particulars')
    .innerJoin('particular_secrets', 'particular_secrets.subject', 'particulars.subject')
    .select(['particulars.subject', 'particulars.mark', 'particulars.told', 'particular_secrets.secret'])
    .where(sql<boolean>`particulars.mark = ANY(${marks}::text[])`)
    .orderBy('particulars.mark')
    .execute();
  return {
    byMark: Object.fromEntries(rows.map(({ mark, told }) => [mark, told])),
    secrets: Object.fromEntries(rows.map(({ subject, secret }) => [subject, secret.toString('hex')])),
  };
}

const ERASED = '(erased)';

/** A text with the words in the place of their marks. */
export function withWords(text: string, { byMark }: Words): string {
  return text.replaceAll(MARK, (mark) => byMark[mark] ?? ERASED);
}
