import type { Decision } from '../../chaos/decisions';
import type { ClientEvidence, Evidence, FlowEnd, IntentEvidence } from '../../chaos/evidence';
import { judge, type ViolationKind } from '../../chaos/judge';
import type { Ledger, LedgerOrder } from '../../chaos/ledger';
import type { FundingRequest, FundingResult, Order } from '../../contract/funding';
import { fundingWorkflowId, onboardingWorkflowId } from '../../contract/ids';
import type { OnboardingResult } from '../../contract/onboarding';

const CLIENT = 'c-1';
const EARLY = '2026-01-01T10:00:00.000Z';
const LATE = '2026-01-01T10:00:05.000Z';

function request(but: Partial<FundingRequest> = {}): FundingRequest {
  return {
    provider: 'coinmena',
    fundingId: 'f-1',
    kind: 'deposit',
    partnerClientId: CLIENT,
    asset: 'USD',
    amount: '10.00000001',
    ...but,
  };
}

function ledgerOrder(but: Partial<LedgerOrder> = {}): LedgerOrder {
  return {
    id: 7,
    partner_client_id: CLIENT,
    partner_order_ref: 'f-1',
    type: 'deposit',
    status: 'completed',
    asset_id: 'USD',
    amount: '10.00000001',
    created_at: EARLY,
    transitioned_at: EARLY,
    ...but,
  };
}

function told(order: LedgerOrder): Order {
  return {
    orderId: String(order.id),
    ref: order.partner_order_ref,
    kind: order.type === 'withdrawal' ? 'withdrawal' : 'deposit',
    partnerClientId: order.partner_client_id,
    asset: order.asset_id,
    amount: order.amount,
    state: 'completed',
    status: 'completed',
  };
}

function ended(result: Partial<FundingResult>): FlowEnd<FundingResult> {
  return {
    is: 'completed',
    result: { outcome: 'completed', intent: request(), refs: [], adopted: false, decisions: [], steps: [], ...result },
  };
}

function intent(end: FlowEnd<FundingResult>, but: Partial<IntentEvidence> = {}): IntentEvidence {
  return {
    request: request(),
    workflowId: fundingWorkflowId('coinmena', 'f-1'),
    end,
    mayBeAbsent: false,
    sends: [],
    ...but,
  };
}

const READY: OnboardingResult = {
  outcome: 'ready',
  provider: 'coinmena',
  partnerClientId: CLIENT,
  documents: [{ type: 'government_id', providerDocumentId: '1', sha256: 'aa', how: 'uploaded' }],
  decisions: [],
  steps: [],
};

function client(end: FlowEnd<OnboardingResult>): ClientEvidence {
  const contents = new Map([['government_id', 'aa']]);
  return { clientId: CLIENT, workflowId: onboardingWorkflowId('coinmena', CLIENT), end, contents };
}

function book(orders: readonly LedgerOrder[], balance: string, but: Partial<Ledger> = {}): Ledger {
  return {
    clients: [{ partner_client_id: CLIENT, status: 'verified', active: true, created_at: EARLY }],
    documents: [
      {
        id: 1,
        partner_client_id: CLIENT,
        type: 'government_id',
        front: { sha256: 'aa' },
        back: null,
        created_at: EARLY,
      },
    ],
    orders: [...orders],
    balances: { [CLIENT]: { USD: { balance, available: balance } } },
    requests: {},
    faults: {},
    ...but,
  };
}

function evidence(but: Partial<Evidence> = {}): Evidence {
  const order = ledgerOrder();
  return {
    intents: [intent(ended({ order: told(order) }))],
    clients: [client({ is: 'completed', result: READY })],
    ledger: book([order], '10.00000001'),
    plantedRefs: [],
    madeBefore: [],
    plantedClients: [],
    questions: [],
    amendmentLost: new Set(),
    stuck: [],
    decisions: [],
    leftTerminated: [],
    notRefused: [],
    ...but,
  };
}

function found(but: Partial<Evidence>): readonly ViolationKind[] {
  return judge(evidence(but)).violations.map(({ kind }) => kind);
}

const WORKFLOW = fundingWorkflowId('coinmena', 'f-1');

function decided(how: Decision['how'], at: string): Decision {
  return { workflowId: WORKFLOW, how, at: Date.parse(at), begunAt: Date.parse(at) };
}

const failed = ledgerOrder({ id: 6, status: 'failed' });
const fresh = ledgerOrder({ partner_order_ref: 'f-1~2', created_at: LATE, transitioned_at: LATE });

test('a run in which everything is told as it happened is found right', () => {
  expect(judge(evidence())).toEqual({ violations: [], personsOrders: [] });
});

describe('money', () => {
  test('two completed orders of one intent', () => {
    const ledger = book([ledgerOrder(), { ...fresh, id: 8 }], '20.00000002');
    expect(found({ ledger })).toEqual(['DOUBLED', 'FRESH_REF_TOO_SOON', 'SUM_DIFFERS']);
  });

  test('an order that is open beside one that completed, and two that are open', () => {
    const open = { ...fresh, id: 8, status: 'open' };
    expect(found({ ledger: book([ledgerOrder(), open], '10.00000001') })).toEqual([
      'SECOND_ORDER_OPEN',
      'FRESH_REF_TOO_SOON',
    ]);
    const intents = [intent(ended({ outcome: 'abandoned' }))];
    const ledger = book([ledgerOrder({ status: 'open' }), open], '0');
    expect(found({ intents, ledger })).toEqual(['SECOND_ORDER_OPEN', 'FRESH_REF_TOO_SOON']);
  });

  test.each(['abandon', 'cancel'] as const)('what was sent after a person said %s', (how) => {
    const outcome = how === 'abandon' ? 'abandoned' : 'cancelled';
    const sent = (at: string): readonly IntentEvidence[] => [
      intent(ended({ outcome }), { sends: [{ ref: 'f-1', at: Date.parse(at) }] }),
    ];
    const ledger = book([], '0');
    const decisions = [decided(how, EARLY)];
    expect(found({ intents: sent(LATE), ledger, decisions })).toEqual(['AGAINST_DECISION']);
    expect(found({ intents: sent(EARLY), ledger, decisions })).toEqual([]);
    const undone = [...decisions, decided('reset', '2026-01-01T10:00:02.000Z')];
    expect(found({ intents: sent(LATE), ledger, decisions: undone })).toEqual([]);
  });

  test("another client's money under a ref of ours", () => {
    const other = ledgerOrder({ id: 8, partner_client_id: 'c-2', status: 'open' });
    expect(found({ ledger: book([ledgerOrder(), other], '10.00000001') })).toEqual(['WRONG_PERSON']);
  });

  test('money that is set aside though nothing is under way', () => {
    const balances = { [CLIENT]: { USD: { balance: '10.00000001', available: '9' } } };
    expect(found({ ledger: book([ledgerOrder()], '10.00000001', { balances }) })).toEqual(['LEFT_RESERVED']);
  });

  test('what the campaign ended by hand is not called badly ended, and may still not pay twice', () => {
    const intents = [intent({ is: 'ended-otherwise', how: 'TERMINATED' })];
    expect(judge(evidence({ intents, leftTerminated: [WORKFLOW] }))).toEqual({
      violations: [],
      personsOrders: [{ ref: 'f-1', outcome: 'terminated' }],
    });
    const ledger = book([ledgerOrder(), ledgerOrder({ id: 8 })], '20.00000002');
    expect(found({ intents, leftTerminated: [WORKFLOW], ledger })).toEqual(['DOUBLED', 'SUM_DIFFERS']);
  });

  test('what was cancelled before it sent anything tells of what a run before it sent, and not of what no book has', () => {
    const intents = [intent(ended({ outcome: 'cancelled' }))];
    expect(found({ intents, decisions: [decided('forgotten', EARLY)] })).toEqual(['UNTOLD']);
    expect(found({ intents, madeBefore: ['f-1'] })).toEqual([]);
  });

  test('what the server has forgotten, and nobody asked for again, tells nothing', () => {
    const intents = [intent({ is: 'absent' })];
    expect(found({ intents, decisions: [decided('forgotten', EARLY)] })).toEqual([]);
    expect(found({ intents })).toEqual(['NEVER_STARTED', 'UNTOLD']);
  });

  test.each<[string, Partial<LedgerOrder>[]]>([
    ['there is none', []],
    ['it failed', [{ status: 'failed' }]],
    ['it is another order', [{ id: 99 }]],
  ])('told completed, and in the ledger %s', (_, orders) => {
    const order = told(ledgerOrder());
    const ledger = book(orders.map(ledgerOrder), orders[0]?.id === 99 ? '10.00000001' : '0');
    expect(found({ intents: [intent(ended({ order }))], ledger })).toEqual(['LOST']);
  });

  test('told completed without saying by which order', () => {
    expect(found({ intents: [intent(ended({}))] })).toEqual(['LOST']);
  });

  test.each<[string, FlowEnd<FundingResult>, readonly ViolationKind[]]>([
    ['cancelled', ended({ outcome: 'cancelled' }), ['UNTOLD']],
    ['cancelled in Temporal', { is: 'cancelled' }, ['UNTOLD']],
    ['failed', { is: 'failed', code: 'REFUSED' }, ['ENDED_BADLY', 'UNTOLD']],
    ['terminated', { is: 'ended-otherwise', how: 'TERMINATED' }, ['ENDED_BADLY', 'UNTOLD']],
    ['never started', { is: 'absent' }, ['NEVER_STARTED', 'UNTOLD']],
    ['still waiting', { is: 'running', parked: true }, ['STUCK', 'UNTOLD']],
  ])('a completed order of an intent that was %s', (_, end, violations) => {
    expect(found({ intents: [intent(end)] })).toEqual(violations);
  });

  test('a movement that its chain never reached is no violation, and neither are its orders forgotten', () => {
    const intents = [intent({ is: 'absent' }, { mayBeAbsent: true })];
    expect(found({ intents, ledger: book([], '0') })).toEqual([]);
    expect(found({ intents })).toEqual(['UNTOLD']);
  });

  test.each(['abandoned', 'marked-completed'] as const)(
    'a completed order of an intent that a person %s is listed',
    (outcome) => {
      const verdict = judge(evidence({ intents: [intent(ended({ outcome }))] }));
      expect(verdict).toEqual({ violations: [], personsOrders: [{ ref: 'f-1', outcome }] });
    },
  );

  test('what was cancelled before it sent anything need not tell what a run before it made', () => {
    const sent = (times: number): readonly IntentEvidence[] => {
      const ref = { ref: 'f-1', attempt: 1, sent: times, state: 'unsent' } as const;
      return [intent(ended({ outcome: 'cancelled', refs: [ref] }))];
    };
    expect(found({ intents: sent(0), madeBefore: ['f-1'] })).toEqual([]);
    expect(found({ intents: sent(1), madeBefore: ['f-1'] })).toEqual(['UNTOLD']);
    expect(found({ intents: sent(0) })).toEqual(['UNTOLD']);
    expect(found({ intents: [intent({ is: 'cancelled' })], madeBefore: ['f-1'] })).toEqual([]);
  });

  test('marked completed, and no order is', () => {
    const intents = [intent(ended({ outcome: 'marked-completed' }))];
    expect(found({ intents, ledger: book([], '0') })).toEqual(['LOST']);
  });

  test('an order that nobody asked for, or of another amount than asked', () => {
    const stray = ledgerOrder({ id: 8, partner_order_ref: 'f-2', status: 'open' });
    expect(found({ ledger: book([ledgerOrder(), stray], '10.00000001') })).toEqual(['ORDER_WITHOUT_INTENT']);
    const other = ledgerOrder({ amount: '10.00000002' });
    expect(found({ ledger: book([other], '10.00000002') })).toEqual(['ORDER_WITHOUT_INTENT', 'LOST', 'SUM_DIFFERS']);
    const odd = ledgerOrder({ id: 8, partner_order_ref: 'f-1~1', status: 'open' });
    expect(found({ ledger: book([ledgerOrder(), odd], '10.00000001') })).toEqual(['ORDER_WITHOUT_INTENT']);
  });

  test('a sum that differs in the last decimal, or of a client that has no intent', () => {
    expect(found({ ledger: book([ledgerOrder()], '10.00000002') })).toEqual(['SUM_DIFFERS']);
    const balances = { other: { USD: { balance: '1', available: '1' } } };
    expect(found({ ledger: book([ledgerOrder()], '10.00000001', { balances }) })).toEqual([
      'SUM_DIFFERS',
      'SUM_DIFFERS',
    ]);
  });

  test('sums of deposits and withdrawals are exact', () => {
    const out = request({ fundingId: 'f-2', kind: 'withdrawal', amount: '0.00000003' });
    const order = ledgerOrder({ id: 8, partner_order_ref: 'f-2', type: 'withdrawal', amount: '0.00000003' });
    const intents = [
      intent(ended({ order: told(ledgerOrder()) })),
      intent(ended({ order: told(order) }), { request: out }),
    ];
    expect(found({ intents, ledger: book([ledgerOrder(), order], '9.99999998') })).toEqual([]);
  });
});

describe('fresh refs', () => {
  const completedFresh = [intent(ended({ order: told(fresh) }))];

  test('after the first order failed is right', () => {
    expect(found({ intents: completedFresh, ledger: book([failed, fresh], '10.00000001') })).toEqual([]);
  });

  test.each<[string, LedgerOrder[]]>([
    ['with no order under the first ref', [fresh]],
    ['before the first order failed', [{ ...failed, transitioned_at: '2026-01-01T10:00:06.000Z' }, fresh]],
    ['skipping one', [failed, { ...fresh, partner_order_ref: 'f-1~3' }]],
  ])('%s', (_, orders) => {
    const order = orders.at(-1) ?? fresh;
    const intents = [intent(ended({ order: told(order) }))];
    expect(found({ intents, ledger: book(orders, '10.00000001') })).toEqual(['FRESH_REF_TOO_SOON']);
  });

  test('while the first order is open', () => {
    const ledger = book([{ ...failed, status: 'open' }, fresh], '10.00000001');
    expect(found({ intents: completedFresh, ledger })).toEqual(['SECOND_ORDER_OPEN', 'FRESH_REF_TOO_SOON']);
  });

  test("after another's order only if a person asked for it", () => {
    const strangers = ledgerOrder({ id: 6, partner_client_id: 'someone-else', amount: '1.00' });
    const ledger = book([strangers, fresh], '10.00000001');
    const plantedRefs = ['f-1'];
    const asked = [intent(ended({ order: told(fresh) }))];
    expect(found({ intents: asked, ledger, plantedRefs, decisions: [decided('useFreshRef', EARLY)] })).toEqual([]);
    expect(found({ intents: completedFresh, ledger, plantedRefs })).toEqual(['FRESH_REF_TOO_SOON']);
  });
});

describe('clients', () => {
  const { clients, documents } = book([], '0');
  const [document] = documents;

  test('twice, or of nobody', () => {
    const twice = book([ledgerOrder()], '10.00000001', { clients: [...clients, ...clients] });
    expect(found({ ledger: twice })).toEqual(['CLIENT_TWICE']);
    const stranger = clients.map((each) => ({ ...each, partner_client_id: 'nobody' }));
    const ledger = book([ledgerOrder()], '10.00000001', { clients: [...clients, ...stranger] });
    expect(found({ ledger })).toEqual(['CLIENT_WITHOUT_APPLICATION']);
    expect(found({ ledger, plantedClients: ['nobody'] })).toEqual([]);
  });

  test('told ready, and not there or not verified', () => {
    expect(found({ ledger: book([ledgerOrder()], '10.00000001', { clients: [] }) })).toEqual(['CLIENT_LOST']);
    const pending = clients.map((each) => ({ ...each, status: 'pending' }));
    expect(found({ ledger: book([ledgerOrder()], '10.00000001', { clients: pending }) })).toEqual(['CLIENT_LOST']);
  });

  test('a document twice, missing, or of another content', () => {
    const ledgerOf = (changed: Ledger['documents']): Ledger =>
      book([ledgerOrder()], '10.00000001', { documents: changed });
    const again = documents.map((each) => ({ ...each, id: 2 }));
    expect(found({ ledger: ledgerOf([...documents, ...again]) })).toEqual(['DOCUMENT_TWICE']);
    const amendmentLost = new Set(documents.map(({ partner_client_id: id }) => id));
    expect(found({ ledger: ledgerOf([...documents, ...again]), amendmentLost })).toEqual([]);
    expect(found({ ledger: ledgerOf([]) })).toEqual(['DOCUMENT_LOST']);
    expect(
      found({ ledger: ledgerOf(document === undefined ? [] : [{ ...document, front: { sha256: 'bb' } }]) }),
    ).toEqual(['DOCUMENT_LOST']);
  });

  test("another client's document", () => {
    const other = { ...client({ is: 'cancelled' }), clientId: 'c-2', contents: new Map([['government_id', 'bb']]) };
    const astray = documents.map((each) => ({ ...each, id: 2, front: { sha256: 'bb' } }));
    const ledger = book([ledgerOrder()], '10.00000001', { documents: [...documents, ...astray] });
    expect(found({ ledger, clients: [client({ is: 'completed', result: READY }), other] })).toEqual([
      'DOCUMENT_ASTRAY',
    ]);
  });

  test.each<[FlowEnd<OnboardingResult>, readonly ViolationKind[]]>([
    [{ is: 'absent' }, ['NEVER_STARTED']],
    [{ is: 'running', parked: true }, ['STUCK']],
    [{ is: 'failed', code: 'DOCUMENT_UNREADABLE' }, ['ENDED_BADLY']],
    [{ is: 'ended-otherwise', how: 'TIMED_OUT' }, ['ENDED_BADLY']],
    [{ is: 'cancelled' }, []],
    [{ is: 'completed', result: { ...READY, outcome: 'abandoned', documents: [] } }, []],
  ])('an onboarding that is %j', (end, violations) => {
    expect(found({ clients: [client(end)] })).toEqual(violations);
  });
});

describe('waiting', () => {
  test('what is stuck, and what was not refused', () => {
    expect(found({ stuck: ['funding/coinmena/f-1'] })).toEqual(['STUCK']);
    expect(found({ notRefused: [{ workflowId: 'funding/coinmena/f-1', what: 'another amount' }] })).toEqual([
      'NOT_REFUSED',
    ]);
  });

  test('a cancel that was accepted and not kept', () => {
    const decisions = [decided('cancel', EARLY)];
    expect(found({ decisions })).toEqual(['CANCEL_BROKEN']);
    expect(found({ decisions: [...decisions, decided('reset', LATE)] })).toEqual([]);
    // What a run before the reset had sent stands.
    expect(found({ decisions: [decided('reset', EARLY), decided('cancel', LATE)] })).toEqual([]);
    // A corrected application under the id of one that was cancelled is a flow of its own.
    expect(found({ decisions: [...decisions, decided('corrected', LATE)] })).toEqual([]);
    const intents = [intent(ended({ outcome: 'cancelled' }))];
    expect(found({ decisions, intents, ledger: book([], '0') })).toEqual([]);
  });

  test.each([
    ['a reason that nobody knows', { reason: 'BORED' }],
    ['no sentence', { because: '' }],
    ['nothing to do', { todo: '' }],
    ['no answer that is taken', { accepts: [] }],
  ])('a question with %s', (_, but) => {
    const question = { reason: 'AUTH', because: 'x', todo: 'y', since: EARLY, accepts: ['retry'] };
    const workflowId = 'funding/coinmena/f-1';
    expect(found({ questions: [{ workflowId, question }] })).toEqual([]);
    expect(found({ questions: [{ workflowId, question: { ...question, ...but } }] })).toEqual(['UNSTATED']);
  });
});
