import { foldedAsset } from './fold';
import { FUNDING_KINDS, type FundingRequest, type Terms } from './funding';
import { type CountedFrom, isAbout, type Over, type OverLimit, type RuleScope, type WindowRule } from './limits';
import { add, covers, type DecimalText } from './money';

/**
 * Large movements wait until other people have approved them. The policy is part of a worker's configuration. What it
 * asks of an intent is read once, before anything moves, and frozen in the intent's history.
 */

/** A rule of the policy: it looks at one movement, or at all within a time (limits.ts). */
export type ApprovalRule = MovementRule | WindowRule;

/** Movements of one asset that need approval, each by itself. */
export interface MovementRule extends RuleScope {
  /** The smallest amount that needs approval. */
  readonly from: DecimalText;
  /** How many people must approve. */
  readonly approvers: number;
  /** How long after the question it may be approved, and an approval used. Default {@link DEFAULT_APPROVAL_MS}. */
  readonly expiresAfterMs?: number;
}

export const DEFAULT_APPROVAL_MS = 24 * 60 * 60_000;
/** The most people that one movement may wait for. */
export const MOST_APPROVERS = 10;

/** What the policy asks of one intent. */
export interface ApprovalRequirement {
  /** How many people must approve, beside the requester. */
  readonly approvers: number;
  /** The amount of the asset from which a movement needs approval, for whoever asks why. Absent: it is `limit` that asks. */
  readonly from?: DecimalText;
  /** Which limit over a time it is over. */
  readonly limit?: OverLimit;
  readonly expiresAfterMs: number;
}

/**
 * The worker's policy as the first check that passed read it: it holds for the life of the intent, whatever the policy
 * says later.
 */
export interface FrozenPolicy {
  /** Of the policy, as `policySha256` (activities/approval-policy.ts) makes it. */
  readonly sha256: string;
  /** What it asks of this intent; absent if it asks for nothing. */
  readonly asks?: ApprovalRequirement;
  /** Set if an edge that had authenticated the caller vouches for `requestedBy` (docs/adr/0014-approvals.md). */
  readonly requesterProven?: true;
}

/** What people look at before they approve: what the movement gives and gets, and where it goes. */
export interface ApprovedTerms {
  /** If the provider quotes. */
  readonly terms?: Terms;
  /** Where the money goes, if the movement names it; bank accounts by their last characters only. */
  readonly destination?: string;
}

/** A person's approval. */
export interface Approval {
  /** An opaque operator id, not a name. */
  readonly by: string;
  readonly reason: string;
  /** UTC ISO time. */
  readonly at: string;
}

/** Where the approval of an intent stands. */
export interface ApprovalProgress extends ApprovedTerms {
  readonly needed: number;
  /** From which amount on a movement needs approval. Absent: it is `limit` that asks. */
  readonly from?: DecimalText;
  /** Which limit over a time it is over. */
  readonly limit?: OverLimit;
  /** Who asked for the movement, and may not approve it; absent if nobody said. */
  readonly requestedBy?: string;
  /** Set if that is proven. Otherwise anybody may have typed it, and one approver more is needed. */
  readonly requesterProven?: true;
  readonly approvals: readonly Approval[];
  readonly askedAt: string;
  readonly expiresAt: string;
}

/** The argument of `approve` and `reject`: who, and why. */
export interface ApprovalRequest {
  readonly by: string;
  readonly reason: string;
}

/** The policy in its one spelling: two policies that ask for the same are the same text. Pure, to be hashed or compared. */
export function canonicalPolicy(rules: readonly ApprovalRule[]): string {
  return rules.map(canonicalRule).sort().join('\n');
}

/** A rule in its one spelling. No field of a rule can hold a space. */
export function canonicalRule(rule: ApprovalRule): string {
  const { asset, kinds, provider } = rule;
  const allKinds = kinds === undefined ? FUNDING_KINDS : FUNDING_KINDS.filter((kind) => kinds.includes(kind));
  const [scope, where] = [foldedAsset(asset), `${allKinds.join(',')} ${provider ?? '*'}`];
  return isWindowRule(rule)
    ? `${scope} ${canonicalFrom(rule.from)} ${canonicalOver(rule.over, where)} within ${rule.withinMs}`
    : `${scope} ${add(rule.from, '0')} ${canonicalAsking({ expiresAfterMs: DEFAULT_APPROVAL_MS, ...rule }, where)}`;
}

function canonicalFrom(from: CountedFrom): string {
  return from.by === 'sum' ? add(from.sum, '0') : `#${from.number}`;
}

function canonicalOver(over: Over, where: string): string {
  return over.is === 'refused' ? `refused ${where}` : canonicalAsking(over, where);
}

function canonicalAsking(
  { approvers, expiresAfterMs }: { readonly approvers: number; readonly expiresAfterMs: number },
  where: string,
): string {
  return `${approvers} ${where} ${expiresAfterMs}`;
}

type Movement = Pick<FundingRequest, 'provider' | 'kind' | 'asset' | 'amount'>;

/** What the rules that look at one movement ask of it, if anything. */
export function approvalNeeded(rules: readonly ApprovalRule[], movement: Movement): ApprovalRequirement | undefined {
  return strictest(
    rules.flatMap((rule) => {
      if (isWindowRule(rule) || !isAbout(rule, movement) || !covers(movement.amount, rule.from)) return [];
      const { approvers, from, expiresAfterMs = DEFAULT_APPROVAL_MS } = rule;
      return [{ approvers, from, expiresAfterMs }];
    }),
  );
}

/** The rules over a time that a movement counts in. */
export function limitsOn(rules: readonly ApprovalRule[], movement: Movement): readonly WindowRule[] {
  return rules.filter((rule) => isWindowRule(rule)).filter((rule) => isAbout(rule, movement));
}

/** Of all that is asked of a movement, the most approvers and the shortest time. */
export function strictest(asked: readonly ApprovalRequirement[]): ApprovalRequirement | undefined {
  const [most] = [...asked].sort((a, b) => b.approvers - a.approvers);
  return most === undefined
    ? undefined
    : { ...most, expiresAfterMs: Math.min(...asked.map(({ expiresAfterMs }) => expiresAfterMs)) };
}

/** Whether a rule counts what is moved within a time. */
export function isWindowRule(rule: ApprovalRule): rule is WindowRule {
  return 'within' in rule;
}
