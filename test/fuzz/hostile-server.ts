import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { spoiled, type Json } from './fuzz';

/** What a provider that has lost its mind answers with. */
export interface HostileAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HostileBody;
}

type HostileBody =
  | { readonly is: 'json'; readonly json: Json }
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  /** The right answer with bytes put into it that are no UTF-8, or cut short. */
  | { readonly is: 'damaged'; readonly at: number; readonly bytes: Uint8Array; readonly cut: boolean }
  /** JSON nested as deeply as a megabyte allows. */
  | { readonly is: 'deep'; readonly depth: number; readonly open: string; readonly close: string }
  /** Goes on for as long as anybody listens. */
  | { readonly is: 'endless' }
  /** More than anybody reads, and says how much. */
  | { readonly is: 'huge'; readonly bytes: number }
  /** A little now and then, and never the end. */
  | { readonly is: 'dripping' }
  /** Fewer bytes than were announced, and then the line is dropped. */
  | { readonly is: 'short' }
  /** Not even HTTP. */
  | { readonly is: 'noise'; readonly text: string };

/** Stands in every answer, so that whatever repeats an answer is found out. */
export const CANARY = 'canary-7f3a';

const status = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(200, 201) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      202,
      204,
      301,
      302,
      400,
      401,
      403,
      404,
      408,
      409,
      413,
      418,
      422,
      429,
      500,
      502,
      503,
      504,
      599,
    ),
  },
);

const headers = fc.oneof(
  fc.constant({ 'content-type': 'application/json' }),
  fc.constantFrom<Readonly<Record<string, string>>[]>(
    {},
    { 'content-type': 'text/html' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    { 'content-type': `${CANARY}/${'x'.repeat(500)}` },
    { 'content-type': 'application/json', 'retry-after': '1e9' },
    { 'content-type': 'application/json', 'retry-after': '-5' },
    { 'content-type': 'application/json', 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' },
    { 'content-type': 'application/json', 'x-request-id': `${CANARY} with spaces` },
    { 'content-type': 'application/json', location: 'http://127.0.0.1:1/elsewhere' },
    { 'content-type': 'application/json', 'set-cookie': `session=${CANARY}` },
  ),
);

const envelope = fc.record({
  code: fc.oneof(
    fc.constantFrom(2008, 2009, 2010, 2012, 2016, 2020, 2021, 2026, 3005, 4008, 404),
    fc.integer(),
    fc.double(),
    fc.string(),
  ),
  msg: fc.oneof(fc.constant(CANARY), fc.constant(null), fc.integer()),
  msg_detail: fc.oneof(
    fc.constant(null),
    fc.constant({ amount: [CANARY], [CANARY]: [CANARY] }),
    fc.constant([{ loc: ['body', 'address', 'city'], msg: CANARY }]),
    spoiled({ address: { city: CANARY } }),
  ),
});

/** Answers to one call, of which `right` is the right body. */
export function hostileAnswers(right: Json): fc.Arbitrary<HostileAnswer> {
  const marked =
    typeof right === 'object' && right !== null && !Array.isArray(right) ? { ...right, more: CANARY } : right;
  const body = fc.oneof<fc.MaybeWeightedArbitrary<HostileBody>[]>(
    { weight: 12, arbitrary: spoiled(marked).map((json): HostileBody => ({ is: 'json', json })) },
    { weight: 3, arbitrary: envelope.map((json): HostileBody => ({ is: 'json', json: toJson(json) })) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes): HostileBody => ({ is: 'bytes', bytes })) },
    {
      weight: 4,
      arbitrary: fc
        .record({ at: fc.nat(), bytes: fc.uint8Array({ min: 128, maxLength: 4 }), cut: fc.boolean() })
        .map((damage): HostileBody => ({ is: 'damaged', ...damage })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<HostileBody[]>(
        { is: 'deep', depth: 170_000, open: '{"a":', close: '}' },
        { is: 'deep', depth: 500_000, open: '[', close: ']' },
        { is: 'deep', depth: 100_000, open: '{"result":', close: '}' },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<HostileBody[]>(
        { is: 'endless' },
        { is: 'huge', bytes: 300_000_000 },
        { is: 'dripping' },
        { is: 'short' },
        { is: 'noise', text: `${CANARY}\r\n\r\n` },
        { is: 'noise', text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}' },
        { is: 'noise', text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n' },
        { is: 'noise', text: `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}\r\n\r\n` },
      ),
    },
  );
  return fc.record({ status, headers, body });
}

function toJson(value: unknown): Json {
  const json: Json = JSON.parse(JSON.stringify(value));
  return json;
}

/** What was sent of the longest answer so far, in bytes. */
export class Sent {
  most = 0;

  note(bytes: number): void {
    this.most = Math.max(this.most, bytes);
  }
}

const CHUNK = Buffer.alloc(64 * 1024, 'x');
const DRIP_MS = 20;

/** Gives a hostile answer. `right` is what the right body would have been. */
export function give(response: ServerResponse, answer: HostileAnswer, right: Buffer, sent: Sent): void {
  const { status: code, headers: given, body } = answer;
  const whole = (bytes: Buffer | string): void => {
    response.writeHead(code, given);
    response.end(code === 204 ? undefined : bytes);
  };
  switch (body.is) {
    case 'json': {
      whole(JSON.stringify(body.json));
      return;
    }
    case 'bytes': {
      whole(Buffer.from(body.bytes));
      return;
    }
    case 'damaged': {
      const at = body.at % (right.length + 1);
      whole(Buffer.concat([right.subarray(0, at), body.bytes, body.cut ? Buffer.alloc(0) : right.subarray(at)]));
      return;
    }
    case 'deep': {
      whole(`${body.open.repeat(body.depth)}1${body.close.repeat(body.depth)}`);
      return;
    }
    case 'endless':
      response.writeHead(code, given);
      {
        pour(response, Infinity, sent);
        return;
      }
    case 'huge':
      response.writeHead(code, { ...given, 'content-length': String(body.bytes) });
      {
        pour(response, body.bytes, sent);
        return;
      }
    case 'dripping':
      response.writeHead(code, given);
      {
        drip(response);
        return;
      }
    case 'short':
      response.writeHead(code, { ...given, 'content-length': String(right.length + 10) });
      response.write(right);
      setTimeout(() => response.destroy(), DRIP_MS);
      return;
    case 'noise':
      response.socket?.end(body.text);
  }
}

function pour(response: ServerResponse, bytes: number, sent: Sent): void {
  let written = 0;
  const more = (): void => {
    while (!response.destroyed && written < bytes) {
      written += CHUNK.length;
      sent.note(written);
      if (!response.write(CHUNK)) {
        response.once('drain', more);
        return;
      }
    }
  };
  response.on('error', () => undefined);
  more();
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => {
    if (response.destroyed) clearInterval(timer);
    else response.write(' ');
  }, DRIP_MS);
  response.on('close', () => clearInterval(timer));
}
