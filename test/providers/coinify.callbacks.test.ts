import { createHmac } from 'node:crypto';
import type { CallbackRequest, CallbackVerdict } from '../../providers/callbacks';
import { coinify } from '../../providers/coinify';
import { webhookSignature } from '../../providers/coinify/signing';

/** The documented vector (Webhook signature page). */
const SECRET = 'my-shared-secret';
const DOCUMENTED_BODY = Buffer.from('{"examplePayload":true}');
const DOCUMENTED_SIGNATURE = 'bcdbb89e3031905f3cc1a20d16b5f969a17a7d8fa0c26e4a807c2193402d66f4';
const HEADER = 'x-coinify-webhook-signature';

const receiver = coinify.callbacks?.parse({ COINIFY_WEBHOOK_SECRET: SECRET });

function verify(rawBody: Buffer, headers: CallbackRequest['headers']): CallbackVerdict {
  const verdict = receiver?.verify({ headers, rawBody, receivedAtMs: 0 });
  if (verdict === undefined) throw new Error('no receiver');
  return verdict;
}

function signed(rawBody: Buffer): CallbackRequest['headers'] {
  return { [HEADER]: createHmac('sha256', SECRET).update(rawBody).digest('hex') };
}

/** As the Withdrawals webhooks page shows it. */
function event(over: Readonly<Record<string, unknown>> = {}): Buffer {
  const context = {
    id: '0aa5224a-6881-4c82-8959-31bee75f3190',
    merchant: { id: 'd560b17e-bae5-4fbf-8822-518273498c7a' },
    subaccount: { id: 'fcfc4042-6051-4e24-b321-fcdbb402e94d' },
    orderId: 'abcd_1234',
    state: 'completed',
    amounts: { baseAmount: '30', baseCurrency: 'USD', finalAmount: '29.7', finalCurrency: 'USDC' },
    destination: { address: '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6', tag: null },
    transactionId: '0xabc',
    context: null,
    memo: null,
  };
  const whole = {
    id: 'aeb7475b-39c4-41ae-8237-d74a7379c355',
    time: '2020-04-01T12:47:02.147Z',
    event: 'withdrawal.completed',
    context,
    ...over,
  };
  return Buffer.from(JSON.stringify(whole));
}

describe("a webhook's signature", () => {
  it('is that of the documented vector', () => {
    expect(webhookSignature(DOCUMENTED_BODY, SECRET)).toBe(DOCUMENTED_SIGNATURE);
    expect(verify(DOCUMENTED_BODY, { [HEADER]: DOCUMENTED_SIGNATURE })).toEqual({
      ok: false,
      status: 400,
      problem: 'the body is not an event',
    });
  });

  it('covers the raw bytes, and not what they mean', () => {
    const spaced = Buffer.from('{ "examplePayload": true }');
    expect(verify(spaced, { [HEADER]: DOCUMENTED_SIGNATURE })).toMatchObject({ ok: false, status: 401 });
  });

  it.each([
    ['absent', {}],
    ['empty', { [HEADER]: '' }],
    ['of another secret', { [HEADER]: createHmac('sha256', 'another-shared-secret').update(event()).digest('hex') }],
    ['in capitals', { [HEADER]: (signed(event())[HEADER] ?? '').toUpperCase() }],
    ['cut short', { [HEADER]: (signed(event())[HEADER] ?? '').slice(0, -1) }],
    ['as long in characters and longer in bytes', { [HEADER]: 'ü'.repeat(64) }],
  ])('is refused if it is %s', (_, headers) => {
    expect(verify(event(), headers)).toMatchObject({ ok: false, status: 401 });
  });

  it.each([{}, { COINIFY_WEBHOOK_SECRET: 'short' }])('is verified by nobody with %j', (env) => {
    expect(coinify.callbacks?.safeParse(env).error?.issues).toMatchObject([{ path: ['COINIFY_WEBHOOK_SECRET'] }]);
  });
});

describe('an event', () => {
  it('tells which withdrawal to read again, and its own id, which all its deliveries share', () => {
    expect(verify(event(), signed(event()))).toEqual({
      ok: true,
      eventId: 'aeb7475b-39c4-41ae-8237-d74a7379c355',
      hints: [{ ref: 'abcd_1234', orderId: '0aa5224a-6881-4c82-8959-31bee75f3190' }],
    });
  });

  it('of a kind that nobody documented is taken alike', () => {
    const later = event({ event: 'withdrawal.cancelled', more: { new: true } });
    expect(verify(later, signed(later))).toMatchObject({ ok: true, hints: [{ ref: 'abcd_1234' }] });
  });

  it('about anything else is taken, and tells nobody', () => {
    const other = event({ event: 'payment-intent.completed', context: { orderId: 'abcd_1234' } });
    expect(verify(other, signed(other))).toEqual({
      ok: true,
      eventId: 'aeb7475b-39c4-41ae-8237-d74a7379c355',
      hints: [],
    });
  });

  it.each([
    ['no JSON', Buffer.from('{"id":')],
    ['no event', Buffer.from('[]')],
    ['without an id', event({ id: undefined })],
    ['without a withdrawal', event({ context: { orderId: 'abcd_1234' } })],
  ])('that is %s is refused without a word of it', (_, body) => {
    const verdict = verify(body, signed(body));
    expect(verdict).toMatchObject({ ok: false, status: 400 });
    expect(JSON.stringify(verdict)).not.toContain('abcd_1234');
  });
});
