import type { FailureDetails, FieldProblem } from '../../contract/errors';
import type { ApplicationPatch, ClientState, FiledDocument, InspectedDocument } from '../../contract/onboarding';
import type { Capability, ProviderSemantics } from '../../contract/provider';
import type { Amendable } from '../shared/amendments';
import type { Cancelled, Common, Turn } from '../shared/turn';
import { NOTHING_SUBMITTED, type Submission } from '../shared/submission';

/** What is known of an onboarding, what can be seen of it, and what the rule may ask for. */

/** A document on file, and what it was uploaded from. */
interface Filed {
  readonly document: InspectedDocument;
  readonly filed: FiledDocument;
}

/** The client, once it is known to be ours. */
export interface Existing {
  readonly client: ClientState;
  readonly how: 'created' | 'adopted';
}

/** Where one document is on its way to the provider's files. */
export interface Filing {
  readonly document: InspectedDocument;
  /** What is done next: look whether it is on file, or upload it. */
  readonly next: 'look' | 'upload';
  /** Calls for it that failed. */
  readonly failed: number;
  /** Looks in a row that did not show it. */
  readonly lookups: number;
  /** Whether an upload of it may have been applied, so that looks go on for the whole settle window. */
  readonly inDoubt: boolean;
  /** Whether each upload of it is preceded by a look. */
  readonly looks: boolean;
  /** How long to wait before what is next, in milliseconds. */
  readonly afterMs: number;
  /** Why it is not tried again before a person was asked. */
  readonly refusal?: FailureDetails;
}

/** What a person allowed beforehand. */
export interface OnboardingLimits {
  /** How long verification may take before a person is asked, in milliseconds. */
  readonly verificationDeadlineMs: number;
  /** Whether a client that is found deactivated is reactivated without asking. */
  readonly reactivates: boolean;
}

export interface OnboardingState extends OnboardingLimits {
  /** The application as it now is. */
  readonly data: Amendable;
  /** What the first check read of the provider. */
  readonly semantics?: ProviderSemantics;
  /** The documents as they were inspected last. */
  readonly documents: readonly InspectedDocument[];
  readonly existing?: Existing;
  /** Whether a creation was ever sent: from then on a client may exist. */
  readonly createSent: boolean;
  /** Whether a creation may have been applied: it is looked for before it is sent again. */
  readonly createInDoubt: boolean;
  /** Creations sent since a person was last asked. */
  readonly sends: number;
  /** Looks in a row that did not show the client. */
  readonly lookups: number;
  /** What the last creation failed with, while its client is looked for. */
  readonly refusal?: FailureDetails;
  readonly filed: readonly Filed[];
  /** Ids of documents on file that newer ones have replaced. */
  readonly replaced: readonly string[];
  /** The documents that are on their way. */
  readonly filings: readonly Filing[];
  /** Whether filing was begun before: what is on file is looked at first. */
  readonly uploadSent: boolean;
  readonly submission: Submission;
  /** Reads of a client that is not ready, and the milliseconds waited between them. */
  readonly polls: number;
  readonly waited: number;
  /** Reactivations in a row after which the client was still shown deactivated. */
  readonly reactivations: number;
}

/** What came of one call for a document. */
export type FilingSeen = { readonly document: InspectedDocument } & (
  | { readonly saw: 'filed'; readonly filed: FiledDocument }
  | { readonly saw: 'absent' }
  | { readonly saw: 'failed'; readonly failure: FailureDetails }
);

/** One call for one document. */
export interface FilingCall {
  readonly document: InspectedDocument;
  readonly next: 'look' | 'upload';
  /** Ids of documents on file that are not it. */
  readonly others: readonly string[];
  /** Set for an upload after looks for as long as an earlier one may not show: that one never arrived. */
  readonly lookedFor?: boolean;
}

export type OnboardingAsk =
  | { readonly do: 'check'; readonly afterMs: number }
  | { readonly do: 'create'; readonly afterMs: number }
  | { readonly do: 'find-client'; readonly afterMs: number }
  | { readonly do: 'file'; readonly calls: readonly FilingCall[]; readonly afterMs: number }
  | { readonly do: 'read-client'; readonly afterMs: number }
  | { readonly do: 'submit'; readonly attempt: number; readonly afterMs: number }
  | { readonly do: 'reactivate'; readonly afterMs: number };

export interface OnboardingEnd {
  readonly do: 'finish';
  readonly outcome: 'ready' | 'abandoned' | 'cancelled';
}

export type OnboardingMove = OnboardingAsk | Common<OnboardingEnd>;
export type OnboardingTurn = Turn<OnboardingState, OnboardingMove>;

export type OnboardingEvent =
  | {
      readonly saw: 'checked';
      readonly semantics: ProviderSemantics;
      readonly documents: readonly InspectedDocument[];
      readonly problems: readonly FieldProblem[];
    }
  | { readonly saw: 'created'; readonly client: ClientState }
  | { readonly saw: 'create-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'client-found'; readonly client: ClientState }
  /** There is a client under our id, and nothing shows that it is this person. */
  | { readonly saw: 'client-differs'; readonly fields: readonly FieldProblem[] }
  | { readonly saw: 'client-absent' }
  /** The failure is that of one of them, for whoever sees the flow wait. */
  | { readonly saw: 'filings'; readonly seen: readonly FilingSeen[]; readonly failure?: FailureDetails }
  | {
      readonly saw: 'client-read';
      readonly client: ClientState;
      /** Ids of the documents on file; absent if the provider does not list them. */
      readonly onFile?: readonly string[];
    }
  | { readonly saw: 'client-missing' }
  | { readonly saw: 'submitted' }
  | { readonly saw: 'submit-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'reactivated' }
  | { readonly saw: 'reactivate-failed'; readonly failure: FailureDetails }
  /** A read failed for so long that nothing is known. */
  | { readonly saw: 'read-failed'; readonly failure: FailureDetails }
  | { readonly saw: 'resolved'; readonly action: 'retry' | 'abandon' }
  | { readonly saw: 'amended'; readonly patch: ApplicationPatch }
  | { readonly saw: 'recheck-due' }
  | Cancelled;

/** Nothing was done yet. */
export function untouched(data: Amendable, limits: OnboardingLimits): OnboardingState {
  return {
    ...limits,
    data,
    documents: [],
    createSent: false,
    createInDoubt: false,
    sends: 0,
    lookups: 0,
    filed: [],
    replaced: [],
    filings: [],
    uploadSent: false,
    submission: NOTHING_SUBMITTED,
    polls: 0,
    waited: 0,
    reactivations: 0,
  };
}

export function offers({ semantics }: OnboardingState, capability: Capability): boolean {
  return semantics?.capabilities.includes(capability) === true;
}

/** How long a write may not show, in milliseconds. */
export function windowOf({ semantics }: OnboardingState): number {
  return semantics?.settleWindowMs ?? 0;
}

export function isFiled({ filed }: OnboardingState, { type, front, back }: InspectedDocument): boolean {
  return filed.some(
    ({ document }) =>
      document.type === type && document.front.sha256 === front.sha256 && document.back?.sha256 === back?.sha256,
  );
}

/** What is on file of its type and holds something else. */
export function othersThan({ filed, replaced }: OnboardingState, { type }: InspectedDocument): readonly string[] {
  const before = filed.filter(({ document }) => document.type === type);
  return [...replaced, ...before.map((one) => one.filed.providerDocumentId)];
}

/** What is on file, in the order of the application. */
export function onFile({ data, filed }: OnboardingState): readonly FiledDocument[] {
  const types = data.documents.map(({ type }) => type);
  return filed.map((one) => one.filed).sort((one, other) => types.indexOf(one.type) - types.indexOf(other.type));
}

export function withoutRefusal({ refusal: _refusal, ...state }: OnboardingState): OnboardingState {
  return state;
}
