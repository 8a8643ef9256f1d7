import { EVERY_PARK_REASON } from '../../contract/progress';
import { readRetryAllFilter } from '../../client/flow/retry-all';

/** A person must look at each: retry would accept something, or each has a cause of its own. */
const LOOKED_AT = [
  'TERMS_CHANGED',
  'APPROVAL_REQUIRED',
  'APPROVAL_EXPIRED',
  'NOT_APPROVED',
  'REF_TAKEN',
  'ORDER_UNFINDABLE',
  'CLIENT_TAKEN',
  'NOT_CONFIRMED',
];

test.each(LOOKED_AT)('%s is not answered for all at once', (code) => {
  expect(() => readRetryAllFilter({ code })).toThrow(/code must be a reason that one retry may answer for all/);
});

test.each(['UNREACHABLE', 'AUTH', 'RATE_LIMITED', 'INSUFFICIENT_FUNDS', 'SETTLEMENT_OVERDUE'])(
  '%s is: one cause can hold for many',
  (code) => {
    expect(readRetryAllFilter({ code })).toEqual({ code });
  },
);

test('no reason to look at an order that is there, or at an approval, is answered for all at once', () => {
  const reasons = EVERY_PARK_REASON.filter((reason) => /^ORDERS?_|^APPROVAL_|_TAKEN$/.test(reason));
  expect(reasons.length).toBeGreaterThan(3);
  for (const code of reasons) expect(() => readRetryAllFilter({ code })).toThrow(/look at each/);
});
