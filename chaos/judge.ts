import { sameAsset } from '../contract/fold';
import type { FundingResult, Order } from '../contract/funding';
import { REF_ATTEMPT_SEPARATOR } from '../contract/ids';
import { add, sameAmount, subtract, type DecimalText } from '../contract/money';
import { isParkReason } from '../contract/progress';
import { contentOf } from './applications';
import { hasEarlierRuns, wasCorrected, wasUndone } from './decisions';
import type { ClientEvidence, Evidence, IntentEvidence } from './evidence';
import { judgeOrders, type OwnOrder } from './intent-orders';
import { hasFailed, isCompleted, type Ledger, type LedgerDocument, type LedgerOrder } from './ledger';

export const VIOLATIONS = [
  /** An intent has two completed orders. */
  'DOUBLED',
  /** An intent has an order that could still move money, beside one that did or could. */
  'SECOND_ORDER_OPEN',
  /** Sent after a person had given the intent up or cancelled it, or after its order was cancelled at the provider. */
  'AGAINST_DECISION',
  /** An order under a ref of ours for another client than was asked. */
  'WRONG_PERSON',
  /** A workflow says completed, and the provider has no such order. */
  'LOST',
  /** The provider completed an order that its workflow does not tell of. */
  'UNTOLD',
  /** An order that no intent asked for. */
  'ORDER_WITHOUT_INTENT',
  /** A fresh ref before the provider reported every earlier one failed, rejected or not ours. */
  'FRESH_REF_TOO_SOON',
  /** A client's balance is not what its intents add up to. */
  'SUM_DIFFERS',
  /** Money that is set aside, and nothing is under way. */
  'LEFT_RESERVED',
  'CLIENT_TWICE',
  'CLIENT_WITHOUT_APPLICATION',
  /** An onboarding says ready, and the provider's client or a document is not there. */
  'CLIENT_LOST',
  'DOCUMENT_TWICE',
  'DOCUMENT_LOST',
  /** A document of one client on the record of another. */
  'DOCUMENT_ASTRAY',
  /** Neither ended nor waiting for a person when it should have been. */
  'STUCK',
  /** A question without a reason, or without what can be done about it. */
  'UNSTATED',
  /** Ended as nothing of Gangway's should end. */
  'ENDED_BADLY',
  /** Asked for, and never started. */
  'NEVER_STARTED',
  /** A cancel was accepted, and the workflow went on. */
  'CANCEL_BROKEN',
  /** Something that had to be refused was not. */
  'NOT_REFUSED',
] as const;
export type ViolationKind = (typeof VIOLATIONS)[number];

interface Violation {
  readonly kind: ViolationKind;
  /** The workflow that it is about, if there is one. */
  readonly workflowId?: string;
  readonly says: string;
}

/** A completed order whose intent was given up or marked by a person: told, but not by Gangway. */
interface PersonsOrder {
  readonly ref: string;
  readonly outcome: 'abandoned' | 'marked-completed' | 'terminated';
}

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Listed, because a person and not the provider closed the intent. */
  readonly personsOrders: readonly PersonsOrder[];
}

/** Holds what every workflow says against the provider's own book. */
export function judge(evidence: Evidence): Verdict {
  const orders = ordersByIntent(evidence.ledger);
  const verdicts = evidence.intents.map((intent) =>
    judgeIntent(intent, orders.get(intent.request.fundingId) ?? [], evidence),
  );
  return {
    violations: [
      ...verdicts.flatMap(({ violations }) => violations),
      ...ordersWithoutIntent(evidence),
      ...differingSums(evidence, verdicts),
      ...clientViolations(evidence),
      ...evidence.clients.flatMap((client) => judgeClient(client, evidence.ledger)),
      ...documentsTwice(evidence),
      ...documentsAstray(evidence),
      ...leftReserved(evidence.ledger),
      ...evidence.stuck.map((workflowId) => violation('STUCK', workflowId, 'neither ended nor asks a person')),
      ...unstatedQuestions(evidence),
      ...brokenCancels(evidence),
      ...evidence.notRefused.map(({ workflowId, what }) => violation('NOT_REFUSED', workflowId, what)),
    ],
    personsOrders: verdicts.flatMap(({ personsOrders }) => personsOrders),
  };
}

function violation(kind: ViolationKind, workflowId: string | undefined, says: string): Violation {
  return { kind, ...(workflowId === undefined ? {} : { workflowId }), says };
}

/** The intent that a ref is of, by its form. */
export function fundingIdOf(ref: string): string {
  return ref.split(REF_ATTEMPT_SEPARATOR)[0] ?? ref;
}

/** The number of the attempt that a ref is of; undefined if no attempt would carry it. */
export function attemptOf(ref: string): number | undefined {
  const [, suffix, ...rest] = ref.split(REF_ATTEMPT_SEPARATOR);
  if (suffix === undefined) return 1;
  return rest.length === 0 && /^([2-9]|[1-9]\d+)$/.test(suffix) ? Number(suffix) : undefined;
}

function ordersByIntent({ orders }: Ledger): ReadonlyMap<string, readonly LedgerOrder[]> {
  const byIntent = new Map<string, LedgerOrder[]>();
  for (const order of orders) {
    const fundingId = fundingIdOf(order.partner_order_ref);
    byIntent.set(fundingId, [...(byIntent.get(fundingId) ?? []), order]);
  }
  return byIntent;
}

interface IntentVerdict extends Verdict {
  readonly intent: IntentEvidence;
  /** Whether its money moved, as told or as listed. */
  readonly moved: boolean;
}

function judgeIntent(
  intent: IntentEvidence,
  orders: readonly LedgerOrder[],
  { plantedRefs, madeBefore, decisions, leftTerminated }: Evidence,
): IntentVerdict {
  const { workflowId, request } = intent;
  const own = orders.filter((order) => isOf(intent, order));
  const completed = own.filter(isCompleted);
  const violations: Violation[] = [
    ...orders
      .filter((order) => !isOf(intent, order) && !plantedRefs.includes(order.partner_order_ref))
      .map((order) =>
        violation(
          order.partner_client_id === request.partnerClientId ? 'ORDER_WITHOUT_INTENT' : 'WRONG_PERSON',
          workflowId,
          `${order.partner_order_ref} differs from ${request.fundingId}`,
        ),
      ),
    ...judgeOrders({
      workflowId,
      orders: own.map(ownOrder),
      sends: intent.sends,
      decisions,
      taken: orders
        .filter(({ partner_order_ref: ref }) => plantedRefs.includes(ref))
        .map(({ partner_order_ref: ref }) => attemptOf(ref) ?? 0),
    }).map(([kind, says]) => violation(kind, workflowId, says)),
  ];
  if (leftTerminated.includes(workflowId) && intent.end.is === 'ended-otherwise') {
    const personsOrders = completed.map(({ partner_order_ref: ref }) => ({ ref, outcome: 'terminated' as const }));
    return { intent, violations, personsOrders, moved: completed.length > 0 };
  }
  // A run that never sent anything tells only of itself, not of runs that the server has forgotten.
  const isForgotten = decisions.some(({ workflowId: id, how }) => id === workflowId && how === 'forgotten');
  // Forgotten, and not asked for again: nothing is left that could tell.
  if (intent.end.is === 'absent' && isForgotten) {
    return { intent, violations, personsOrders: [], moved: completed.length > 0 };
  }
  const told = toldBy(
    intent,
    completed.filter(({ partner_order_ref: ref }) => !(wasCancelledUnsent(intent) && madeBefore.includes(ref))),
  );
  violations.push(...told.violations);
  return { intent, violations, personsOrders: told.personsOrders, moved: completed.length > 0 };
}

function ownOrder(order: LedgerOrder): OwnOrder {
  const { id, partner_order_ref: ref, status } = order;
  return {
    ref,
    attempt: attemptOf(ref) ?? 1,
    state: isCompleted(order) ? 'completed' : hasFailed(order) ? 'failed' : 'open',
    createdAt: Date.parse(order.created_at),
    changedAt: Date.parse(order.transitioned_at),
    says: `order ${id} under ${ref}, ${status}`,
  };
}

/** Whether an order is what the intent asks for. */
function isOf({ request }: IntentEvidence, order: LedgerOrder): boolean {
  return (
    fundingIdOf(order.partner_order_ref) === request.fundingId &&
    attemptOf(order.partner_order_ref) !== undefined &&
    order.partner_client_id === request.partnerClientId &&
    order.type === request.kind &&
    order.asset_id === request.asset &&
    sameAmount(order.amount, request.amount)
  );
}

/** Whether the workflow tells the truth about the orders that its intent completed. */
function toldBy(intent: IntentEvidence, completed: readonly LedgerOrder[]): Verdict {
  const { end, workflowId } = intent;
  const refs = completed.map(({ partner_order_ref: ref }) => ref);
  const untold = (how: string): Verdict => ({
    violations: refs.map((ref) => violation('UNTOLD', workflowId, `${how}, and the order under ${ref} is completed`)),
    personsOrders: [],
  });
  switch (end.is) {
    case 'absent': {
      if (intent.mayBeAbsent) return untold('was never started');
      const missing = violation('NEVER_STARTED', workflowId, 'was asked for and never started');
      return { violations: [missing, ...untold('was never started').violations], personsOrders: [] };
    }
    case 'running': {
      const verdict = untold(end.parked ? 'waits for a person' : 'is under way');
      const open = violation('STUCK', workflowId, `has not ended${end.parked ? ': it still waits for a person' : ''}`);
      return { violations: [open, ...verdict.violations], personsOrders: [] };
    }
    case 'cancelled':
      return untold('was cancelled');
    case 'failed':
    case 'ended-otherwise': {
      const how = end.is === 'failed' ? `failed with ${end.code}` : `ended as ${end.how}`;
      return {
        violations: [violation('ENDED_BADLY', workflowId, how), ...untold(how).violations],
        personsOrders: [],
      };
    }
    case 'completed':
      return toldByResult(intent, end.result, completed);
  }
}

function toldByResult(intent: IntentEvidence, result: FundingResult, completed: readonly LedgerOrder[]): Verdict {
  const { workflowId } = intent;
  const { outcome } = result;
  switch (outcome) {
    case 'completed': {
      const claimed = completed.find((order) => isOrder(order, result.order));
      const lost = violation('LOST', workflowId, `says completed by ${describe(result.order)}, which the ledger lacks`);
      return { violations: claimed === undefined ? [lost] : [], personsOrders: [] };
    }
    case 'marked-completed':
    case 'abandoned': {
      const lost = violation('LOST', workflowId, 'was marked completed, and no order is');
      return {
        violations: outcome === 'marked-completed' && completed.length === 0 ? [lost] : [],
        personsOrders: completed.map(({ partner_order_ref: ref }) => ({ ref, outcome })),
      };
    }
    case 'cancelled':
      return {
        violations: completed.map(({ partner_order_ref: ref }) =>
          violation('UNTOLD', workflowId, `was cancelled, and the order under ${ref} is completed`),
        ),
        personsOrders: [],
      };
  }
}

/** A workflow that was cancelled before it sent anything tells nothing of an order that is in no book of Gangway's. */
function wasCancelledUnsent({ end }: IntentEvidence): boolean {
  if (end.is === 'cancelled') return true;
  return (
    end.is === 'completed' && end.result.outcome === 'cancelled' && end.result.refs.every(({ sent }) => sent === 0)
  );
}

function isOrder(order: LedgerOrder, claimed: Order | undefined): boolean {
  return (
    claimed?.orderId === String(order.id) &&
    claimed.ref === order.partner_order_ref &&
    claimed.kind === order.type &&
    claimed.partnerClientId === order.partner_client_id &&
    sameAsset(claimed.asset, order.asset_id) &&
    sameAmount(claimed.amount, order.amount)
  );
}

function describe(order: Order | undefined): string {
  return order === undefined ? 'no order' : `order ${order.orderId} under ${order.ref}`;
}

function ordersWithoutIntent({ intents, ledger, plantedRefs }: Evidence): readonly Violation[] {
  const fundingIds = new Set(intents.map(({ request }) => request.fundingId));
  return ledger.orders
    .map(({ partner_order_ref: ref }) => ref)
    .filter((ref) => !plantedRefs.includes(ref))
    .filter((ref) => !fundingIds.has(fundingIdOf(ref)))
    .map((ref) => violation('ORDER_WITHOUT_INTENT', undefined, `nothing asked for an order under ${ref}`));
}

function differingSums({ ledger }: Evidence, verdicts: readonly IntentVerdict[]): readonly Violation[] {
  const expected = new Map<string, DecimalText>();
  for (const { moved, intent } of verdicts) {
    if (!moved) continue;
    const { partnerClientId, asset, amount, kind } = intent.request;
    const key = `${partnerClientId} ${asset}`;
    const before = expected.get(key) ?? '0';
    expected.set(key, kind === 'deposit' ? add(before, amount) : subtract(before, amount));
  }
  const held = new Map(
    Object.entries(ledger.balances).flatMap(([client, assets]) =>
      Object.entries(assets).map(([asset, { balance }]): [string, DecimalText] => [`${client} ${asset}`, balance]),
    ),
  );
  return [...new Set([...expected.keys(), ...held.keys()])].flatMap((key) => {
    const [sum, balance] = [expected.get(key) ?? '0', held.get(key) ?? '0'];
    if (sameAmount(sum, balance)) return [];
    return [violation('SUM_DIFFERS', undefined, `${key}: the intents add up to ${sum}, the ledger holds ${balance}`)];
  });
}

function clientViolations({ clients, ledger, plantedClients }: Evidence): readonly Violation[] {
  const known = new Set([...clients.map(({ clientId }) => clientId), ...plantedClients]);
  const ids = ledger.clients.map(({ partner_client_id: id }) => id);
  return [
    ...repeated(ids).map((id) => violation('CLIENT_TWICE', undefined, id)),
    ...ids
      .filter((id) => !known.has(id))
      .map((id) => violation('CLIENT_WITHOUT_APPLICATION', undefined, `nobody applied as ${id}`)),
  ];
}

function judgeClient(client: ClientEvidence, ledger: Ledger): readonly Violation[] {
  const { clientId, workflowId, end } = client;
  const record = ledger.clients.find(({ partner_client_id: id }) => id === clientId);
  switch (end.is) {
    case 'absent':
      return [violation('NEVER_STARTED', workflowId, 'was asked for and never started')];
    case 'running':
      return [violation('STUCK', workflowId, `has not ended${end.parked ? ': it still waits for a person' : ''}`)];
    case 'failed':
    case 'ended-otherwise':
      return [violation('ENDED_BADLY', workflowId, end.is === 'failed' ? end.code : end.how)];
    case 'cancelled':
      return [];
    case 'completed':
      break;
  }
  if (end.result.outcome !== 'ready') return [];
  if (record?.status !== 'verified') {
    return [violation('CLIENT_LOST', workflowId, `says ready, and the client is ${record?.status ?? 'not there'}`)];
  }
  return documentsLost(client, ledger);
}

function documentsLost({ clientId, workflowId, end, contents }: ClientEvidence, ledger: Ledger): readonly Violation[] {
  const onFile = ledger.documents.filter(({ partner_client_id: id }) => id === clientId);
  const claimed = end.is === 'completed' ? end.result.documents : [];
  return [...contents].flatMap(([type, content]) => {
    const filed = claimed.find((document) => document.type === type);
    const found = onFile.find(
      (document) =>
        document.type === type &&
        contentOfDocument(document) === content &&
        String(document.id) === filed?.providerDocumentId,
    );
    return found === undefined ? [violation('DOCUMENT_LOST', workflowId, `${type} is not on file as told`)] : [];
  });
}

function contentOfDocument({ front, back }: LedgerDocument): string {
  return contentOf([front.sha256, ...(back === null ? [] : [back.sha256])]);
}

function documentsTwice({ ledger, amendmentLost }: Evidence): readonly Violation[] {
  const documents = ledger.documents.filter(({ partner_client_id: id }) => !amendmentLost.has(id));
  const keys = documents.map(
    (document) => `${document.partner_client_id} ${document.type} ${contentOfDocument(document)}`,
  );
  return repeated(keys).map((key) =>
    violation('DOCUMENT_TWICE', `onboarding/coinmena/${key.split(' ')[0] ?? ''}`, key),
  );
}

/** The right content of somebody else's application on a client's record. */
function documentsAstray({ ledger, clients }: Evidence): readonly Violation[] {
  const owners = new Map(
    clients.flatMap(({ clientId, contents }) =>
      [...contents.values()].map((one): readonly [string, string] => [one, clientId]),
    ),
  );
  return ledger.documents.flatMap((document) => {
    const owner = owners.get(contentOfDocument(document));
    if (owner === undefined || owner === document.partner_client_id) return [];
    const says = `document ${document.id} of ${owner} is on the record of ${document.partner_client_id}`;
    return [violation('DOCUMENT_ASTRAY', undefined, says)];
  });
}

/** CoinMENA sets nothing aside for an order that is under way. */
function leftReserved({ balances }: Ledger): readonly Violation[] {
  return Object.entries(balances).flatMap(([client, assets]) =>
    Object.entries(assets).flatMap(([asset, { balance, available }]) =>
      sameAmount(balance, available)
        ? []
        : [violation('LEFT_RESERVED', undefined, `${client} has ${balance} ${asset}, of which ${available} are free`)],
    ),
  );
}

function repeated(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

function unstatedQuestions({ questions }: Evidence): readonly Violation[] {
  return questions.flatMap(({ workflowId, question: { reason, because, todo, accepts } }) => {
    const stated = isParkReason(reason) && because !== '' && todo !== '' && accepts.length > 0;
    return stated ? [] : [violation('UNSTATED', workflowId, `asks a person without saying why or what for: ${reason}`)];
  });
}

/**
 * A flow that accepted a cancel ends before anything else is written: cancelled, or given up by the person who came
 * first.
 */
function brokenCancels({ intents, clients, decisions }: Evidence): readonly Violation[] {
  return [...intents, ...clients].flatMap(({ workflowId, end }) => {
    const taken = decisions.find(({ workflowId: id, how }) => id === workflowId && how === 'cancel');
    if (taken === undefined || wasUndone(decisions, workflowId, taken.at)) return [];
    if (wasCorrected(decisions, workflowId, taken.at)) return [];
    const outcome = end.is === 'completed' ? end.result.outcome : end.is;
    if (outcome === 'cancelled' || outcome === 'abandoned' || outcome === 'ended-otherwise') return [];
    // What a run before had sent stands, and is told.
    if (outcome === 'completed' && hasEarlierRuns(decisions, workflowId)) return [];
    return [violation('CANCEL_BROKEN', workflowId, `accepted a cancel, and is ${outcome}`)];
  });
}
