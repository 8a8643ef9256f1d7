import type { ApprovalRequest } from './approval';
import { RESOLVE_ACTIONS, type CancelRequest, type InformationRequest, type ResolveRequest } from './funding';
import type { AmendRequest } from './onboarding';

/**
 * What people decide about a flow. The library's methods, the gateway's routes, the commands and the help in the Temporal
 * UI are made from this one table: another decision is another entry here, and what does not know it yet does not compile.
 */

/** What each decision is given. Every one says who decides (`by`, an opaque operator id) and why (`reason`). */
export interface DecisionRequests {
  /** Answers a parked flow. `markCompleted` demands `evidence`. */
  readonly resolve: ResolveRequest;
  /** Approves a movement that waits for it. Refused if `by` asked for it, has approved it already, or is too late. */
  readonly approve: ApprovalRequest;
  /** Ends a movement that waits for approval; nothing moves. */
  readonly reject: ApprovalRequest;
  /** Gives a parked onboarding new data, any part of its application. Refused for fields that cannot change any more. */
  readonly amend: AmendRequest;
  /** Gives an order under way what its provider asked for; then the order is read again. */
  readonly supplyInformation: InformationRequest;
  /** Ends a flow if nothing is in doubt. */
  readonly cancel: CancelRequest;
}

export type DecisionName = keyof DecisionRequests;

/** What of a request is not who and why. */
export type DecisionField<Name extends DecisionName> = Exclude<keyof DecisionRequests[Name], 'by' | 'reason'>;

/** What is typed into a form beside who and why. */
type Form<Name extends DecisionName> = Readonly<Partial<Record<DecisionField<Name>, unknown>>>;

/** What a decision does as the answer to a question. */
interface DecisionAnswer<Name extends DecisionName> {
  /** In words that follow the decision. */
  readonly does: string;
  /** What is given with this answer. Absent: the decision's form. */
  readonly form?: Form<Name>;
}

/** One decision. */
interface Decision<Name extends DecisionName> {
  /** As its update, the library's method and, hyphenated, its command and route are called. */
  readonly name: Name;
  /** What it does, in sentences for the person who may make it. */
  readonly help: string;
  /** What a token of the gateway needs for it. */
  readonly scope: 'approve' | 'resolve';
  /** What it may be made about. */
  readonly about: readonly ('intent' | 'onboarding')[];
  readonly form: Form<Name>;
  /** The answers that a question may accept of it, by the names that `accepts` has. */
  readonly answers: Readonly<Record<string, DecisionAnswer<Name>>>;
}

export const DECISIONS: { readonly [Name in DecisionName]: Decision<Name> } = {
  resolve: {
    name: 'resolve',
    help: 'Answer a flow that waits for a person. What is answered is kept with it.',
    scope: 'resolve',
    about: ['intent', 'onboarding'],
    form: { action: RESOLVE_ACTIONS.join(' | ') },
    answers: {
      retry: {
        form: { action: 'retry' },
        does: 'reads the provider again, or checks again what was not sent',
      },
      useFreshRef: { form: { action: 'useFreshRef' }, does: 'one more attempt under the next reference' },
      markCompleted: {
        form: { action: 'markCompleted', evidence: 'WHERE THE PROOF IS' },
        does: 'ends it as completed, by your word',
      },
      abandon: { form: { action: 'abandon' }, does: 'ends it; nothing more is sent' },
    },
  },
  approve: {
    name: 'approve',
    help: 'Approve a movement that waits for it. Not for who asked for it; each person counts once.',
    scope: 'approve',
    about: ['intent'],
    form: {},
    answers: { approve: { does: 'counts as one approval' } },
  },
  reject: {
    name: 'reject',
    help: 'Reject a movement that waits for approval: it ends, and nothing moves.',
    scope: 'approve',
    about: ['intent'],
    form: {},
    answers: { reject: { does: 'ends it; nothing moves' } },
  },
  amend: {
    name: 'amend',
    help: 'Give new data to an onboarding that waits for a person.',
    scope: 'resolve',
    about: ['onboarding'],
    form: { patch: { applicant: {} } },
    answers: { amend: { does: 'gives new data' } },
  },
  supplyInformation: {
    name: 'supplyInformation',
    help: 'Give the provider what it asked for about an order under way.',
    scope: 'resolve',
    about: ['intent'],
    form: { information: {} },
    answers: { supplyInformation: { does: 'gives the provider what it asked for' } },
  },
  cancel: {
    name: 'cancel',
    help: 'End a flow that has not begun to write, or that waits with nothing in doubt. Refused otherwise.',
    scope: 'resolve',
    about: ['intent', 'onboarding'],
    form: {},
    answers: {},
  },
};

export const DECISION_NAMES: readonly DecisionName[] = Object.values(DECISIONS).map(({ name }) => name);

/** As commands and paths have it: `supply-information`. */
export function hyphenated(name: DecisionName): string {
  return name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}

/** One answer that a question may accept: which decision it is, what is given with it, and what it does. */
export interface KnownAnswer {
  readonly answer: string;
  readonly decision: DecisionName;
  readonly form: object;
  readonly does: string;
}

/** Every answer that a question may accept. */
export const ANSWERS: readonly KnownAnswer[] = DECISION_NAMES.flatMap((decision) => {
  const { answers, form } = DECISIONS[decision];
  return Object.entries(answers).map(([answer, known]) => ({ answer, decision, form, ...known }));
});
