import { foldedAsset, sameAsset } from './fold';
import { FUNDING_KINDS, type FundingKind, type FundingRequest, type Terms } from './funding';
import { add, covers, type DecimalText } from './money';

/**
 * Large movements wait until other people have approved them. The policy is part of a worker's configuration. What it
 * asks of an intent is read once, before anything moves, and frozen in the intent's history.
 */

/** Movements of one asset that need approval. */
export interface ApprovalRule {
  /** The provider's asset id, in any case. */
  readonly asset: string;
  /** The smallest amount that needs approval. */
  readonly from: DecimalText;
  /** How many people must approve. */
  readonly approvers: number;
  /** Absent: movements of every kind. */
  readonly kinds?: readonly FundingKind[];
  /** Absent: at every provider. */
  readonly provider?: string;
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
  /** The amount of the asset from which approval is needed, for whoever asks why. */
  readonly from: DecimalText;
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
  readonly from: DecimalText;
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
export function canonicalRule({ asset, from, approvers, kinds, provider, expiresAfterMs }: ApprovalRule): string {
  const allKinds = kinds === undefined ? FUNDING_KINDS : FUNDING_KINDS.filter((kind) => kinds.includes(kind));
  return [
    foldedAsset(asset),
    add(from, '0'),
    approvers,
    allKinds.join(','),
    provider ?? '*',
    expiresAfterMs ?? DEFAULT_APPROVAL_MS,
  ].join(' ');
}

type Movement = Pick<FundingRequest, 'provider' | 'kind' | 'asset' | 'amount'>;

/** What the rules ask of a movement, if anything: of all that fit, the most approvers and the shortest time. */
export function approvalNeeded(rules: readonly ApprovalRule[], movement: Movement): ApprovalRequirement | undefined {
  const asked = rules.filter((rule) => fits(rule, movement));
  const [strictest] = [...asked].sort((a, b) => b.approvers - a.approvers);
  if (strictest === undefined) return undefined;
  return {
    approvers: strictest.approvers,
    from: strictest.from,
    expiresAfterMs: Math.min(...asked.map(({ expiresAfterMs = DEFAULT_APPROVAL_MS }) => expiresAfterMs)),
  };
}

function fits({ asset, from, kinds, provider }: ApprovalRule, movement: Movement): boolean {
  return (
    sameAsset(asset, movement.asset) &&
    (kinds === undefined || kinds.includes(movement.kind)) &&
    (provider === undefined || provider === movement.provider) &&
    covers(movement.amount, from)
  );
}
