import { z } from 'zod';
import { ID_PATTERN, idProblem, MAX_ID_LENGTH } from '../contract/ids';
import { amountProblem, LONGEST_AMOUNT } from '../contract/money';
import { characterProblem } from './characters';

/**
 * What the fields of every input are made of. Neutral: a provider's own limits are checked by its connector. Problems
 * are worded to follow the field's name, and never repeat a value.
 */

/** Decimal places that any provider could ask for; the provider's own limit is in its semantics. */
const MOST_DECIMALS = 18;

/** Part of a domain, in any script: no marks but a hyphen inside, so that nothing follows an address, such as `?subject=`. */
const LABEL = String.raw`[^\s!-/:-@\[-\x60{-~]([^\s!-,./:-@\[-\x60{-~]*[^\s!-/:-@\[-\x60{-~])?`;
/** Any letters, because domains and mailboxes of all scripts exist; no characters that stand around an address. */
const EMAIL = new RegExp(`^[^\\s@<>()[\\]:;,\\\\"]+@${LABEL}(\\.${LABEL})+$`);
const E164_PHONE = /^\+[1-9]\d{6,14}$/;
const CALENDAR_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;
const FRACTION = /^(0(\.\d{1,18})?|1(\.0{1,18})?)$/;
const MIME = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/;
const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** `textProblem`, as far as a pattern says it. */
const TRIMMED = {
  minLength: 1,
  pattern:
    '^[^\\s\\u0000-\\u001f\\u007f-\\u009f]([^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f])?$',
} as const;

const LONGEST_NAME = 255;

type Problem<Value> = (value: Value) => string | undefined;

/** A check as JSON Schema, for documents: as tight as JSON Schema can say it, never tighter than the check. */
interface Shape {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: 'date';
}

function checkedString(problem: Problem<string>, shape: Shape): z.ZodString {
  const checked = z.string().check((context) => {
    const message = problem(context.value);
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value });
  });
  return checked.meta({ ...shape });
}

function textProblem(value: string, longest: number): string | undefined {
  if (value.length === 0) return 'must not be empty';
  if (value.length > longest) return `must have at most ${longest} characters`;
  if (value.trim() !== value) return 'must not begin or end with white space';
  return characterProblem(value);
}

/** Text that a person wrote: not empty, all of it to be seen (inputs/characters.ts), at most `longest` characters. */
export function text(longest = 255): z.ZodString {
  return checkedString((value) => textProblem(value, longest), { ...TRIMMED, maxLength: longest });
}

/** A person's name: text with a letter of any script in it. */
export const personName = checkedString(
  (value) => textProblem(value, LONGEST_NAME) ?? (/\p{L}/u.test(value) ? undefined : 'must hold a letter'),
  { ...TRIMMED, maxLength: LONGEST_NAME },
);

/** A provider's own word, such as `government_id` or `10001_25000`. */
export function word(longest = 100): z.ZodString {
  return checkedString(
    (value) => {
      if (value.length > longest) return `must have at most ${longest} characters`;
      return WORD.test(value) ? undefined : "must be a word of letters, digits, '.', '_' and '-'";
    },
    { minLength: 1, maxLength: longest, pattern: WORD.source },
  );
}

/** A provider's id of an asset, such as `USD`. */
export const assetId = word(32);

/** An opaque id (contract/ids.ts). */
export const id = checkedString(idProblem, { minLength: 1, maxLength: MAX_ID_LENGTH, pattern: ID_PATTERN.source });

/** A decimal above zero, as text (contract/money.ts). */
export const amount = checkedString((value) => amountProblem(value, MOST_DECIMALS), {
  minLength: 1,
  maxLength: LONGEST_AMOUNT,
  pattern: `^(\\d*[1-9]\\d*(\\.\\d{1,${MOST_DECIMALS}})?|0+\\.\\d{0,${MOST_DECIMALS - 1}}[1-9]\\d{0,${MOST_DECIMALS - 1}})$`,
});

/** A decimal fraction from 0 to 1, as text, such as `"0.005"`. */
export const decimalFraction = checkedString(
  (value) => (FRACTION.test(value) ? undefined : 'must be a decimal fraction from 0 to 1 in a string, such as "0.005"'),
  { pattern: FRACTION.source },
);

/** A provider's own id of a record: opaque, and never part of one of ours. */
export const providersId = word(128);

export const email = checkedString(
  (value) => {
    if (value.length > 254) return 'must have at most 254 characters';
    if (!EMAIL.test(value)) return 'must be an email address alone, such as name@example.com';
    return characterProblem(value);
  },
  { maxLength: 254, pattern: EMAIL.source },
);

export const phone = checkedString(
  (value) => (E164_PHONE.test(value) ? undefined : "must be an international number: '+', then 7 to 15 digits"),
  { pattern: E164_PHONE.source },
);

/** A day that exists, `YYYY-MM-DD`. */
export const calendarDate = checkedString(
  (value) => (isCalendarDate(value) ? undefined : 'must be a date that exists, written YYYY-MM-DD'),
  { format: 'date', pattern: '^(19\\d\\d|2[01]\\d\\d|2200)-\\d\\d-\\d\\d$' },
);

function isCalendarDate(value: string): boolean {
  const [, year, month, day] = (CALENDAR_DATE.exec(value) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  if (year < 1900 || year > 2200) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

export const sha256 = checkedString(
  (value) => (SHA256_HEX.test(value) ? undefined : 'must be a SHA-256 in lower-case hex, 64 characters'),
  { pattern: SHA256_HEX.source },
);

export const mime = checkedString(
  (value) => (value.length <= 100 && MIME.test(value) ? undefined : 'must be a media type such as image/jpeg'),
  { maxLength: 100, pattern: MIME.source },
);

/** Where a file is: `file:` or `https:`. Whether it may be read from there is the document store's to say. */
export const fileUri = checkedString(
  (value) => {
    if (value.length > 2048) return 'must have at most 2048 characters';
    if (!URL.canParse(value)) return 'must be a file: or https: URI';
    const { protocol, username, password } = new URL(value);
    if (protocol !== 'file:' && protocol !== 'https:') return 'must be a file: or https: URI';
    if (username !== '' || password !== '') return 'must not hold a user name or a password';
    return undefined;
  },
  { maxLength: 2048 },
);

const ONE_SECOND_MS = 1000;
const ONE_YEAR_MS = 365 * 24 * 3600 * ONE_SECOND_MS;

/** How long to wait, in milliseconds: a second to a year. */
export const durationMs = z.int().min(ONE_SECOND_MS).max(ONE_YEAR_MS);

/** Says that entries of a list must differ in one of their fields, and which does not. */
export function repeats<Entry>(entries: readonly Entry[], key: (entry: Entry) => string): readonly number[] {
  const seen = new Set<string>();
  return entries.flatMap((entry, index) => {
    if (seen.has(key(entry))) return [index];
    seen.add(key(entry));
    return [];
  });
}
