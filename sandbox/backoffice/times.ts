/** Times as the exchange writes them: 100 ns ticks, with and without a zone (docs/providers/backoffice.md section 6). */

/** `2021-04-09T10:50:40.1164856Z`; the digits beyond milliseconds are made of the id, so that no two look alike. */
export function zonedTime(ms: number, id: number): string {
  return `${unzonedTime(ms, id)}Z`;
}

/** `2021-04-09T11:43:58.2434222` */
export function unzonedTime(ms: number, id: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}${String(id % 10_000).padStart(4, '0')}`;
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?Z?$/;

/** A time in a query, UTC if it has no zone [I]; undefined if it is none. */
export function queriedTime(text: string): number | undefined {
  if (!TIME.test(text)) return undefined;
  const ms = Date.parse(text.endsWith('Z') ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
