import { setHandler } from '@temporalio/workflow';
import type { FailureDetails } from '../../contract/errors';
import { onboardingWorkflowId } from '../../contract/ids';
import { onboardingProgress } from '../../contract/messages';
import type { Application, OnboardingResult, OnboardingStage } from '../../contract/onboarding';
import { onboardingTitle } from '../../contract/titles';
import { readAtOnce, reads } from '../shared/activity-proxies';
import type { Amendable } from '../shared/amendments';
import { StatusBoard, type StatusBoardRecord } from '../shared/status-board';
import { takenOver } from '../shared/continued';
import { Inbox, type InboxRecord } from '../shared/inbox';
import { failureOf, requireObject, tellsPartnerOf } from '../shared/failures';
import { requireLock } from '../shared/lock';
import { perform, type Flow, type Question, type UncancelledAnswer } from '../shared/perform';
import type { Park } from '../shared/turn';
import { textField } from '../shared/unchecked';
import { Amendments, type OnboardingKind } from './amendments';
import { activate, type ClientKey, createClient, fileOnce, type Person, submitForVerification, verify } from './calls';
import { onboardingQuestion } from './questions';
import { beginOnboarding, cancelProblem, changesNothing, decide, type OnboardingEvent } from './rule';
import {
  type FilingCall,
  type FilingSeen,
  offers,
  onFile,
  type OnboardingAsk,
  type OnboardingEnd,
  type OnboardingState,
  type OnboardingTurn,
} from './state';

const DEFAULT_VERIFICATION_DEADLINE_MS = 24 * 60 * 60_000;

/** Calls for documents under way at once. */
const PARALLEL_UPLOADS = 4;

/** What a long-running onboarding carries along when its history is renewed. */
export interface CarriedOnboarding {
  readonly turn: OnboardingTurn;
  readonly board: StatusBoardRecord<OnboardingStage>;
  readonly inbox?: InboxRecord;
}

/** How the workflow starts anew under the same id. */
export type RenewHistory = (carried: CarriedOnboarding) => Promise<never>;

type Asked<Do extends OnboardingAsk['do']> = Extract<OnboardingAsk, { readonly do: Do }>;

/**
 * Brings a client from an application to verified and active, once: check, create or adopt, documents, submit for
 * verification if the provider wants that, verify. Parks when a person must decide, and takes new data by `amend` when
 * that can help. What to do next is decided by the onboarding rule (rule.ts); this file does it.
 */
export class Onboarding implements Flow<
  OnboardingState,
  OnboardingAsk,
  OnboardingEnd,
  OnboardingEvent,
  OnboardingResult
> {
  turn: OnboardingTurn;
  readonly decide = decide;
  readonly changesNothing = changesNothing;
  readonly waitsTo = {
    check: 'to check the application again',
    create: 'to create the client again',
    'find-client': 'to look for the client again',
    file: 'to file the documents again',
    'read-client': 'to read the client again',
    submit: 'to submit the evidence again',
    reactivate: 'to reactivate the client again',
  };
  readonly reads = ['check', 'find-client', 'read-client'] as const;
  readonly board: StatusBoard<OnboardingStage>;
  readonly inbox: Inbox;

  constructor(
    private readonly application: Application,
    private readonly kind: OnboardingKind,
    private readonly renewHistory: RenewHistory,
    given: CarriedOnboarding | undefined,
  ) {
    requireObject(application, 'application');
    const carried = takenOver(given);
    this.turn =
      carried?.turn ??
      beginOnboarding(amendable(application), {
        verificationDeadlineMs: application.policy?.verificationDeadlineMs ?? DEFAULT_VERIFICATION_DEADLINE_MS,
        reactivates: application.policy?.reactivate === true,
      });
    this.board = new StatusBoard(
      { title: onboardingTitle(this.key.partnerClientId), ...this.key },
      carried?.board ?? { stage: 'started', steps: [], decisions: [] },
    );
    this.inbox = new Inbox(
      {
        openQuestion: () => this.board.record.parked?.reason,
        resolveProblem: ({ action }) =>
          action === 'retry' || action === 'abandon' ? undefined : `${action} is for money; use retry or abandon`,
        cancelProblem: () => cancelProblem(this.turn),
      },
      carried?.inbox,
    );
    new Amendments(application, kind, this.inbox, () => ({
      state: this.state,
      parked: this.board.record.parked?.reason,
    }));
    setHandler(onboardingProgress, () => ({
      ...this.board.record,
      ...this.key,
      ...(this.state.existing === undefined ? {} : { client: this.state.existing.client }),
    }));
  }

  async run(): Promise<OnboardingResult> {
    return await perform(this);
  }

  private get state(): OnboardingState {
    return this.turn.state;
  }

  private get key(): { readonly provider: string; readonly partnerClientId: string } {
    return {
      provider: textField(this.application, 'provider'),
      partnerClientId: textField(this.application, 'partnerClientId'),
    };
  }

  /** The client as calls and later movements name it. */
  get client(): ClientKey {
    const { existing, semantics } = this.state;
    if (existing === undefined || semantics?.clientsKnownBy !== 'provider-id') return this.key;
    return { ...this.key, providerClientId: existing.client.providerClientId };
  }

  private get person(): Person {
    const { applicant, details } = this.state.data;
    return { applicant, ...(details === undefined ? {} : { details }) };
  }

  /** A write closes an open question; a read leaves it open. */
  show(move: OnboardingAsk): void {
    switch (move.do) {
      case 'check':
      case 'find-client':
        return;
      case 'create':
        this.board.enter('creating');
        return;
      case 'file':
        this.board.enter('uploading');
        return;
      case 'submit':
      case 'reactivate':
        this.board.enter('verifying');
        return;
      case 'read-client':
        if (move.afterMs > 0) this.board.stay('verifying');
        else if (this.board.record.parked === undefined) this.board.enter('verifying');
    }
  }

  /** A check and the read of the client are made by local activities. */
  comesBack({ do: what }: OnboardingAsk): boolean {
    return what !== 'check' && what !== 'read-client';
  }

  async call(move: OnboardingAsk): Promise<OnboardingEvent> {
    switch (move.do) {
      case 'check':
        return await this.check();
      case 'create':
        return await this.create();
      case 'find-client':
        return await this.findClient();
      case 'file':
        return await this.file(move);
      case 'read-client':
        return await this.readClient();
      case 'submit':
        return await this.submit(move);
      case 'reactivate':
        return await this.reactivate();
    }
  }

  /** Everything that can be known before the provider is written to. */
  private async check(): Promise<OnboardingEvent> {
    const input = { ...this.application, ...this.state.data };
    try {
      const checked = await readAtOnce((activities) => activities.checkApplication({ input, kind: this.kind }));
      requireLock(onboardingWorkflowId(this.key.provider, this.key.partnerClientId), 'the lock of the client');
      this.board.label();
      this.board.partner.begin(checked.tellsPartner);
      const { semantics, documents, problems } = checked;
      return { saw: 'checked', semantics, documents, problems };
    } catch (error) {
      return this.readFailed(error);
    }
  }

  private async create(): Promise<OnboardingEvent> {
    try {
      const client = await createClient(this.key, this.person);
      this.board.note(`Client created as ${client.providerClientId}, ${client.status}`);
      return { saw: 'created', client };
    } catch (error) {
      return { saw: 'create-failed', failure: this.noteFailure('The creation', error) };
    }
  }

  /** The client under our id, if it is the same person. */
  private async findClient(): Promise<OnboardingEvent> {
    try {
      const fetched = await reads.fetchClient({ ...this.key, ...this.person });
      if (!fetched.found) return { saw: 'client-absent' };
      if (!('state' in fetched)) return { saw: 'client-differs', fields: fetched.differing };
      this.board.note(`The client exists as ${fetched.state.providerClientId} and is the same person: adopted`);
      return { saw: 'client-found', client: fetched.state };
    } catch (error) {
      return this.readFailed(error);
    }
  }

  private async file({ calls }: Asked<'file'>): Promise<OnboardingEvent> {
    const seen = await inParallel(calls, PARALLEL_UPLOADS, (call) => this.fileDocument(call));
    const failures = seen.flatMap((one) => (one.saw === 'failed' ? [one.failure] : []));
    const failure = failures.find(({ watched }) => watched === true) ?? failures[0];
    return { saw: 'filings', seen, ...(failure === undefined ? {} : { failure }) };
  }

  private async fileDocument(call: FilingCall): Promise<FilingSeen> {
    const { document } = call;
    try {
      const filed = await fileOnce(this.client, call);
      if (filed === undefined) return { document, saw: 'absent' };
      this.board.note(`Document ${filed.type} ${filed.how === 'uploaded' ? 'uploaded' : 'found on file'}`);
      return { document, saw: 'filed', filed };
    } catch (error) {
      const failure = failureOf(error);
      const what = call.next === 'upload' ? 'upload' : 'search';
      this.board.note(`The ${what} of ${document.type} ended with ${failure.code}`);
      return { document, saw: 'failed', failure };
    }
  }

  private async readClient(): Promise<OnboardingEvent> {
    // A provider that decides over a submission shows whether it is what the client was made from.
    const decides = offers(this.state, 'submit-for-verification');
    try {
      const read = await verify(decides ? { ...this.client, ...this.person } : this.client);
      if (!read.found) return { saw: 'client-missing' };
      const { state: client, documents } = read;
      const listed = documents?.map(({ providerDocumentId }) => providerDocumentId);
      return { saw: 'client-read', client, ...(listed === undefined ? {} : { onFile: listed }) };
    } catch (error) {
      return this.readFailed(error);
    }
  }

  /** One attempt. What came of it is seen when the client is read. */
  private async submit({ attempt }: Asked<'submit'>): Promise<OnboardingEvent> {
    try {
      const status = await submitForVerification(this.client, this.person, onFile(this.state), attempt);
      this.board.note(`Submitted for verification, attempt ${attempt}: ${status}`);
      return { saw: 'submitted' };
    } catch (error) {
      return { saw: 'submit-failed', failure: this.noteFailure(`Submission ${attempt}`, error) };
    }
  }

  private async reactivate(): Promise<OnboardingEvent> {
    try {
      await activate(this.client);
      this.board.note('Client reactivated');
      return { saw: 'reactivated' };
    } catch (error) {
      return { saw: 'reactivate-failed', failure: this.noteFailure('The reactivation', error) };
    }
  }

  private noteFailure(what: string, error: unknown): FailureDetails {
    const failure = failureOf(error);
    this.board.note(`${what} ended with ${failure.code}; its outcome is ${failure.outcome}`);
    return failure;
  }

  private readFailed(error: unknown): OnboardingEvent {
    const failure = failureOf(error);
    this.board.partner.begin(tellsPartnerOf(error));
    return { saw: 'read-failed', failure };
  }

  question(park: Park): Question {
    return onboardingQuestion(park);
  }

  answered(answer: UncancelledAnswer): OnboardingEvent {
    switch (answer.kind) {
      case 'recheck':
        return { saw: 'recheck-due' };
      case 'resolved':
        this.board.decide(answer.request);
        this.board.stay('started');
        return { saw: 'resolved', action: answer.request.action === 'abandon' ? 'abandon' : 'retry' };
      case 'amended': {
        const { by, reason, patch } = answer.request;
        this.board.decide({ action: 'amend', by, reason });
        this.board.stay('started');
        return { saw: 'amended', patch };
      }
    }
  }

  async renew(): Promise<never> {
    return await this.renewHistory({ turn: this.turn, board: this.board.record, inbox: this.inbox.record });
  }

  end({ outcome }: OnboardingEnd): Promise<undefined> {
    this.board.stay(outcome);
    return Promise.resolve(undefined);
  }

  result({ outcome }: OnboardingEnd): OnboardingResult {
    const { steps, decisions } = this.board.record;
    return { outcome, ...this.key, ...this.state.existing, documents: onFile(this.state), decisions, steps };
  }
}

function amendable({ applicant, documents, details }: Application): Amendable {
  return { applicant, documents, ...(details === undefined ? {} : { details }) };
}

/** Does `work` for all items, in `width` lanes; answers in the order of the items. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<Item, Result>();
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) results.set(item, await work(item));
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return items.flatMap((item) => {
    const result = results.get(item);
    return result === undefined ? [] : [result];
  });
}
