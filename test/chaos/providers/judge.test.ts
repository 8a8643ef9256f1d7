import type { FundingRequest, FundingResult, Order } from '../../../contract/funding';
import { fundingWorkflowId, onboardingWorkflowId } from '../../../contract/ids';
import type { ParkedState } from '../../../contract/progress';
import type { ReceivingRequest, ReceivingResult } from '../../../contract/receiving';
import { fundingTitle } from '../../../contract/titles';
import type { FlowEnd } from '../evidence';
import type { Evidence } from './evidence';
import { judge, VIOLATIONS, type ViolationKind } from './judge';
import type { Book, BookOrder } from './kit';

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
  return { orders, arrivals: [], clients: [], holdings, requests: {}, faults: {}, ...but };
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
    kit: { opening: () => '100', holderOf: (id) => id, tellsCandidates: true },
    intents: [{ request: REQUEST, workflowId: WORKFLOW, end }],
    arrivals: [],
    clients: [],
    book: book([entry()], '110.00000001'),
    planted: [],
    questions: [],
    stuck: [],
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
    evidence: [`Sent once as f-1, at first at ${AT}: ${fundingTitle(REQUEST)}.`, 'Order 9 is like it.'],
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
  return { request: { partnerClientId: CLIENT }, workflowId, end: { is: 'completed', result } };
}

function kinds(seen: Evidence): readonly ViolationKind[] {
  return judge(seen).map(({ kind }) => kind);
}

describe('nothing is found where everything is told as it is', () => {
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
      evidence(COMPLETED, { clients: [ready()], book: book([entry()], '110.00000001', { clients: [CLIENT] }) }),
    ],
  ])('%s', (_, seen) => {
    expect(judge(seen)).toEqual([]);
  });
});

const TWICE = book([entry(), entry({ orderId: '8', ref: 'f-1~2' })], '120.00000002');

const PLANTED: readonly (readonly [name: string, seen: Evidence, found: readonly ViolationKind[]])[] = [
  ['two completed orders of one intent', evidence(COMPLETED, { book: TWICE }), ['DOUBLED']],
  [
    'two under the very same ref',
    evidence(COMPLETED, { book: book([entry(), entry({ orderId: '8' })], '120.00000002') }),
    ['DOUBLED'],
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
  ['money that never arrived', evidence(COMPLETED, { arrivals: [received('r-1')] }), ['LOST']],
  [
    'a client twice',
    evidence(COMPLETED, { book: book([entry()], '110.00000001', { clients: [CLIENT, CLIENT] }) }),
    ['CLIENT_TWICE'],
  ],
  ['a client that is not there', evidence(COMPLETED, { clients: [ready()] }), ['CLIENT_LOST']],
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
