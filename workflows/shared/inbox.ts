import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { DECISIONS, type DecisionName, type DecisionRequests } from '../../contract/decisions';
import { idProblem } from '../../contract/ids';
import { RESOLVE_ACTIONS, type CancelRequest, type ResolveAction, type ResolveRequest } from '../../contract/funding';
import { DECISION_UPDATES, providerHasNews } from '../../contract/messages';
import type { AmendRequest } from '../../contract/onboarding';
import { isParkReason, type ParkReason } from '../../contract/progress';
import type { UpdateDefinition } from '../../contract/temporal';
import { isTooDeep, TOO_DEEP, withoutStack } from './failures';
import { describeDecision } from './how-to-answer';
import { recorded } from './recorded';

/** What ends a wait at the inbox. */
export type Answer =
  | { readonly kind: 'resolved'; readonly request: ResolveRequest }
  | { readonly kind: 'amended'; readonly request: AmendRequest }
  | { readonly kind: 'cancelled'; readonly request: CancelRequest | undefined }
  /** Time has passed, or the provider has news: look again. */
  | { readonly kind: 'recheck' };

export type PersonsAnswer = Exclude<Answer, { readonly kind: 'recheck' }>;

/** What the workflow lets people do, asked when they try. */
export interface InboxRules {
  /** Why a person is asked now; undefined if nobody is. */
  openQuestion(): ParkReason | undefined;
  /** Why the answer to the open question is refused now; undefined if it may be taken. */
  resolveProblem(request: ResolveRequest): string | undefined;
  cancelProblem(): string | undefined;
  /** The answer to a cancel that is taken, if it does more than end the workflow. */
  cancelAnswer?(): string | undefined;
}

/** What people and the provider said, kept over a renewal of the history. */
export interface InboxRecord {
  /** Where the provider's newest news say that the order is. */
  readonly newestOrderId?: string;
  /** A cancel that is yet to be honoured; without a request if it came through the server. */
  readonly cancel?: { readonly request?: CancelRequest };
}

const WOKEN_PER_LOOK = 20;
const LOOK_TIMER_MS = 1;

const CANCEL_ANSWER = 'accepted: the workflow ends before anything else is written';

/** An id as providers make them: nothing else is taken from a hint. */
const ORDER_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * Where people meet a workflow: it takes `resolve`, `amend`, `cancel` and the provider's hints, and applies the rules
 * to them. One question is open at a time and takes one answer; a second answer to it is refused.
 */
export class Inbox {
  /** Whether a question is open, and its answer once there is one. */
  private asking = false;
  private answer: PersonsAnswer | undefined;
  private news = false;
  /** Whether the history was seen to be long. */
  private isLong = false;
  /** How many waits have ended since a timer was last set for a look at the history's length. */
  private woken = 0;
  /** Set if the server was asked to cancel the workflow. */
  private serverCancelled = false;
  /** Set if an earlier run was asked to end, and could not. */
  private readonly keptCancel: boolean;
  /** Where the provider's newest news say that the order is. */
  private hintedOrderId: string | undefined;
  /** A cancel that was accepted while the workflow was not waiting for a person. */
  private cancelled: CancelRequest | undefined;
  /** Why no answer is taken any more. */
  private closed: string | undefined;

  constructor(
    private readonly rules: InboxRules,
    kept: InboxRecord = {},
  ) {
    this.hintedOrderId = kept.newestOrderId;
    this.cancelled = kept.cancel?.request;
    this.keptCancel = kept.cancel !== undefined;
    CancellationScope.current().cancelRequested.catch(() => {
      this.serverCancelled = true;
    });
    setHandler(providerHasNews, (hint: unknown) => {
      this.news = true;
      const orderId = textOf(hint, 'orderId');
      if (orderId !== undefined && ORDER_ID.test(orderId)) this.hintedOrderId = orderId;
    });
    this.handle('resolve', (request) => this.takeResolve(request), resolveRequestProblem);
    this.handle(
      'cancel',
      (request) => this.takeCancel(request),
      (request) => decisionProblem(request, []),
    );
  }

  /** Whether the workflow was asked to end, and may. Ask before each thing that cannot be taken back. */
  cancelDue(): { readonly request: CancelRequest | undefined } | undefined {
    return this.holdsCancel && this.rules.cancelProblem() === undefined ? { request: this.cancelled } : undefined;
  }

  /** The cancel that was accepted, whether it could be honoured or not. */
  get cancelRequest(): CancelRequest | undefined {
    return this.cancelled;
  }

  /** Where the provider's newest news say that the order is. Anybody may have said so: it only says where to look. */
  get newestOrderId(): string | undefined {
    return this.hintedOrderId;
  }

  /** Forgets where the order was said to be, because it is not there. */
  dropOrderId(): void {
    this.hintedOrderId = undefined;
  }

  /** Whether the cancel came through the server, so that the workflow should end as cancelled there too. */
  get cancelledByServer(): boolean {
    return this.serverCancelled;
  }

  /** Whether somebody asked for a cancel that has not been honoured yet, or cannot be yet. */
  private get holdsCancel(): boolean {
    return this.serverCancelled || this.keptCancel || this.cancelled !== undefined;
  }

  /**
   * Looks at the history's length. Only when an activity or a timer has just come back: after a message or a local
   * activity, a replay may see another length than was seen (docs/change-a-workflow.md).
   */
  lookAtLength(): void {
    this.isLong ||= workflowInfo().continueAsNewSuggested;
  }

  /** If messages end every wait, no timer fires: after so many messages, one is set just for the look. */
  private async lookNowAndThen(): Promise<void> {
    this.woken += 1;
    if (this.woken < WOKEN_PER_LOOK) return;
    this.woken = 0;
    await sleep(LOOK_TIMER_MS);
    this.lookAtLength();
  }

  /**
   * Whether the history was seen to be long. A cancel that is due ends this run instead; any other cancel is carried
   * along.
   */
  get isRenewalDue(): boolean {
    return this.isLong && this.cancelDue() === undefined;
  }

  /** What the next run of the workflow is given. */
  get record(): InboxRecord {
    const { hintedOrderId: newestOrderId, cancelled: request } = this;
    return {
      ...(newestOrderId === undefined ? {} : { newestOrderId }),
      ...(this.holdsCancel ? { cancel: request === undefined ? {} : { request } } : {}),
    };
  }

  /** Waits, but not longer than `ms`; ends early, and says so, at the provider's news or a cancel that is due. */
  async pause(ms: number): Promise<boolean> {
    const isWoken = ms <= 0 || (await condition(() => this.news || this.cancelDue() !== undefined, ms));
    if (!isWoken) this.lookAtLength();
    else if (ms > 0) await this.lookNowAndThen();
    this.news = false;
    return isWoken;
  }

  /** Waits for a person's answer, and looks again after `recheckAfterMs` if that is given. */
  async ask(recheckAfterMs: number | undefined): Promise<Answer> {
    this.asking = true;
    // News that came while the provider was read for this question may be newer than the read: they end the wait at
    // once.
    const ended = (): boolean => this.answer !== undefined || this.news || this.cancelDue() !== undefined;
    if (recheckAfterMs === undefined) await condition(ended);
    else if (!(await condition(ended, recheckAfterMs))) this.lookAtLength();
    await this.lookNowAndThen();
    this.asking = false;
    this.news = false;
    const { answer } = this;
    this.answer = undefined;
    if (answer !== undefined) return answer;
    const due = this.cancelDue();
    return due === undefined ? { kind: 'recheck' } : { kind: 'cancelled', request: due.request };
  }

  /** Answers the open question; waits while the workflow is reading the provider about it. */
  async submit(answer: PersonsAnswer, problem: () => string | undefined): Promise<void> {
    await condition(() => this.asking || this.closed !== undefined || problem() !== undefined);
    const refused =
      this.closed ?? problem() ?? (this.answer === undefined ? undefined : 'another answer came first; look again');
    if (refused !== undefined) throw refuse(refused);
    this.answer = answer;
  }

  /** Takes no answer from now on, and waits until everyone who sent one was told so. */
  async close(why: string): Promise<void> {
    this.closed = why;
    await condition(allHandlersFinished);
  }

  /** Takes no answer in this run any more: the next one does. */
  async closeForRenewal(): Promise<void> {
    await this.close('the history is being renewed; send the answer again in a moment');
  }

  /** Takes a decision: its shape is checked before it is accepted, its meaning when it is taken. */
  handle<Name extends DecisionName>(
    name: Name,
    take: (request: DecisionRequests[Name]) => Promise<string>,
    shapeProblem: (request: unknown) => string | undefined,
  ): void {
    // People can answer even if the server was asked to cancel what may not be cancelled: in the workflow's own scope
    // every wait would end at once.
    takeDecision(name, (request) => CancellationScope.nonCancellable(() => take(request)), shapeProblem);
  }

  private async takeResolve(request: ResolveRequest): Promise<string> {
    await this.submit({ kind: 'resolved', request }, () => this.resolveProblem(request));
    return `accepted: ${request.action}`;
  }

  private resolveProblem(request: ResolveRequest): string | undefined {
    const open = this.rules.openQuestion();
    if (open === undefined) return 'nothing is parked: there is no question to answer';
    const { answers = open } = request;
    if (answers !== open) return `the question is another one by now: ${open}, not ${answers}; look again`;
    return this.rules.resolveProblem(request);
  }

  private takeCancel(request: CancelRequest): Promise<string> {
    const problem = this.rules.cancelProblem();
    if (problem !== undefined) throw refuse(problem);
    this.cancelled = request;
    return Promise.resolve(this.rules.cancelAnswer?.() ?? CANCEL_ANSWER);
  }
}

/**
 * Registers the update of a decision. What does not have its shape is refused before it is accepted; all else is in the book
 * before it is answered.
 */
export function takeDecision<Name extends DecisionName>(
  name: Name,
  take: (request: DecisionRequests[Name]) => Promise<string> | string,
  shapeProblem: (request: unknown) => string | undefined,
): void {
  const inTheBook = recorded(name, DECISIONS[name].scope, take);
  register(DECISION_UPDATES[name], inTheBook, describeDecision(name), shapeProblem);
}

function register<Request>(
  update: UpdateDefinition<string, [Request]>,
  take: (request: Request) => Promise<string> | string,
  description: string,
  shapeProblem: (request: unknown) => string | undefined,
): void {
  setHandler(update, take, {
    description,
    validator: (request) => {
      const problem = shapeProblem(request);
      if (problem !== undefined) throw refuse(problem);
    },
  });
}

/** Refuses a message, in words for the person who sent it. */
export function refuse(problem: string): ApplicationFailure {
  return withoutStack(ApplicationFailure.create({ type: 'REFUSED', message: problem, nonRetryable: true }));
}

function textOf(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Object.entries(value).find(([key]) => key === field)?.[1];
  return typeof found === 'string' ? found : undefined;
}

const LONGEST_TEXT = 1_000;
const LONGEST_EVIDENCE = 2_000;

/**
 * What is wrong with a person's message: it must say who and why, and may hold no field but these and `others`. What it
 * holds is kept for ever, and read by whoever asks what was decided.
 */
export function decisionProblem(request: unknown, others: readonly string[]): string | undefined {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return 'the request must be one JSON object, such as {"by": "ops-1", "reason": "..."}';
  }
  const fields = ['by', 'reason', ...others];
  if (Object.keys(request).some((field) => !fields.includes(field))) {
    return `the request may hold ${fields.join(', ')}, and nothing else`;
  }
  if (isTooDeep(request)) return `the request ${TOO_DEEP}`;
  const by = idProblem(textOf(request, 'by') ?? '');
  if (by !== undefined) return `by ${by}; give an operator's opaque id`;
  const reason = textOf(request, 'reason') ?? '';
  if (reason.trim() === '') return 'reason must say why';
  if (reason.length > LONGEST_TEXT) return `reason must have at most ${LONGEST_TEXT} characters`;
  return undefined;
}

/** Whether there is evidence that is no text. */
function hasOtherEvidence(request: unknown): boolean {
  if (typeof request !== 'object' || request === null || !('evidence' in request)) return false;
  return request.evidence !== undefined && typeof request.evidence !== 'string';
}

/** Whether it names a question that nobody asks. */
function hasOtherAnswers(request: unknown): boolean {
  if (typeof request !== 'object' || request === null || !('answers' in request)) return false;
  return request.answers !== undefined && !isParkReason(textOf(request, 'answers') ?? '');
}

function isResolveAction(text: string | undefined): text is ResolveAction {
  return RESOLVE_ACTIONS.some((action) => action === text);
}

function resolveRequestProblem(request: unknown): string | undefined {
  const action = textOf(request, 'action');
  const problem = decisionProblem(request, ['action', 'evidence', 'answers']);
  if (problem !== undefined) return problem;
  if (!isResolveAction(action)) return `action must be one of ${RESOLVE_ACTIONS.join(', ')}`;
  if (hasOtherAnswers(request)) return 'answers must be the reason of the open question, such as AUTH';
  const evidence = textOf(request, 'evidence') ?? '';
  if (hasOtherEvidence(request)) return 'evidence must be a text that says where the proof is';
  if (action === 'markCompleted' && evidence.trim() === '')
    return 'evidence must say where the proof is, for markCompleted';
  if (evidence.length > LONGEST_EVIDENCE) return `evidence must have at most ${LONGEST_EVIDENCE} characters`;
  return undefined;
}
