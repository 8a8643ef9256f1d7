import type { Decision } from '../../../chaos/decisions';
import type { FlowEnd } from '../../../chaos/evidence';
import type { Evidence } from '../../../chaos/providers/evidence';
import { judge, VIOLATIONS, type ViolationKind } from '../../../chaos/providers/judge';
import type { Book, BookOrder } from '../../../chaos/providers/kit';
import type { FundingRequest, FundingResult, Order } from '../../../contract/funding';
import { fundingWorkflowId, onboardingWorkflowId } from '../../../contract/ids';
import type { ParkedState } from '../../../contract/progress';
import type { ReceivingRequest, ReceivingResult } from '../../../contract/receiving';
import { fundingTitle } from '../../../contract/titles';

const AT = '2026-01-01T10:00:00.000Z';
const CLIENT = 'c-1';
const WORKFLOW = fundingWorkflowId('backoffice', 'f-1');

const REQUEST: FundingRequest = {
  provider: 'backoffice',
  fundingId: 'f-1',
  kind: 'deposit',
  partnerClientId: CLIENT,
  asset: 'usd',
  amount: '10.00000001',
};

function entry(but: Partial<BookOrder> = {}): BookOrder {
  return {
    orderId: '7',
    ref: 'f-1',
    partnerClientId: CLIENT,
    kind: 'deposit',
    asset: 'usd',
    amount: '10.00000001',
    state: 'completed',
    status: 'Completed',
    createdAt: AT,
    ...but,
  };
}

function book(orders: readonly BookOrder[], total: string, but: Partial<Book> = {}): Book {
  const holdings = [{ holder: CLIENT, asset: 'usd', amount: total }];
  return { orders, arrivals: [], clients: [], documents: [], holdings, requests: {}, faults: {}, ...but };
}

function claimed(order: BookOrder): Order {
  const { orderId, ref, partnerClientId, asset, amount, status } = order;
  return { orderId, ref, kind: 'deposit', partnerClientId, asset, amount, state: 'completed', status };
}

function ended(result: Partial<FundingResult>): FlowEnd<FundingResult> {
  const nothing = { refs: [], adopted: false, decisions: [], steps: [] };
  return { is: 'completed', result: { outcome: 'completed', intent: REQUEST, ...nothing, ...result } };
}

const COMPLETED = ended({ order: claimed(entry()) });

function evidence(end: FlowEnd<FundingResult>, but: Partial<Evidence> = {}): Evidence {
  return {
    kit: {
      opening: () => '100',
      holderOf: (id) => id,
      tellsCandidates: true,
      destinationOf: () => 'here',
      underWay: 'sets-aside',
    },
    intents: [{ request: REQUEST, workflowId: WORKFLOW, end, sends: [] }],
    arrivals: [],
    clients: [],
    book: book([entry()], '110.00000001'),
    planted: [],
    questions: [],
    stuck: [],
    decisions: [],
    leftTerminated: [],
    notRefused: [],
    ...but,
  };
}

function question(but: Partial<ParkedState<string>> = {}): ParkedState<string> {
  return {
    reason: 'ORDER_UNFINDABLE',
    because: 'It shows nowhere.',
    todo: 'Look for it.',
    since: AT,
    accepts: ['retry'],
    evidence: [`Sent once as f-1, first at ${AT}: ${fundingTitle(REQUEST)}.`, 'Order 9 is like it.'],
    ...but,
  };
}

const RECEIVE: ReceivingRequest = {
  provider: 'oceafin',
  fundingId: 'r-1',
  partnerClientId: CLIENT,
  asset: 'usd',
  amount: '5',
};

function received(fundingId: string): Evidence['arrivals'][number] {
  const expected = { ...RECEIVE, fundingId };
  const deposit = { depositId: 'd-1', asset: 'usd', amount: '5', state: 'completed', status: 'COMPLETED' } as const;
  const result: ReceivingResult = { outcome: 'completed', expected, deposit, decisions: [], steps: [] };
  return { request: expected, workflowId: fundingWorkflowId('oceafin', fundingId), end: { is: 'completed', result } };
}

const WIRED = entry({ orderId: 'd-1', ref: '', amount: '5' });
const arrived = (total: string): Book => book([entry()], total, { arrivals: [WIRED] });

function ready(): Evidence['clients'][number] {
  const documents = { documents: [], decisions: [], steps: [] };
  const result = { outcome: 'ready', provider: 'oceafin', partnerClientId: CLIENT, ...documents } as const;
  const workflowId = onboardingWorkflowId('oceafin', CLIENT);
  const contents = new Map([['PASSPORT', 'aa']]);
  return { request: { partnerClientId: CLIENT }, workflowId, end: { is: 'completed', result }, contents };
}

const RECEIVED = book([entry({ received: { asset: 'BTC', amount: '1' } })], '', {
  holdings: [
    { holder: CLIENT, asset: 'usd', amount: '110.00000001' },
    { holder: CLIENT, asset: 'BTC', amount: '101' },
  ],
});
const PASSPORT = { clientId: CLIENT, type: 'PASSPORT', content: 'aa' };
const LATER = '2026-01-01T10:00:05.000Z';

function decided(how: Decision['how'], at: string, hurried?: true): Decision {
  const moment = Date.parse(at);
  return { workflowId: WORKFLOW, how, at: moment, begunAt: moment, ...(hurried === undefined ? {} : { hurried }) };
}

/** An order that somebody cancelled at the provider, and a completed one under the next ref. */
const PAID_AFTER_CANCEL = book(
  [
    entry({ state: 'cancelled', status: 'Canceled', changedAt: AT }),
    entry({ orderId: '8', ref: 'f-1~2', createdAt: LATER }),
  ],
  '110.00000001',
);
const COMPLETED_SECOND = ended({ order: claimed(entry({ orderId: '8', ref: 'f-1~2' })) });

/** A withdrawal that still has its money set aside. */
const OUT: FundingRequest = { ...REQUEST, kind: 'withdrawal', amount: '10' };
const SET_ASIDE = entry({ kind: 'withdrawal', amount: '10', state: 'open', status: 'AwaitingConfirmation' });
function setAside(available: string): Book {
  return book([SET_ASIDE], '100', { holdings: [{ holder: CLIENT, asset: 'usd', amount: '100', available }] });
}

function ofWithdrawal(end: FlowEnd<FundingResult>, but: Partial<Evidence> = {}): Evidence {
  const intents = [{ request: OUT, workflowId: WORKFLOW, end, sends: [] }];
  return evidence(end, { intents, book: setAside('90'), ...but });
}

function sentAt(at: string, decisions: readonly Decision[]): Evidence {
  const end = ended({ outcome: 'abandoned' });
  const intents = [{ request: REQUEST, workflowId: WORKFLOW, end, sends: [{ ref: 'f-1', at: Date.parse(at) }] }];
  return evidence(end, { intents, decisions, book: book([], '100') });
}

function kinds(seen: Evidence): readonly ViolationKind[] {
  return judge(seen).map(({ kind }) => kind);
}

describe('nothing is found if everything is told as it is', () => {
  test.each<readonly [string, Evidence]>([
    ['completed', evidence(COMPLETED)],
    ['marked completed by a person', evidence(ended({ outcome: 'marked-completed' }))],
    ['given up, and nothing moved', evidence(ended({ outcome: 'abandoned' }), { book: book([], '100') })],
    [
      'completed at the second order',
      evidence(ended({ order: claimed(entry({ orderId: '8', ref: 'f-1~2' })) }), {
        book: book(
          [entry({ state: 'failed', status: 'Failed' }), entry({ orderId: '8', ref: 'f-1~2' })],
          '110.00000001',
        ),
      }),
    ],
    [
      'a look-alike of another, told',
      evidence(COMPLETED, {
        planted: [{ orderId: '9', workflowId: WORKFLOW }],
        book: book([entry(), entry({ orderId: '9', ref: '' })], '120.00000002'),
        questions: [
          {
            workflowId: WORKFLOW,
            question: question({ evidence: [...(question().evidence ?? []), 'Order 9 is like it.'] }),
          },
        ],
      }),
    ],
    ['money that arrived', evidence(COMPLETED, { arrivals: [received('r-1')], book: arrived('115.00000001') })],
    [
      'a client',
      evidence(COMPLETED, {
        clients: [ready()],
        book: book([entry()], '110.00000001', { clients: [CLIENT], documents: [PASSPORT] }),
      }),
    ],
    [
      'paid after a cancel at the provider, because a person wants it',
      evidence(COMPLETED_SECOND, { book: PAID_AFTER_CANCEL, decisions: [decided('useFreshRef', LATER)] }),
    ],
    [
      'told in another spelling of what was received',
      evidence(ended({ order: { ...claimed(entry()), received: { asset: 'btc', amount: '1' } } }), {
        book: RECEIVED,
      }),
    ],
    [
      'forgotten by the server, and not asked for again',
      evidence({ is: 'absent' }, { decisions: [decided('forgotten', AT)] }),
    ],
    ['sent before it was given up', sentAt(AT, [decided('abandon', LATER)])],
    ['sent again after the flow was taken back', sentAt(LATER, [decided('abandon', AT), decided('reset', LATER)])],
    [
      'given up in a hurry, and completed since',
      evidence(ended({ outcome: 'abandoned' }), { decisions: [decided('abandon', AT, true)] }),
    ],
    [
      'a withdrawal that arrived after it was given up',
      ofWithdrawal(ended({ outcome: 'abandoned' }), {
        decisions: [decided('abandon', '2026-01-01T09:00:00.000Z')],
      }),
    ],
    ['ended by hand', evidence({ is: 'ended-otherwise', how: 'TERMINATED' }, { leftTerminated: [WORKFLOW] })],
    [
      'a draft beside the order that completed',
      evidence(COMPLETED, { book: book([entry(), entry({ orderId: '8', state: 'draft' })], '110.00000001') }),
    ],
    [
      'a client in another case',
      evidence(COMPLETED, {
        book: book([entry({ asset: 'USD' })], '100', {
          holdings: [{ holder: CLIENT, asset: 'USD', amount: '110.00000001' }],
        }),
      }),
    ],
  ])('%s', (_, seen) => {
    expect(judge(seen)).toEqual([]);
  });
});

const TWICE = book([entry(), entry({ orderId: '8', ref: 'f-1~2' })], '120.00000002');
const withDocuments = (...documents: Book['documents']): Partial<Evidence> => ({
  clients: [ready()],
  book: book([entry()], '110.00000001', { clients: [CLIENT], documents }),
});

const PLANTED: readonly (readonly [name: string, seen: Evidence, found: readonly ViolationKind[]])[] = [
  ['two completed orders of one intent', evidence(COMPLETED, { book: TWICE }), ['DOUBLED', 'FRESH_REF_TOO_SOON']],
  [
    'two under the very same ref',
    evidence(COMPLETED, { book: book([entry(), entry({ orderId: '8' })], '120.00000002') }),
    ['DOUBLED'],
  ],
  [
    'a second order that is open',
    evidence(COMPLETED, { book: book([entry(), entry({ orderId: '8', state: 'open' })], '110.00000001') }),
    ['SECOND_ORDER_OPEN'],
  ],
  [
    'a fresh ref before the first order failed',
    evidence(COMPLETED_SECOND, {
      book: book(
        [
          entry({ state: 'failed', status: 'Failed', changedAt: '2026-01-01T10:00:09.000Z' }),
          entry({ orderId: '8', ref: 'f-1~2', createdAt: LATER }),
        ],
        '110.00000001',
      ),
    }),
    ['FRESH_REF_TOO_SOON'],
  ],
  [
    'paid after a cancel at the provider',
    evidence(COMPLETED_SECOND, { book: PAID_AFTER_CANCEL }),
    ['AGAINST_DECISION'],
  ],
  [
    'paid under the very ref that was cancelled',
    evidence(COMPLETED, {
      book: book(
        [entry({ orderId: '6', state: 'cancelled', changedAt: AT }), entry({ createdAt: LATER })],
        '110.00000001',
      ),
    }),
    ['AGAINST_DECISION'],
  ],
  ['sent after it was given up', sentAt(LATER, [decided('abandon', AT)]), ['AGAINST_DECISION']],
  [
    'an order of another client',
    evidence(COMPLETED, {
      book: book([entry(), entry({ orderId: '8', partnerClientId: 'c-2', state: 'open' })], '110.00000001'),
    }),
    ['WRONG_PERSON'],
  ],
  [
    'an order that goes elsewhere',
    evidence(COMPLETED, { book: book([entry({ destination: 'there' })], '110.00000001') }),
    ['WRONG_PERSON'],
  ],
  [
    'money that moved without an order',
    evidence(COMPLETED, {
      book: book([entry()], '0', {
        holdings: [
          { holder: CLIENT, asset: 'usd', amount: '110.00000001' },
          { holder: 'c-2', asset: 'usd', amount: '99' },
        ],
      }),
    }),
    ['BALANCE_MOVED'],
  ],
  [
    'money set aside for an intent that was cancelled',
    ofWithdrawal(ended({ outcome: 'cancelled' }), { decisions: [decided('cancel', LATER)] }),
    ['LEFT_RESERVED'],
  ],
  [
    'money set aside for nothing',
    ofWithdrawal(ended({ outcome: 'abandoned' }), {
      decisions: [decided('abandon', AT, true)],
      book: setAside('80'),
    }),
    ['LEFT_RESERVED'],
  ],
  ['a document twice', evidence(COMPLETED, withDocuments(PASSPORT, PASSPORT)), ['DOCUMENT_TWICE']],
  ['a document that is not on file', evidence(COMPLETED, withDocuments()), ['DOCUMENT_LOST']],
  [
    "a client's document on another's record",
    evidence(COMPLETED, withDocuments(PASSPORT, { ...PASSPORT, clientId: 'c-2' })),
    ['DOCUMENT_ASTRAY'],
  ],
  [
    'what should have been refused',
    evidence(COMPLETED, { notRefused: [{ workflowId: WORKFLOW, what: 'it was started anew' }] }),
    ['NOT_REFUSED'],
  ],
  ['completed, and no order', evidence(COMPLETED, { book: book([], '100') }), ['LOST']],
  [
    'completed by an order that is open',
    evidence(COMPLETED, { book: book([entry({ state: 'open' })], '100') }),
    ['LOST'],
  ],
  [
    'marked completed, and no order',
    evidence(ended({ outcome: 'marked-completed' }), { book: book([], '100') }),
    ['LOST'],
  ],
  ['given up, and an order completed', evidence(ended({ outcome: 'abandoned' })), ['UNTOLD']],
  [
    'an order of another amount',
    evidence(COMPLETED, { book: book([entry(), entry({ orderId: '8', amount: '1' })], '111.00000001') }),
    ['ORDER_WITHOUT_INTENT'],
  ],
  [
    'an order that nobody asked for',
    evidence(COMPLETED, { book: book([entry(), entry({ orderId: '8', ref: 'f-2' })], '120.00000002') }),
    ['ORDER_WITHOUT_INTENT'],
  ],
  [
    'a sum that is off by the last decimal',
    evidence(COMPLETED, { book: book([entry()], '110.00000002') }),
    ['SUM_DIFFERS'],
  ],
  [
    'money that arrived once, told of twice',
    evidence(COMPLETED, { arrivals: [received('r-1'), received('r-2')], book: arrived('115.00000001') }),
    ['DEPOSIT_TWICE', 'DEPOSIT_TWICE'],
  ],
  [
    'another sum received than is told',
    evidence(ended({ order: { ...claimed(entry()), received: { asset: 'btc', amount: '2' } } }), {
      book: RECEIVED,
    }),
    ['LOST'],
  ],
  ['money that never arrived', evidence(COMPLETED, { arrivals: [received('r-1')] }), ['LOST']],
  [
    'a client twice',
    evidence(COMPLETED, { book: book([entry()], '110.00000001', { clients: [CLIENT, CLIENT] }) }),
    ['CLIENT_TWICE'],
  ],
  [
    'a client that is not there',
    evidence(COMPLETED, { clients: [ready()], book: book([entry()], '110.00000001', { documents: [PASSPORT] }) }),
    ['CLIENT_LOST'],
  ],
  ['what stands still', evidence(COMPLETED, { stuck: [WORKFLOW] }), ['STUCK']],
  ['what never ended', evidence({ is: 'running', parked: true }, { book: book([], '100') }), ['STUCK']],
  ['what failed', evidence({ is: 'failed', code: 'INTERNAL' }), ['ENDED_BADLY', 'UNTOLD']],
  ['what was never started', evidence({ is: 'absent' }, { book: book([], '100') }), ['NEVER_STARTED']],
];

test.each(PLANTED)('%s is found', (_, seen, found) => {
  expect(kinds(seen)).toEqual(found);
});

describe('a question', () => {
  const QUESTIONS: readonly (readonly [string, ParkedState<string>, readonly ViolationKind[]])[] = [
    ['that tells everything', question(), []],
    ['without a reason that anybody knows', question({ reason: 'SOMETHING' }), ['UNSTATED']],
    ['without words', question({ because: '' }), ['UNSTATED']],
    ['without an answer that it takes', question({ accepts: [] }), ['UNSTATED']],
    ['without evidence', question({ evidence: [] }), ['NO_EVIDENCE', 'NO_EVIDENCE', 'NO_EVIDENCE', 'NO_EVIDENCE']],
    [
      'without its amount',
      question({ evidence: [`Sent once as f-1, at ${AT}.`, 'Order 9 is like it.'] }),
      ['NO_EVIDENCE'],
    ],
    ['without the candidate', question({ evidence: (question().evidence ?? []).slice(0, 1) }), ['NO_EVIDENCE']],
  ];

  test.each(QUESTIONS)('%s', (_, asked, found) => {
    const planted = [{ orderId: '9', workflowId: WORKFLOW }];
    const seen = evidence(COMPLETED, {
      planted,
      book: book([entry(), entry({ orderId: '9', ref: '' })], '120.00000002'),
      questions: [{ workflowId: WORKFLOW, question: asked }],
    });
    expect(kinds(seen)).toEqual(found);
  });

  test('that says that look-alikes could not be read needs none', () => {
    const told = [...(question().evidence ?? []).slice(0, 1), 'Whether there are more could not be read.'];
    const seen = evidence(COMPLETED, {
      planted: [{ orderId: '9', workflowId: WORKFLOW }],
      book: book([entry(), entry({ orderId: '9', ref: '' })], '120.00000002'),
      questions: [{ workflowId: WORKFLOW, question: question({ evidence: told }) }],
    });
    expect(kinds(seen)).toEqual([]);
  });
});

test('every violation that there is was planted above', () => {
  const all = new Set<ViolationKind>([...PLANTED.flatMap(([, , found]) => found), 'UNSTATED', 'NO_EVIDENCE']);
  expect([...VIOLATIONS].filter((kind) => !all.has(kind))).toEqual([]);
});
