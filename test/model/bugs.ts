import type { Order, OrderState, RefRecord } from '../../contract/funding';
import { refForAttempt } from '../../contract/refs';
import { decide, type FundingEvent, type FundingState, type FundingTurn } from '../../workflows/funding/rule';
import type { Decide, Flaws } from './run-intent';
import type { World } from './world';
import { BY_CALLBACK, BY_REF, IN_A_LIST, QUOTED, type Shape } from './worlds';

/** Bugs in the funding rule, or in the layer below it, that the model must find. */

export interface Bug {
  readonly shape: Shape;
  /** What else may happen if it is looked for. Absent: anything. */
  readonly within?: Partial<World>;
  readonly rule?: Decide;
  readonly flaws?: Flaws;
  /** What the story of the bug says in the end. */
  readonly finds: RegExp;
}

const DAY_MS = 24 * 60 * 60_000;

/** Nothing but the provider, the network and this intent's own orders. */
const ALONE: Partial<World> = {
  planted: [],
  alike: 'none',
  approval: undefined,
  amountChanges: false,
  shows: 'as asked',
};
const APPROVAL = { approvers: 1, from: '1', expiresAfterMs: DAY_MS };
/** What protects where the book does not answer. */
const WITHOUT_BOOK: Partial<World> = { ...ALONE, book: 'silent' };
/** And nobody does anything to the workflow. */
const UNDISTURBED: Partial<World> = { ...ALONE, interruptions: [] };

function mintFresh(state: FundingState): FundingState {
  const attempt = state.current.attempt + 1;
  const current: RefRecord = {
    ref: refForAttempt(state.intent.fundingId, attempt),
    attempt,
    sent: 1,
    state: 'unknown',
  };
  return { ...state, earlier: [...state.earlier, state.current], current };
}

/** Sends now, whatever else stands between. */
function sendingNow(turn: FundingTurn): FundingTurn {
  const { state } = turn;
  const current: RefRecord = { ...state.current, sent: state.current.sent + 1, state: 'unknown' };
  return {
    state: { ...state, current, sends: state.sends + 1 },
    move: { do: 'submit', ref: current.ref, afterMs: 0 },
  };
}

/** The event with each order changed. */
function withOrders(event: FundingEvent, change: (order: Order) => Order): FundingEvent {
  if (event.saw === 'found') return { ...event, orders: event.orders.map(change) };
  return event.saw === 'answered' ? { ...event, order: change(event.order) } : event;
}

const readAs =
  (state: OrderState) =>
  (was: OrderState): Decide =>
  (before, event) =>
    decide(
      before,
      withOrders(event, (order) => (order.state === was ? { ...order, state } : order)),
    );

function pretendAsked({ intent, current }: FundingState, { differs: _differs, ...order }: Order): Order {
  const { kind, partnerClientId, asset, amount } = intent;
  return { ...order, ref: current.ref, kind, partnerClientId, asset, amount };
}

/** What differs is certainly another's. */
function certainly({ state: { mayBeOwn: _mayBeOwn, ...state }, move }: FundingTurn): FundingTurn {
  return { state, move };
}

const withoutProof = ({ carriesOurToken: _token, ...order }: Order): Order => order;

/** As though the provider had shown a ref with it. */
const withItsRef = ({ idOnly: _idOnly, ...order }: Order): Order => order;

/** Of several, the one that moved money, or could. */
function weightiest(orders: readonly Order[]): readonly Order[] {
  const found = orders.find(({ state }) => state === 'completed') ?? orders.find(({ state }) => state === 'open');
  return found === undefined ? orders : [found];
}

const isFresh = (before: FundingState, { state }: FundingTurn): boolean => state.earlier.length > before.earlier.length;

export const BUGS: Record<string, Bug> = {
  'a fresh ref after an unknown outcome': {
    shape: BY_REF,
    within: UNDISTURBED,
    rule: (state, event) => {
      if (event.saw !== 'submit-failed' || event.failure.outcome !== 'unknown') return decide(state, event);
      const fresh = mintFresh(state);
      return { state: fresh, move: { do: 'submit', ref: fresh.current.ref, afterMs: 0 } };
    },
    finds: /doubled|fresh ref/,
  },
  'a fresh ref after an unseen status': { shape: BY_REF, rule: readAs('failed')('open'), finds: /doubled|fresh ref/ },
  'adoption without comparison': {
    shape: BY_REF,
    rule: (state, event) =>
      decide(
        state,
        withOrders(event, (order) => pretendAsked(state, order)),
      ),
    finds: /not ours|another amount|another destination|lost/,
  },
  'a submit retried by the activity layer': {
    shape: BY_REF,
    within: UNDISTURBED,
    flaws: { sendsTwice: true },
    finds: /doubled/,
  },
  'a resend if a repeat is paid again': {
    shape: IN_A_LIST,
    within: UNDISTURBED,
    flaws: { sendsBlindly: true },
    rule: (state, event) => {
      const turn = decide(state, event);
      const { move } = turn;
      return move.do === 'park' && move.reason === 'ORDER_UNFINDABLE' ? sendingNow(turn) : turn;
    },
    finds: /doubled/,
  },
  'an order that is not ours, confirmed': {
    shape: IN_A_LIST,
    rule: (state, event) =>
      decide(
        state,
        withOrders(event, (order) => pretendAsked(state, order)),
      ),
    finds: /confirmed, and is not ours|not ours|another/,
  },
  'an id that news named, taken for proof': {
    shape: IN_A_LIST,
    within: { interruptions: [], planted: [] },
    rule: (state, event) => decide(state, withOrders(event, withItsRef)),
    finds: /not ours|fresh ref|lost/,
  },
  'a cancel that was refused, taken for an order that failed': {
    shape: IN_A_LIST,
    within: UNDISTURBED,
    rule: (state, event) =>
      event.saw === 'change-failed' && state.ending !== undefined
        ? { state, move: { do: 'finish', outcome: state.ending, adopted: false } }
        : decide(state, event),
    finds: /told cancelled/,
  },
  'an order of another ref, taken for whose ref it is': {
    shape: BY_CALLBACK,
    rule: (state, event) =>
      decide(
        state,
        withOrders(event, (order) => ({ ...order, ref: state.current.ref })),
      ),
    finds: /fresh ref|not ours|lost|doubled/,
  },
  'new terms while a send is in doubt': {
    shape: QUOTED,
    within: UNDISTURBED,
    rule: (state, event) =>
      event.saw === 'submit-failed' && event.failure.outcome === 'unknown'
        ? decide({ ...state, inDoubt: false }, { ...event, failure: { code: 'QUOTE_EXPIRED', outcome: 'not-applied' } })
        : decide(state, event),
    finds: /doubled/,
  },
  'a refusal of a resend, taken for an answer to the first send': {
    shape: QUOTED,
    within: UNDISTURBED,
    rule: (state, event) =>
      event.saw === 'submit-failed' && event.failure.outcome === 'not-applied'
        ? decide({ ...state, inDoubt: false }, event)
        : decide(state, event),
    finds: /doubled|told cancelled/,
  },
  'terms that expired on a resend, renewed at once': {
    shape: QUOTED,
    within: UNDISTURBED,
    rule: (state, event) =>
      event.saw === 'submit-failed' && event.failure.code === 'QUOTE_EXPIRED'
        ? decide({ ...state, refusal: event.failure, lookups: 100 }, { saw: 'absent' })
        : decide(state, event),
    finds: /doubled/,
  },
  'worse terms, sent without asking': {
    shape: QUOTED,
    within: UNDISTURBED,
    rule: (state, event) =>
      event.saw === 'quoted' ? decide({ ...state, agreed: event.terms }, event) : decide(state, event),
    finds: /nobody accepted/,
  },
  'other terms under the number of the first': {
    shape: QUOTED,
    within: UNDISTURBED,
    rule: (state, event) =>
      event.saw === 'quoted' ? decide(state, { ...event, terms: { ...event.terms, number: 1 } }) : decide(state, event),
    finds: /another body/,
  },
  'comparing amounts as floats': {
    shape: BY_REF,
    rule: (state, event) =>
      decide(
        state,
        withOrders(event, (order) =>
          Number(order.amount) === Number(state.intent.amount) ? { ...order, amount: state.intent.amount } : order,
        ),
      ),
    finds: /not ours|another amount|lost/,
  },
  "an own order called another's, though it carries our token": {
    shape: IN_A_LIST,
    rule: (state, event) =>
      event.saw === 'found'
        ? certainly(decide({ ...state, ownOrderIds: [] }, withOrders(event, withoutProof)))
        : decide(state, event),
    finds: /is called another's/,
  },
  "an own order called another's, though its id is known": {
    shape: BY_CALLBACK,
    within: { interruptions: [], planted: [] },
    rule: (state, event) => certainly(decide(event.saw === 'found' ? { ...state, ownOrderIds: [] } : state, event)),
    finds: /is called another's/,
  },
  "an own order called another's, though it was the answer": {
    shape: BY_REF,
    within: { interruptions: [], planted: [] },
    rule: (state, event) =>
      certainly(decide(state, event.saw === 'answered' ? { saw: 'found', orders: [event.order] } : event)),
    finds: /is called another's/,
  },
  "an own order that differs by no more than the amount, called another's after its answer was lost": {
    shape: BY_REF,
    rule: (state, event) => certainly(decide(state, event)),
    finds: /is called another's/,
  },
  'an order that was cancelled, taken for one that failed': {
    shape: BY_CALLBACK,
    rule: readAs('failed')('cancelled'),
    finds: /which somebody cancelled|paid without anybody's word/,
  },
  'a fresh ref, sent without a check': {
    shape: BY_REF,
    rule: (state, event) => {
      const turn = decide(state, event);
      return isFresh(state, turn) ? sendingNow(turn) : turn;
    },
    finds: /without a check|without an approval/,
  },
  'a fresh ref, sent without being looked for': {
    shape: IN_A_LIST,
    rule: (state, event) => decide(state.earlier.length > 0 ? { ...state, lookedFor: true } : state, event),
    finds: /without being looked for|doubled/,
  },
  'a fresh ref, sent under an approval that expired': {
    shape: BY_REF,
    flaws: { approvalsNeverExpire: true },
    finds: /without an approval that holds/,
  },
  'an approval that holds for worse terms': {
    shape: QUOTED,
    within: { ...UNDISTURBED, approval: APPROVAL, person: 'retry' },
    flaws: { approvalsHoldForAnyTerms: true },
    finds: /terms that nobody approved/,
  },
  'a search that goes back for less than what it protects': {
    shape: IN_A_LIST,
    within: { book: 'silent' },
    flaws: { looksBackMs: 30 * DAY_MS },
    finds: /doubled/,
  },
  'a submit that does not look before it sends': {
    shape: IN_A_LIST,
    within: WITHOUT_BOOK,
    flaws: { sendsBlindly: true },
    finds: /doubled/,
  },
  'an intent that is given up though another run has sent it': {
    shape: BY_REF,
    within: { ...ALONE, book: 'kept' },
    flaws: { endsUnasked: true },
    finds: /recorded as cancelled, and an order completed/,
  },
  'a send that leaves though the intent has ended': {
    shape: BY_REF,
    within: { ...ALONE, book: 'kept' },
    flaws: { leaves: 'though fenced' },
    finds: /recorded as cancelled, and an order completed/,
  },
  "a submit that does not ask the workflow's other runs": {
    shape: IN_A_LIST,
    within: WITHOUT_BOOK,
    flaws: { otherRuns: 'not asked' },
    finds: /doubled/,
  },
  'a submit that asks the other runs for its own number only': {
    shape: IN_A_LIST,
    within: { ...WITHOUT_BOOK, person: 'retry', interruptions: [{ atTurn: 4, does: 'reset', backTo: 0 }] },
    flaws: { otherRuns: 'asked for the same number' },
    finds: /doubled/,
  },
  'a submit under one quote that does not ask for sends under another': {
    shape: QUOTED,
    within: { ...WITHOUT_BOOK, person: 'retry' },
    flaws: { otherRuns: 'not asked' },
    rule: (state, event) =>
      event.saw === 'quote-failed'
        ? decide({ ...state, quotesAsked: 1 + (state.quotesAsked ?? 1) }, event)
        : decide(state, event),
    finds: /doubled/,
  },
  'a fence that lost, trusted': {
    shape: IN_A_LIST,
    within: { ...UNDISTURBED, book: 'kept' },
    rule: (state, event) =>
      decide(state, 'fence' in event && event.fence === 'begun' ? { ...event, fence: 'never-sent' } : event),
    finds: /doubled/,
  },
  'a book that did not answer, taken for one that says that nothing left': {
    shape: IN_A_LIST,
    within: { ...UNDISTURBED, book: 'kept' },
    rule: (state, event) => decide(state, event.saw === 'absent' ? { fence: 'never-sent', ...event } : event),
    finds: /doubled/,
  },
  'every send under the number of the first': {
    shape: IN_A_LIST,
    within: { ...UNDISTURBED, book: 'kept' },
    rule: (state, event) => {
      const { state: next, move } = decide(state, event);
      return { state: move.do === 'submit' ? { ...next, current: { ...next.current, sent: 1 } } : next, move };
    },
    finds: /stuck/,
  },
  'a fence that clears earlier sends too': {
    shape: BY_REF,
    within: { ...ALONE, book: 'kept' },
    rule: (state, event) => {
      const { state: next, move } = decide(state, event);
      const isLost = event.saw === 'submit-failed' && next.inDoubt;
      return { state: isLost ? { ...next, unfenced: { missed: 0 } } : next, move };
    },
    finds: /told cancelled|doubled/,
  },
  'a late worker that sends what was fenced': {
    shape: IN_A_LIST,
    within: { ...UNDISTURBED, book: 'kept' },
    flaws: { leaves: 'though fenced' },
    finds: /doubled/,
  },
  'a send that leaves before it is in the book': {
    shape: IN_A_LIST,
    within: { ...UNDISTURBED, book: 'kept' },
    flaws: { leaves: 'unwritten' },
    finds: /doubled/,
  },
  'the weightiest of two orders': {
    shape: IN_A_LIST,
    rule: (state, event) =>
      decide(state, event.saw === 'found' ? { ...event, orders: weightiest(event.orders) } : event),
    finds: /nobody is told/,
  },
  'the last of a list': { shape: QUOTED, flaws: { takesLast: true }, finds: /doubled|fresh ref/ },
  'an order whose amount changes later, completing': {
    shape: BY_CALLBACK,
    rule: (state, event) =>
      decide(
        state,
        withOrders(event, (order) =>
          state.ownOrderIds.includes(order.orderId) ? { ...order, amount: state.intent.amount } : order,
        ),
      ),
    finds: /another amount/,
  },
  'an order that awaits confirmation, abandoned as it is': {
    shape: IN_A_LIST,
    within: UNDISTURBED,
    rule: (state, event) =>
      event.saw === 'resolved' && event.action === 'abandon'
        ? { state, move: { do: 'finish', outcome: 'abandoned', adopted: false } }
        : decide(state, event),
    finds: /still awaits confirmation/,
  },
  'a decision not to, forgotten once the order is read again': {
    shape: IN_A_LIST,
    within: UNDISTURBED,
    rule: (state, event) => {
      const { ending: _ending, ...forgetful } = state;
      return decide(event.saw === 'found' ? forgetful : state, event);
    },
    finds: /after a decision not to/,
  },
};
