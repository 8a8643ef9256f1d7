import type { FundingRequest, FundingResult, Order } from '../../contract/funding';
import { add, sameAmount, subtract, type DecimalText } from '../../contract/money';
import { isParkReason } from '../../contract/progress';
import { fundingTitle } from '../../contract/titles';
import { isStop } from '../decisions';
import type { FlowEnd } from '../evidence';
import { judgeOrders } from '../intent-orders';
import { attemptOf, fundingIdOf } from '../judge';
import type { Evidence, IntentEvidence, QuestionSeen } from './evidence';
import type { BookOrder } from './kit';

export const VIOLATIONS = [
  /** An intent has two completed orders. */
  'DOUBLED',
  /** An intent has an order that could still move money, beside one that did or could. */
  'SECOND_ORDER_OPEN',
  /** A fresh ref before the provider reported every earlier one failed. */
  'FRESH_REF_TOO_SOON',
  /** Sent after a person had given the intent up or cancelled it, or after its order was cancelled at the provider. */
  'AGAINST_DECISION',
  /** An order under a ref of ours for another client, or to another destination, than was asked. */
  'WRONG_PERSON',
  /** A workflow says completed, and the provider has no such order. */
  'LOST',
  /** The provider completed an order that its workflow does not tell of. */
  'UNTOLD',
  /** An order that no intent asked for, or that differs from what was asked. */
  'ORDER_WITHOUT_INTENT',
  /** What a holder has is not what the completed orders add up to. */
  'SUM_DIFFERS',
  /** A holder without an order has not what was there at the beginning. */
  'BALANCE_MOVED',
  /** Money that is set aside for what nobody waits for any more. */
  'LEFT_RESERVED',
  /** Two expected deposits were told of the same money. */
  'DEPOSIT_TWICE',
  'CLIENT_TWICE',
  /** An onboarding says ready, and the provider has no such client. */
  'CLIENT_LOST',
  'DOCUMENT_TWICE',
  'DOCUMENT_LOST',
  /** A document of one client on the record of another. */
  'DOCUMENT_ASTRAY',
  /** Neither ended nor waiting for a person when it should have been. */
  'STUCK',
  /** A question without a reason, without what can be done about it, or without an answer that it takes. */
  'UNSTATED',
  /** A question about an order that nobody finds, without what a person needs to find it. */
  'NO_EVIDENCE',
  /** Ended as nothing of Gangway's should end. */
  'ENDED_BADLY',
  /** Asked for, and never started. */
  'NEVER_STARTED',
  /** Something that had to be refused was not. */
  'NOT_REFUSED',
] as const;
export type ViolationKind = (typeof VIOLATIONS)[number];

export interface Violation {
  readonly kind: ViolationKind;
  readonly workflowId?: string;
  readonly says: string;
}

/** Holds what every workflow says against the provider's own book. */
export function judge(evidence: Evidence): readonly Violation[] {
  return [
    ...evidence.intents.flatMap((intent) => judgeIntent(intent, evidence)),
    ...ordersWithoutIntent(evidence),
    ...differingSums(evidence),
    ...judgeArrivals(evidence),
    ...judgeClients(evidence),
    ...judgeDocuments(evidence),
    ...leftReserved(evidence),
    ...evidence.notRefused.map(({ workflowId, what }) => violation('NOT_REFUSED', workflowId, what)),
    ...evidence.stuck.map((workflowId) => violation('STUCK', workflowId, 'neither ended nor asks a person')),
    ...evidence.questions.flatMap((seen) => judgeQuestion(seen, evidence)),
  ];
}

function violation(kind: ViolationKind, workflowId: string | undefined, says: string): Violation {
  return { kind, ...(workflowId === undefined ? {} : { workflowId }), says };
}

/** Whether an order is what an intent asks for, under a ref that an attempt of it carries. */
export function isOf(request: FundingRequest, order: BookOrder): boolean {
  return (
    fundingIdOf(order.ref) === request.fundingId &&
    attemptOf(order.ref) !== undefined &&
    isClient(order, request) &&
    order.kind === request.kind &&
    isAsset(order.asset, request.asset) &&
    sameAmount(order.amount, request.amount)
  );
}

/** A GUID is the same in either case, and no other id of the campaign differs in its case alone. */
function isClient(order: BookOrder, { partnerClientId }: FundingRequest): boolean {
  return order.partnerClientId.toLowerCase() === partnerClientId.toLowerCase();
}

function judgeIntent(
  { request, workflowId, end, sends }: IntentEvidence,
  { kit, book, decisions, leftTerminated }: Evidence,
): readonly Violation[] {
  const named = book.orders.filter(({ ref }) => fundingIdOf(ref) === request.fundingId);
  const own = named.filter((order) => isOf(request, order));
  const differing = named
    .filter((order) => !own.includes(order))
    .map((order) => {
      const kind = isClient(order, request) ? 'ORDER_WITHOUT_INTENT' : 'WRONG_PERSON';
      return violation(kind, workflowId, `${describe(order)} is not what was asked for`);
    });
  const goesTo = kit.destinationOf(request);
  const misled = own
    .filter(({ destination }) => goesTo !== undefined && destination !== undefined && destination !== goesTo)
    .map((order) => violation('WRONG_PERSON', workflowId, `${describe(order)} goes to ${order.destination ?? ''}`));
  const ofOrders = judgeOrders({
    workflowId,
    orders: own.map((order) => ({
      ref: order.ref,
      attempt: attemptOf(order.ref) ?? 1,
      state: order.state,
      createdAt: Date.parse(order.createdAt),
      ...(order.changedAt === undefined ? {} : { changedAt: Date.parse(order.changedAt) }),
      says: describe(order),
    })),
    sends,
    decisions,
    taken: [],
  }).map(([kind, says]) => violation(kind, workflowId, says));
  const completed = own.filter(({ state }) => state === 'completed');
  const leftOpen = leftTerminated.includes(workflowId) && end.is === 'ended-otherwise';
  const hasHurried = decisions.some((one) => one.workflowId === workflowId && isStop(one) && one.hurried === true);
  const isForgotten = decisions.some((one) => one.workflowId === workflowId && one.how === 'forgotten');
  return [
    ...differing,
    ...misled,
    ...ofOrders,
    ...(leftOpen
      ? []
      : told(workflowId, end, completed, {
          hasHurried,
          isForgotten,
        })),
  ];
}

interface Circumstances {
  /** A person gave it up without waiting for what was under way: what came of that is not Gangway's to tell. */
  readonly hasHurried: boolean;
  readonly isForgotten: boolean;
}

function told(
  workflowId: string,
  end: FlowEnd<FundingResult>,
  completed: readonly BookOrder[],
  { hasHurried, isForgotten }: Circumstances,
): readonly Violation[] {
  // Forgotten, and not asked for again: nothing is left that could tell.
  if (end.is === 'absent' && isForgotten) return [];
  const ended = endedBadly(workflowId, end);
  if (end.is !== 'completed') {
    return [
      ...ended,
      ...completed.map((order) => violation('UNTOLD', workflowId, `${end.is}, and ${describe(order)}`)),
    ];
  }
  const { outcome, order: claimed } = end.result;
  const untold = completed.map((order) => violation('UNTOLD', workflowId, `${outcome}, and ${describe(order)}`));
  switch (outcome) {
    case 'completed': {
      const found = completed.some((order) => isTheOrder(order, claimed));
      const says = `says completed by ${claimed?.orderId ?? 'no order'}, which the book lacks`;
      return found ? [] : [violation('LOST', workflowId, says)];
    }
    case 'marked-completed':
      return completed.length > 0 ? [] : [violation('LOST', workflowId, 'was marked completed, and no order is')];
    case 'abandoned':
      return hasHurried ? [] : untold;
    case 'cancelled':
      return untold;
  }
}

function isTheOrder(order: BookOrder, claimed: Order | undefined): boolean {
  return (
    claimed?.orderId === order.orderId &&
    claimed.ref === order.ref &&
    sameAmount(claimed.amount, order.amount) &&
    (order.received === undefined ||
      (claimed.received !== undefined &&
        isAsset(claimed.received.asset, order.received.asset) &&
        sameAmount(claimed.received.amount, order.received.amount)))
  );
}

/** An asset is the same however its code is written. */
function isAsset(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function describe({ orderId, ref, kind, amount, asset, status }: BookOrder): string {
  return `order ${orderId} under ${ref === '' ? 'no ref' : ref}: ${kind} of ${amount} ${asset}, ${status}`;
}

function endedBadly(workflowId: string, end: FlowEnd<unknown>): readonly Violation[] {
  switch (end.is) {
    case 'absent':
      return [violation('NEVER_STARTED', workflowId, 'was asked for and never started')];
    case 'running':
      return [violation('STUCK', workflowId, end.parked ? 'still waits for a person' : 'has not ended')];
    case 'cancelled':
      return [violation('ENDED_BADLY', workflowId, 'was cancelled')];
    case 'failed':
      return [violation('ENDED_BADLY', workflowId, `failed with ${end.code}`)];
    case 'ended-otherwise':
      return [violation('ENDED_BADLY', workflowId, `ended as ${end.how}`)];
    case 'completed':
      return [];
  }
}

function ordersWithoutIntent({ intents, planted, book }: Evidence): readonly Violation[] {
  const fundingIds = new Set(intents.map(({ request }) => request.fundingId));
  const others = new Set(planted.map(({ orderId }) => orderId));
  return book.orders
    .filter(({ ref, orderId }) => !fundingIds.has(fundingIdOf(ref)) && !others.has(orderId))
    .map((order) => violation('ORDER_WITHOUT_INTENT', undefined, `nothing asked for ${describe(order)}`));
}

/** Every completed order moved its amount once, and nothing else moved anything. */
function differingSums({ kit, book }: Evidence): readonly Violation[] {
  const expected = new Map<string, DecimalText>();
  const move = (holder: string, asset: string, amount: DecimalText, by: typeof add): void => {
    const key = `${holder} ${asset}`;
    expected.set(key, by(expected.get(key) ?? kit.opening(holder, asset), amount));
  };
  for (const { state, kind, partnerClientId, asset, amount, received } of [...book.orders, ...book.arrivals]) {
    if (state !== 'completed' && !(state === 'open' && kit.underWay === 'takes')) continue;
    const holder = kit.holderOf(partnerClientId);
    move(holder, asset, amount, kind === 'deposit' ? add : subtract);
    if (received !== undefined) move(holder, received.asset, received.amount, add);
  }
  const held = new Map(book.holdings.map(({ holder, asset, amount }) => [`${holder} ${asset}`, amount]));
  const untouched = book.holdings
    .filter(({ holder, asset }) => !expected.has(`${holder} ${asset}`))
    .filter(({ holder, asset, amount }) => !sameAmount(amount, kit.opening(holder, asset)))
    .map(({ holder, asset, amount }) =>
      violation('BALANCE_MOVED', undefined, `${holder} ${asset}: nothing was ordered, the book holds ${amount}`),
    );
  const differing = [...expected].flatMap(([key, sum]) => {
    const has = held.get(key);
    if (has !== undefined && sameAmount(sum, has)) return [];
    return [
      violation('SUM_DIFFERS', undefined, `${key}: the orders add up to ${sum}, the book holds ${has ?? 'none'}`),
    ];
  });
  return [...untouched, ...differing];
}

/** Every document once, of its own client, and as it was last given. */
function judgeDocuments({ clients, book }: Evidence): readonly Violation[] {
  const keyOf = (clientId: string, type: string, content: string): string => `${clientId} ${type} ${content}`;
  const onFile = book.documents.map(({ clientId, type, content }) => keyOf(clientId, type, content));
  const twice = [...new Set(onFile.filter((key, index) => onFile.indexOf(key) !== index))];
  const owners = new Map(
    clients.flatMap(({ request, contents }) =>
      [...contents.values()].map((content): readonly [string, string] => [content, request.partnerClientId]),
    ),
  );
  const astray = book.documents.filter(({ clientId, content }) => (owners.get(content) ?? clientId) !== clientId);
  return [
    ...twice.map((key) => violation('DOCUMENT_TWICE', undefined, key)),
    ...astray.map(({ clientId, content }) =>
      violation(
        'DOCUMENT_ASTRAY',
        undefined,
        `a document of ${owners.get(content) ?? ''} is on the record of ${clientId}`,
      ),
    ),
    ...clients.flatMap(({ request, workflowId, end, contents }) => {
      if (end.is !== 'completed' || end.result.outcome !== 'ready') return [];
      return [...contents]
        .filter(([type, content]) => !onFile.includes(keyOf(request.partnerClientId, type, content)))
        .map(([type]) => violation('DOCUMENT_LOST', workflowId, `${type} is not on file as given`));
    }),
  ];
}

/** What is set aside belongs to orders that are under way, and no intent that has ended has such an order. */
function leftReserved({ kit, book, intents, decisions, leftTerminated, planted }: Evidence): readonly Violation[] {
  if (kit.underWay !== 'sets-aside') return [];
  const isAside = ({ state, kind }: BookOrder): boolean => state === 'open' && kind !== 'deposit';
  const aside = new Map<string, DecimalText>();
  for (const order of book.orders.filter(isAside)) {
    const key = `${kit.holderOf(order.partnerClientId)} ${order.asset}`;
    aside.set(key, add(aside.get(key) ?? '0', order.amount));
  }
  const unexplained = book.holdings.flatMap(({ holder, asset, amount, available = amount }) => {
    const set = aside.get(`${holder} ${asset}`) ?? '0';
    if (sameAmount(subtract(amount, available), set)) return [];
    const says = `${holder} ${asset}: ${subtract(amount, available)} are set aside, for orders of ${set}`;
    return [violation('LEFT_RESERVED', undefined, says)];
  });
  const others = new Set(planted.map(({ orderId }) => orderId));
  const forgotten = intents.flatMap(({ request, workflowId, end }) => {
    if (end.is !== 'completed' || leftTerminated.includes(workflowId)) return [];
    // What arrived, or was left open, after a person gave it up is that person's to look after.
    const stopped = decisions.findLast((one) => one.workflowId === workflowId && isStop(one));
    return book.orders
      .filter((order) => isOf(request, order) && isAside(order) && !others.has(order.orderId))
      .filter(({ createdAt }) => stopped === undefined || Date.parse(createdAt) < stopped.at)
      .filter(() => stopped?.hurried !== true)
      .map((order) => violation('LEFT_RESERVED', workflowId, `${end.result.outcome}, and ${describe(order)}`));
  });
  return [...unexplained, ...forgotten];
}

function judgeArrivals({ arrivals, book }: Evidence): readonly Violation[] {
  const claimed = arrivals.flatMap(({ end }) => (end.is === 'completed' ? [end.result.deposit?.depositId] : []));
  return arrivals.flatMap(({ workflowId, end, request }) => {
    if (end.is !== 'completed') return endedBadly(workflowId, end);
    const { outcome, deposit } = end.result;
    if (outcome !== 'completed') return [];
    const there = book.arrivals.some(
      ({ orderId, asset, amount, state }) =>
        orderId === deposit?.depositId &&
        state === 'completed' &&
        asset === request.asset &&
        sameAmount(amount, request.amount),
    );
    const twice = claimed.filter((id) => id === deposit?.depositId).length > 1;
    return [
      ...(there ? [] : [violation('LOST', workflowId, 'says that money arrived which the book lacks')]),
      ...(twice ? [violation('DEPOSIT_TWICE', workflowId, `shares ${String(deposit?.depositId)}`)] : []),
    ];
  });
}

function judgeClients({ clients, book }: Evidence): readonly Violation[] {
  const timesOf = (id: string): number => book.clients.filter((one) => one === id).length;
  const twice = [...new Set(book.clients)].filter((id) => timesOf(id) > 1);
  return [
    ...twice.map((id) => violation('CLIENT_TWICE', undefined, id)),
    ...clients.flatMap(({ workflowId, end, request }) => {
      const lost = end.is === 'completed' && end.result.outcome === 'ready' && timesOf(request.partnerClientId) === 0;
      const says = 'says ready, and the provider has no such client';
      return [...endedBadly(workflowId, end), ...(lost ? [violation('CLIENT_LOST', workflowId, says)] : [])];
    }),
  ];
}

function judgeQuestion(seen: QuestionSeen, evidence: Evidence): readonly Violation[] {
  const { workflowId, question } = seen;
  const { reason, because, todo, accepts } = question;
  const stated = isParkReason(reason) && because !== '' && todo !== '' && accepts.length > 0;
  return [
    ...(stated ? [] : [violation('UNSTATED', workflowId, `asks without saying why or what for: ${reason}`)]),
    ...missingEvidence(seen, evidence).map((what) => violation('NO_EVIDENCE', workflowId, `does not tell ${what}`)),
  ];
}

/** What a person needs to look for an order at a provider that knows no reference, and was not told. */
function missingEvidence({ workflowId, question }: QuestionSeen, evidence: Evidence): readonly string[] {
  const { kit, intents, planted } = evidence;
  const intent = intents.find((one) => one.workflowId === workflowId);
  if (!kit.tellsCandidates || question.reason !== 'ORDER_UNFINDABLE' || intent === undefined) return [];
  const told = (question.evidence ?? []).join('\n');
  const { request } = intent;
  // If they could not be read, the question has to say so.
  const unread = told.includes('could not be read');
  const candidates = unread ? [] : planted.filter((one) => one.workflowId === workflowId);
  return [
    ...(told.includes(request.fundingId) ? [] : ['the ref']),
    ...(told.includes(fundingTitle(request)) ? [] : ['amount, asset and client']),
    ...(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(told) ? [] : ['when it was sent']),
    ...candidates.filter(({ orderId }) => !told.includes(`Order ${orderId} `)).map(({ orderId }) => `of ${orderId}`),
  ];
}
