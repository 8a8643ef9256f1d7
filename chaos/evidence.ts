import type { FundingRequest, FundingResult } from '../contract/funding';
import type { OnboardingResult } from '../contract/onboarding';
import type { ParkedState } from '../contract/progress';
import type { Decision } from './decisions';
import type { Send } from './intent-orders';
import type { Ledger } from './ledger';

/** How a workflow stands when everything is over. */
export type FlowEnd<Result> =
  /** Nothing was ever started under its id. */
  | { readonly is: 'absent' }
  | { readonly is: 'running'; readonly parked: boolean }
  | { readonly is: 'completed'; readonly result: Result }
  /** Cancelled in Temporal itself. */
  | { readonly is: 'cancelled' }
  | { readonly is: 'failed'; readonly code: string }
  /** Terminated or timed out: Gangway's workflows never are. */
  | { readonly is: 'ended-otherwise'; readonly how: string };

export interface IntentEvidence {
  readonly request: FundingRequest;
  readonly workflowId: string;
  readonly end: FlowEnd<FundingResult>;
  /** Whether it may never have been started: a movement of a chain that ended before it. */
  readonly mayBeAbsent: boolean;
  /** What its runs scheduled to move money, if somebody ended it on the way; else nothing. */
  readonly sends: readonly Send[];
}

export interface ClientEvidence {
  readonly clientId: string;
  readonly workflowId: string;
  readonly end: FlowEnd<OnboardingResult>;
  /** The content of each document that must be on file, by its type (applications.ts). */
  readonly contents: ReadonlyMap<string, string>;
}

/** A question that was put to the operator. */
export interface QuestionSeen {
  readonly workflowId: string;
  readonly question: ParkedState<string>;
}

/** All that the judge looks at. */
export interface Evidence {
  readonly intents: readonly IntentEvidence[];
  readonly clients: readonly ClientEvidence[];
  readonly ledger: Ledger;
  /** Refs under which the campaign itself planted another client's order. */
  readonly plantedRefs: readonly string[];
  /** Refs under which the campaign planted the intent's own order, as made by a run that is long forgotten. */
  readonly madeBefore: readonly string[];
  /** Clients that the campaign itself planted, of no onboarding. */
  readonly plantedClients: readonly string[];
  /** Clients whose amendment was lost with Temporal: what was filed before it is filed once more. */
  readonly amendmentLost: ReadonlySet<string>;
  readonly questions: readonly QuestionSeen[];
  /** Workflows that neither had ended nor asked a person when they should have. */
  readonly stuck: readonly string[];
  /** What people decided, and what was undone in Temporal. */
  readonly decisions: readonly Decision[];
  /** Workflows that the campaign ended by hand in Temporal and left so. */
  readonly leftTerminated: readonly string[];
  /** What the campaign saw happen that should have been refused. */
  readonly notRefused: readonly { readonly workflowId: string; readonly what: string }[];
}
