import { sql } from 'kysely';
import type { PartnerEvent } from '../contract/events';
import type { News, Outbox, SetAside } from '../contract/outbox';
import type { BookDatabase } from './connection';
import { unavailable } from './unavailable';

/** The events that go out, in PostgreSQL. */
export class PostgresOutbox implements Outbox {
  constructor(private readonly book: BookDatabase) {}

  async record({ subject, type, timestamp, data }: News, id: string): Promise<PartnerEvent> {
    return await unavailable(async () => {
      await this.book
        .insertInto('events_out')
        .values({ event_id: id, subject, type, data: JSON.stringify(data), happened_at: new Date(timestamp) })
        .onConflict((conflict) => conflict.column('event_id').doNothing())
        .execute();
      const row = await this.book
        .selectFrom('events_out')
        .select(['event_id', 'type', 'data', 'happened_at'])
        .where('event_id', '=', id)
        .executeTakeFirstOrThrow();
      return eventOf(row);
    });
  }

  async toDeliver(id: string): Promise<readonly PartnerEvent[] | undefined> {
    return await unavailable(async () => {
      const own = await this.book
        .selectFrom('events_out')
        .select(['event_no', 'subject'])
        .where('event_id', '=', id)
        .executeTakeFirst();
      if (own === undefined) return undefined;
      const rows = await this.book
        .selectFrom('events_out')
        .select(['event_id', 'type', 'data', 'happened_at'])
        .where('subject', '=', own.subject)
        .where('event_no', '<=', own.event_no)
        .where('delivered_at', 'is', null)
        .where('put_aside_at', 'is', null)
        .orderBy('event_no')
        .execute();
      return rows.map(eventOf);
    });
  }

  async delivered(id: string): Promise<void> {
    await unavailable(() =>
      this.book
        .updateTable('events_out')
        .set({ delivered_at: sql<Date>`clock_timestamp()` })
        .where('event_id', '=', id)
        .where('delivered_at', 'is', null)
        .execute(),
    );
  }

  async putAside({ id, reason }: SetAside): Promise<void> {
    await unavailable(() =>
      this.book
        .updateTable('events_out')
        .set({ put_aside: reason, put_aside_at: sql<Date>`clock_timestamp()` })
        .where('event_id', '=', id)
        .where('delivered_at', 'is', null)
        .where('put_aside_at', 'is', null)
        .execute(),
    );
  }
}

interface EventRow {
  readonly event_id: string;
  readonly type: PartnerEvent['type'];
  readonly data: PartnerEvent['data'];
  readonly happened_at: Date;
}

function eventOf({ event_id: id, type, data, happened_at: at }: EventRow): PartnerEvent {
  return { id, type, timestamp: at.toISOString(), data };
}
