import { CommandError } from '../failure';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z$/;
const DAY_MS = 24 * 60 * 60_000;

/**
 * A moment that a person gave: a day, which begins at midnight UTC, or a time in UTC.
 *
 * @throws CommandError naming the option
 */
export function readMoment(option: string, text: string): Date {
  const at = new Date(DATE.test(text) ? `${text}T00:00:00.000Z` : text);
  const isRead = (DATE.test(text) || TIME.test(text)) && !Number.isNaN(at.getTime());
  // 2026-02-30 is read as the second of March.
  if (!isRead || !at.toISOString().startsWith(text.slice(0, 10))) {
    throw new CommandError(
      `${option} must be a day such as 2026-12-01, or a time in UTC such as 2026-12-01T15:30:00Z.`,
    );
  }
  return at;
}

/** The end of what `--to` includes: a day with all of it, or a time. */
function readEnd(option: string, text: string): Date {
  const at = readMoment(option, text);
  return DATE.test(text) ? new Date(at.getTime() + DAY_MS) : at;
}

export interface PeriodFlags {
  readonly from?: string;
  readonly to?: string;
}

/** From a moment on, up to another that is not part of it. */
interface Period {
  readonly from?: Date;
  readonly to?: Date;
}

/** @throws CommandError if one of them cannot be read, or the end comes first */
export function readPeriod({ from, to }: PeriodFlags): Period {
  const period: Period = {
    ...(from === undefined ? {} : { from: readMoment('--from', from) }),
    ...(to === undefined ? {} : { to: readEnd('--to', to) }),
  };
  if (period.from !== undefined && period.to !== undefined && period.to <= period.from) {
    throw new CommandError('--to must not be before --from.');
  }
  return period;
}
