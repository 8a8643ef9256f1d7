import { isSuccess, whole, type Answer, type Delivery } from './answer';
import { Exact } from './decimals';

/** How a right answer is made a wrong one, as a broken proxy or a changed API would. */

const ERROR_PAGE = Buffer.from(
  '<!doctype html><html><head><title>Service</title></head><body><h1>Please try again later</h1></body></html>\n',
);

export function htmlAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body: ERROR_PAGE };
}

export function truncated(answer: Answer, end: 'clean' | 'cut', bytes: number | undefined): Delivery {
  const afterBytes = Math.min(bytes ?? Math.floor(answer.body.length / 2), Math.max(0, answer.body.length - 1));
  if (end === 'cut') return { how: 'cut', answer, afterBytes };
  return whole({ ...answer, body: answer.body.subarray(0, afterBytes) });
}

export function withWrongTypes(answer: Answer, fields: readonly string[] | undefined): Answer {
  return changeJson(answer, (value) => changeFields(value, fields));
}

/** Adds fields to the envelope and to every object directly under `result` or `items`. */
export function withExtraFields(answer: Answer, fields: Readonly<Record<string, unknown>>): Answer {
  return changeJson(answer, (value) => {
    if (!isRecord(value)) return value;
    const inner = Object.entries(value).map(([name, content]): [string, unknown] => [name, extend(content, fields)]);
    return { ...Object.fromEntries(inner), ...fields };
  });
}

/** The same values in another spelling, as another installation of a provider may show them. */
export function respelt(answer: Answer, fields: readonly string[], how: 'upper' | 'lower' | 'net' | 'rounded'): Answer {
  return changeJson(answer, (value) => spell(value, fields, how));
}

/** Every list of the answer the other way round. */
export function withReversedLists(answer: Answer): Answer {
  return changeJson(answer, reversed);
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).toReversed();
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, reversed(content)]));
}

function spell(value: unknown, fields: readonly string[], how: Parameters<typeof respelt>[2]): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => spell(item, fields, how));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, content]) => [
      name,
      typeof content === 'string' && fields.includes(name) ? spelt(content, how) : spell(content, fields, how),
    ]),
  );
}

const NET_OF_FEE = '0.99';
const ROUNDED_PLACES = 2;

function spelt(text: string, how: Parameters<typeof respelt>[2]): string {
  switch (how) {
    case 'upper':
      return text.toUpperCase();
    case 'lower':
      return text.toLowerCase();
    case 'net':
      return isDecimal(text) ? new Exact(text).times(NET_OF_FEE).toFixed() : text;
    case 'rounded':
      return isDecimal(text) ? new Exact(text).toDecimalPlaces(ROUNDED_PLACES, Exact.ROUND_DOWN).toFixed() : text;
  }
}

function isDecimal(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text);
}

export function calledHtml(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'content-type': 'text/html; charset=utf-8' } };
}

export function canBeSpoiled(answer: Answer): boolean {
  return isSuccess(answer);
}

function extend(content: unknown, fields: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(content)) return content.map((item: unknown) => extend(item, fields));
  return isRecord(content) ? { ...content, ...fields } : content;
}

function changeFields(value: unknown, fields: readonly string[] | undefined): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => changeFields(item, fields));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, content]) => [
      name,
      isRecord(content) || Array.isArray(content)
        ? changeFields(content, fields)
        : fields === undefined || fields.includes(name)
          ? otherType(content)
          : content,
    ]),
  );
}

/** Numbers and booleans become text; text becomes a number, the one it spells if it spells one. */
function otherType(content: unknown): unknown {
  if (typeof content === 'number' || typeof content === 'boolean') return String(content);
  if (typeof content !== 'string') return content;
  const number = Number(content);
  return content !== '' && Number.isFinite(number) ? number : content.length;
}

function changeJson(answer: Answer, change: (value: unknown) => unknown): Answer {
  if (answer.headers['content-type'] !== 'application/json') return answer;
  const value: unknown = JSON.parse(answer.body.toString('utf8'));
  return { ...answer, body: Buffer.from(JSON.stringify(change(value)), 'utf8') };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
