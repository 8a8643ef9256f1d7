import { sql } from 'kysely';
import type { PartnerEvent } from '../../contract/events';
import { type BookDatabase, SCHEMA } from '../connection';
import { unavailable } from '../unavailable';

const PAGE = 500;
const EVENTS = sql.table(`${SCHEMA}.events_out`);

/**
 * Of each flow the last event that was neither delivered nor put aside, some at a time: whoever delivers it delivers those before
 * it too.
 *
 * @throws BookUnavailable
 */
export async function* openEvents(book: BookDatabase): AsyncGenerator<readonly PartnerEvent[]> {
  let after = '';
  for (;;) {
    const { rows } = await unavailable(() =>
      sql<PartnerEvent & { readonly subject: string }>`
        SELECT DISTINCT ON (subject) subject, event_id AS id, type, data,
            to_char(happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS timestamp
          FROM ${EVENTS} WHERE delivered_at IS NULL AND put_aside_at IS NULL AND subject > ${after}
          ORDER BY subject, event_no DESC LIMIT ${PAGE}`.execute(book),
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(({ id, type, timestamp, data }) => ({ id, type, timestamp, data }));
    after = last.subject;
  }
}
