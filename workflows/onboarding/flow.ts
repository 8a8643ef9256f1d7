import { CancelledFailure, setHandler, sleep } from '@temporalio/workflow';
import type { FailureDetails, FieldProblem } from '../../contract/errors';
import { describeFields, ERROR_RULES } from '../../contract/errors';
import { onboardingWorkflowId } from '../../contract/ids';
import { amend, onboardingProgress } from '../../contract/messages';
import type {
  AmendRequest,
  Application,
  ClientState,
  FiledDocument,
  InspectedDocument,
  OnboardingResult,
  OnboardingStage,
} from '../../contract/onboarding';
import type { ParkReason } from '../../contract/progress';
import type { Capability, ProviderSemantics } from '../../contract/provider';
import { onboardingTitle } from '../../contract/titles';
import { readAtOnce, reads, writes } from '../shared/activity-proxies';
import { Board, type BoardRecord } from '../shared/board';
import { takenOver } from '../shared/continued';
import { decisionProblem, Desk, refuse, type Answer } from '../shared/desk';
import { failureOf, isWorthAnotherTry, refusal, requireObject, tellsPartnerOf } from '../shared/failures';
import { requireLock } from '../shared/lock';
import { amended, amendProblems, isRecord, type Amendable } from '../shared/amendments';
import { question } from '../shared/questions';
import {
  afterAccepted,
  afterAmended,
  afterRead,
  afterSubmitFailed,
  NOTHING_SUBMITTED,
  type Submission,
} from '../shared/submission';
import { textField } from '../shared/unchecked';
import { lookupWaitMs, OVERDUE_RECHECK_MS, PARKED_RECHECK_MS, pollWaitMs, retryWaitMs } from '../shared/waits';

const DEFAULT_VERIFICATION_DEADLINE_MS = 24 * 60 * 60_000;

/** How often one write is sent, where each time the provider was then seen not to have it, before a person is asked. */
const MAX_SENDS = 5;

const AMEND_HELP =
  'New data for a parked onboarding: {"patch": {"applicant": {...}, "documents": [...], "details": {...}}, "by": "ops-1", "reason": "..."}';

/** Uploads under way at once. */
const PARALLEL_UPLOADS = 4;

/** What every workflow that onboards is started as. */
export type OnboardingKind = 'application' | 'onboard-and-fund';

/** Ends the onboarding before it is ready: a person gave it up, or it was cancelled. */
class Ended extends Error {
  constructor(readonly outcome: 'abandoned' | 'cancelled') {
    super(`the onboarding was ${outcome}`);
  }
}

/** A client as calls name it: by the provider's own id too, where it knows clients by that only. */
export interface ClientKey {
  readonly provider: string;
  readonly partnerClientId: string;
  readonly providerClientId?: string;
}

interface Checked {
  readonly semantics: ProviderSemantics;
  readonly documents: readonly InspectedDocument[];
}

/** A document on file, and what it was uploaded from. */
interface Filed {
  readonly document: InspectedDocument;
  readonly filed: FiledDocument;
}

/** What a long-running onboarding takes along when its history is renewed. */
export interface CarriedOnboarding {
  readonly data: Amendable;
  readonly existing?: Existing;
  readonly filed: readonly Filed[];
  readonly createSent: boolean;
  /** Ids of documents on file that newer ones have replaced. */
  readonly replaced?: readonly string[];
  /** Whether an upload was sent before: what is on file is looked at first. */
  readonly uploadSent?: boolean;
  readonly submission?: Submission;
  readonly board: BoardRecord<OnboardingStage>;
}

/** How the workflow starts anew under the same id. */
export type RenewHistory = (carried: CarriedOnboarding) => Promise<never>;

interface Existing {
  readonly client: ClientState;
  readonly how: 'created' | 'adopted';
}

/**
 * Brings a client from an application to verified and active, once: preflight, create or adopt, documents, submit for
 * verification where the provider wants that, verify. Parks where a person must decide, and takes new data by `amend` where that can help.
 */
export class Onboarding {
  private readonly board: Board<OnboardingStage>;
  private readonly desk: Desk;
  private data: Amendable;
  private semantics: ProviderSemantics | undefined;
  private existing: Existing | undefined;
  private filed: readonly Filed[];
  /** Ids of documents on file that newer ones have replaced. */
  private replaced: readonly string[];
  /** Set once a create was sent: from then on a client may exist. */
  private createSent: boolean;
  /** Set once an upload was sent: from then on a document may be on file that is not known here. */
  private uploadSent: boolean;
  private submission: Submission;

  constructor(
    private readonly application: Application,
    private readonly kind: OnboardingKind,
    private readonly renewHistory: RenewHistory,
    given: CarriedOnboarding | undefined,
  ) {
    requireObject(application, 'application');
    const carried = takenOver(given);
    this.data = carried?.data ?? amendable(application);
    this.existing = carried?.existing;
    this.filed = carried?.filed ?? [];
    this.replaced = carried?.replaced ?? [];
    this.createSent = carried?.createSent ?? false;
    this.uploadSent = carried?.uploadSent ?? false;
    this.submission = carried?.submission ?? NOTHING_SUBMITTED;
    this.board = new Board(
      { title: onboardingTitle(this.key.partnerClientId), ...this.key },
      carried?.board ?? { stage: 'started', steps: [], decisions: [] },
    );
    this.desk = new Desk({
      openQuestion: () => this.board.record.parked?.reason,
      resolveProblem: ({ action }) =>
        action === 'retry' || action === 'abandon' ? undefined : `${action} is for money; use retry or abandon`,
      cancelProblem: () =>
        this.createSent && this.board.record.parked === undefined
          ? 'cancel is refused: the client may exist already; wait until it is ready, or abandon what is parked'
          : undefined,
    });
    this.desk.handle(amend, AMEND_HELP, (request) => this.takeAmend(request), amendRequestProblem);
    setHandler(onboardingProgress, () => ({
      ...this.board.record,
      ...this.key,
      ...(this.existing === undefined ? {} : { client: this.existing.client }),
    }));
  }

  async run(): Promise<OnboardingResult> {
    try {
      const checked = await this.preflight();
      this.semantics = checked.semantics;
      this.existing ??= await this.createOrAdopt();
      await this.fileDocuments(checked.documents);
      await this.awaitReady();
      this.board.stay('ready');
      return await this.result('ready');
    } catch (end) {
      if (!(end instanceof Ended)) throw end;
      this.board.stay(end.outcome);
      const result = await this.result(end.outcome);
      if (end.outcome === 'cancelled' && this.desk.cancelledByServer) throw new CancelledFailure('Cancelled');
      return result;
    }
  }

  private get key(): { readonly provider: string; readonly partnerClientId: string } {
    return {
      provider: textField(this.application, 'provider'),
      partnerClientId: textField(this.application, 'partnerClientId'),
    };
  }

  /** The client as calls and later movements name it. */
  get client(): ClientKey {
    if (this.existing === undefined || this.semantics?.clientsKnownBy !== 'provider-id') return this.key;
    return { ...this.key, providerClientId: this.existing.client.providerClientId };
  }

  /** What the client is made from. */
  private get person(): Pick<Amendable, 'applicant' | 'details'> {
    const { applicant, details } = this.data;
    return { applicant, ...(details === undefined ? {} : { details }) };
  }

  private get input(): Application {
    return { ...this.application, ...this.data };
  }

  private async result(outcome: OnboardingResult['outcome']): Promise<OnboardingResult> {
    await this.desk.close('the onboarding has ended: there is no question to answer');
    await this.board.partner.begun();
    const { steps, decisions } = this.board.record;
    return {
      outcome,
      ...this.key,
      ...this.existing,
      documents: this.onFile(),
      decisions,
      steps,
    };
  }

  /** What is on file, in the order of the application. */
  private onFile(): readonly FiledDocument[] {
    const types = this.data.documents.map(({ type }) => type);
    return this.filed
      .map(({ filed }) => filed)
      .sort((one, other) => types.indexOf(one.type) - types.indexOf(other.type));
  }

  /** Everything that can be known before the provider is written to. */
  private async preflight(): Promise<Checked> {
    for (;;) {
      const checked = await this.read(() =>
        readAtOnce((activities) => activities.checkApplication({ input: this.input, kind: this.kind })),
      );
      requireLock(onboardingWorkflowId(this.key.provider, this.key.partnerClientId), 'the lock of the client');
      this.board.label();
      this.board.partner.begin(checked.tellsPartner);
      if (this.desk.cancelDue() !== undefined) await this.endAsCancelled();
      if (checked.problems.length === 0) return checked;
      await this.askForData('APPLICATION_REFUSED', checked.problems);
    }
  }

  /** Creates the client, or takes the one that is there for ours where it is the same person. */
  private async createOrAdopt(): Promise<Existing> {
    let inDoubt = this.createSent;
    let sends = 0;
    for (;;) {
      this.enter('creating');
      this.createSent = true;
      sends += 1;
      const failure = await this.create();
      if (!('code' in failure)) return { client: failure, how: 'created' };
      inDoubt ||= failure.outcome === 'unknown';
      // Whose value it is, is not said: it may be our own client's, created by a send that nobody here remembers.
      const found = inDoubt || failure.code === 'DUPLICATE_PERSON' ? await this.findClient() : undefined;
      if (found !== undefined) return { client: found, how: 'adopted' };
      const wait = failure.code === 'AUTH' ? undefined : retryWaitMs(sends);
      if (isRetryable(failure) && wait !== undefined && sends < MAX_SENDS) {
        await sleep(Math.max(wait, failure.retryAfterMs ?? 0));
        continue;
      }
      await this.ask(failure.code === 'DUPLICATE_CLIENT' ? 'CLIENT_UNFINDABLE' : failure.code, failure);
      await this.recheckData();
      sends = 0;
    }
  }

  private async create(): Promise<ClientState | FailureDetails> {
    try {
      const client = await writes.createClient.executeWithOptions(
        { summary: `Create client ${this.key.partnerClientId}` },
        [{ ...this.key, ...this.person }],
      );
      this.desk.lookAtLength();
      this.board.note(`Client created as ${client.providerClientId}, ${client.status}`);
      return client;
    } catch (error) {
      this.desk.lookAtLength();
      const failure = failureOf(error);
      this.board.note(`The creation ended with ${failure.code}; its outcome is ${failure.outcome}`);
      return failure;
    }
  }

  /** The client under our id, where it is the same person; undefined where there is none for the whole window. */
  private async findClient(): Promise<ClientState | undefined> {
    for (let lookups = 0; ;) {
      const wait = lookupWaitMs(lookups, this.window);
      if (wait === undefined) return undefined;
      if (wait > 0) await sleep(wait);
      const fetched = await this.read(() => reads.fetchClient({ ...this.key, ...this.person }));
      this.desk.lookAtLength();
      if (!fetched.found) {
        lookups += 1;
        continue;
      }
      if ('state' in fetched) {
        this.board.note(`The client exists as ${fetched.state.providerClientId} and is the same person: adopted`);
        return fetched.state;
      }
      await this.askForData('CLIENT_TAKEN', fetched.differing);
      await this.recheckData();
    }
  }

  /** Puts every document on file, once each; a person is asked about those that cannot be. */
  private async fileDocuments(inspected: readonly InspectedDocument[]): Promise<void> {
    let documents = inspected;
    // A client that was there before may have documents; one just created has none.
    let look = this.existing?.how === 'adopted' || this.uploadSent;
    this.uploadSent = true;
    for (;;) {
      this.enter('uploading');
      const missing = documents.filter((document) => !this.isFiled(document));
      const failures = await inParallel(missing, PARALLEL_UPLOADS, (document) => this.fileDocument(document, look));
      const [first] = failures;
      if (first === undefined) return;
      await this.ask(first.code, {
        ...first,
        fields: failures.flatMap((failure) => failure.fields ?? []),
      });
      documents = await this.recheckData();
      look = true;
    }
  }

  private isFiled({ type, front, back }: InspectedDocument): boolean {
    return this.filed.some(
      ({ document }) =>
        document.type === type && document.front.sha256 === front.sha256 && document.back?.sha256 === back?.sha256,
    );
  }

  /**
   * Files one document. Before a repeat, what is on file is looked at, but where a repeated upload is answered with the
   * first.
   */
  private async fileDocument(document: InspectedDocument, lookFirst: boolean): Promise<FailureDetails | undefined> {
    const replays = this.semantics?.repeatedUpload === 'replays';
    let look = lookFirst && !replays;
    let inDoubt = false;
    for (let sends = 0; ;) {
      try {
        const found = look ? await this.findDocument(document, inDoubt) : undefined;
        this.noteFiled(document, found ?? (await this.upload(document)));
        return undefined;
      } catch (error) {
        sends += 1;
        this.desk.lookAtLength();
        const failure = failureOf(error);
        this.board.note(`The upload of ${document.type} ended with ${failure.code}`);
        const wait = failure.code === 'AUTH' ? undefined : retryWaitMs(sends);
        if (!isRetryable(failure) || wait === undefined || sends >= MAX_SENDS) return failure;
        inDoubt ||= failure.outcome === 'unknown';
        look ||= inDoubt && !replays;
        await sleep(Math.max(wait, failure.retryAfterMs ?? 0));
      }
    }
  }

  private async upload(document: InspectedDocument): Promise<FiledDocument> {
    const options = { summary: `Upload ${document.type}` };
    return await writes.uploadDocument.executeWithOptions(options, [{ ...this.client, document }]);
  }

  private noteFiled(document: InspectedDocument, filed: FiledDocument): void {
    this.desk.lookAtLength();
    this.replaced = this.othersThan(document);
    this.filed = [...this.filed.filter(({ document: { type } }) => type !== document.type), { document, filed }];
    this.board.note(`Document ${filed.type} ${filed.how === 'uploaded' ? 'uploaded' : 'found on file'}`);
  }

  private async findDocument(document: InspectedDocument, wholeWindow: boolean): Promise<FiledDocument | undefined> {
    for (let lookups = 0; ; lookups += 1) {
      const wait = lookupWaitMs(lookups, wholeWindow ? this.window : 0);
      if (wait === undefined) return undefined;
      if (wait > 0) await sleep(wait);
      const others = this.othersThan(document);
      const search = others.length === 0 ? {} : { others };
      const fetched = await reads.fetchDocument({ ...this.client, document, ...search });
      if (fetched.found) return fetched.document;
    }
  }

  /** What is on file of its type and holds something else. */
  private othersThan({ type }: InspectedDocument): readonly string[] {
    const before = this.filed.filter(({ document }) => document.type === type);
    return [...this.replaced, ...before.map(({ filed }) => filed.providerDocumentId)];
  }

  /** Waits until the provider shows the client verified and active, and every document on file. */
  private async awaitReady(): Promise<void> {
    const deadline = this.application.policy?.verificationDeadlineMs ?? DEFAULT_VERIFICATION_DEADLINE_MS;
    let waited = 0;
    this.enter('verifying');
    for (let polls = 0; ;) {
      const verified = await this.read(() => readAtOnce((activities) => activities.verifyClient(this.knownClient)));
      const reason = verified.found ? this.notReady(verified.state, verified.documents) : 'CLIENT_UNFINDABLE';
      if (verified.found && this.existing !== undefined) this.existing = { ...this.existing, client: verified.state };
      if (reason === undefined) return;
      if (reason === 'CLIENT_INACTIVE') {
        await this.reactivate();
        continue;
      }
      if (verified.found && reason === 'VERIFICATION_OVERDUE' && (await this.submitWhatIsDue(verified.state))) {
        polls = 0;
        waited = 0;
        continue;
      }
      const wait = pollWaitMs(polls);
      const limit = this.patienceMs(reason, deadline);
      if (waited < limit) {
        this.board.stay('verifying');
        await this.desk.pause(Math.min(wait, limit - waited));
        waited += wait;
        polls += 1;
        continue;
      }
      await this.ask(reason, undefined, OVERDUE_RECHECK_MS);
      await this.fileDocuments(await this.recheckData());
    }
  }

  /** The client to be read, and what it was made from where the provider decides over it by what is submitted. */
  private get knownClient(): ClientKey & Partial<Pick<Amendable, 'applicant' | 'details'>> {
    return this.offers('submit-for-verification') ? { ...this.client, ...this.person } : this.client;
  }

  private offers(capability: Capability): boolean {
    return this.semantics?.capabilities.includes(capability) === true;
  }

  private notReady(
    state: ClientState,
    documents: readonly { readonly providerDocumentId: string }[] | undefined,
  ): ParkReason | undefined {
    if (state.rejected === true) return 'CLIENT_REJECTED';
    const onFile = new Set((documents ?? []).map(({ providerDocumentId }) => providerDocumentId));
    if (documents !== undefined && this.filed.some(({ filed }) => !onFile.has(filed.providerDocumentId)))
      return 'DOCUMENT_MISSING';
    if (!state.verified) return 'VERIFICATION_OVERDUE';
    return state.active ? undefined : 'CLIENT_INACTIVE';
  }

  /** How long a client that is not ready is read again before a person is asked. */
  private patienceMs(reason: ParkReason, deadlineMs: number): number {
    if (reason === 'VERIFICATION_OVERDUE') return deadlineMs;
    return reason === 'CLIENT_REJECTED' ? 0 : this.window;
  }

  /** Submits what the provider waits for. Answers whether the client is to be read again. */
  private async submitWhatIsDue(state: ClientState): Promise<boolean> {
    if (!this.offers('submit-for-verification')) return false;
    const { submission, action } = afterRead(this.submission, state, this.window);
    this.submission = submission;
    switch (action.do) {
      case 'go-on':
        return false;
      case 'wait':
        this.board.stay('verifying');
        await this.desk.pause(action.ms);
        return true;
      case 'submit':
        this.enter('verifying');
        if (action.afterMs > 0) await sleep(action.afterMs);
        await this.submit(action.attempt);
        return true;
      case 'park': {
        const { failure } = action;
        if (failure === undefined) await this.ask('INFORMATION_REQUIRED', undefined, OVERDUE_RECHECK_MS);
        else await this.ask(failure.code, failure);
        await this.fileDocuments(await this.recheckData());
        return true;
      }
    }
  }

  /** One attempt. What came of it is seen when the client is read. */
  private async submit(attempt: number): Promise<void> {
    const documents = this.onFile().map(({ type, providerDocumentId }) => ({ type, providerDocumentId }));
    try {
      const { status } = await writes.submitForVerification.executeWithOptions(
        { summary: `Submit for verification, attempt ${attempt}` },
        [{ ...this.client, ...this.person, documents, attempt }],
      );
      this.desk.lookAtLength();
      this.submission = afterAccepted(this.submission);
      this.board.note(`Submitted for verification, attempt ${attempt}: ${status}`);
    } catch (error) {
      this.desk.lookAtLength();
      const failure = failureOf(error);
      this.submission = afterSubmitFailed(this.submission, failure);
      this.board.note(`Submission ${attempt} ended with ${failure.code}; its outcome is ${failure.outcome}`);
    }
  }

  private async reactivate(): Promise<void> {
    const allowed = this.application.policy?.reactivate === true;
    if (!allowed || !this.offers('activate-client')) {
      await this.ask('CLIENT_INACTIVE', undefined, PARKED_RECHECK_MS);
      return;
    }
    try {
      await writes.activateClient.executeWithOptions({ summary: 'Reactivate the client' }, [this.client]);
      this.board.note('Client reactivated');
    } catch (error) {
      // Setting a flag is safe to repeat; a person is asked where repeating is all that happens.
      const failure = failureOf(error);
      this.board.note(`The reactivation ended with ${failure.code}`);
      await this.ask('CLIENT_INACTIVE', failure, PARKED_RECHECK_MS);
    }
  }

  private get window(): number {
    return this.semantics?.settleWindowMs ?? 0;
  }

  private enter(stage: OnboardingStage): void {
    if (this.board.record.parked === undefined) this.board.enter(stage);
    else this.board.stay(stage);
  }

  /** A read that must succeed: a wrong request ends the workflow, anything else is asked of a person and read again. */
  private async read<Result>(read: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        const failure = failureOf(error);
        if (!isWorthAnotherTry(error) && !this.createSent) throw refusal(failure);
        this.board.partner.begin(tellsPartnerOf(error));
        await this.ask(failure.code, failure, PARKED_RECHECK_MS);
      }
    }
  }

  private async askForData(reason: ParkReason, fields: readonly FieldProblem[]): Promise<void> {
    await this.ask(reason, { code: 'INVALID_REQUEST', outcome: 'not-applied', fields });
  }

  /**
   * Waits for a person. Comes back to try again; throws Ended where they gave up or cancelled. A long history is renewed
   * once it is answered: renewed before, what led here would happen again, to no end where it fills a history.
   */
  private async ask(reason: ParkReason, failure?: FailureDetails, recheckAfterMs?: number): Promise<void> {
    const recheck = recheckAfterMs ?? (failure !== undefined && isRetryable(failure) ? PARKED_RECHECK_MS : undefined);
    const accepts = reason === 'CLIENT_REJECTED' ? ['retry', 'abandon'] : ['retry', 'amend', 'abandon'];
    this.board.park('parked', question(reason, accepts, failure));
    await this.take(await this.desk.ask(recheck));
    if (this.desk.isRenewalDue) await this.renew();
  }

  private async take(answer: Answer): Promise<void> {
    switch (answer.kind) {
      case 'recheck':
        return;
      case 'resolved':
        this.board.decide(answer.request);
        this.board.stay('started');
        if (answer.request.action === 'abandon') throw new Ended('abandoned');
        return;
      case 'amended': {
        const { by, reason: why, patch } = answer.request;
        this.board.decide({ action: 'amend', by, reason: why });
        this.board.stay('started');
        this.data = amended(this.data, patch);
        this.submission = afterAmended(this.submission);
        return;
      }
      case 'cancelled':
        await this.endAsCancelled();
    }
  }

  private async renew(): Promise<never> {
    await this.desk.closeForRenewal();
    const { data, existing, filed, replaced, createSent, uploadSent, submission } = this;
    return await this.renewHistory({
      data,
      ...(existing === undefined ? {} : { existing }),
      filed,
      replaced,
      createSent,
      uploadSent,
      submission,
      board: this.board.record,
    });
  }

  private endAsCancelled(): Promise<never> {
    const request = this.desk.cancelDue()?.request;
    if (request !== undefined) this.board.decide({ action: 'cancel', ...request });
    return Promise.reject(new Ended('cancelled'));
  }

  /** The documents of the application as it now is; parks again where new data break a rule. */
  private async recheckData(): Promise<readonly InspectedDocument[]> {
    return (await this.preflight()).documents;
  }

  /** New data is checked whole before it is accepted, so that what the person sees refused is what they just typed. */
  private async takeAmend(request: AmendRequest): Promise<string> {
    const problem = (): string | undefined => {
      const { parked } = this.board.record;
      if (parked === undefined) return 'nothing is parked: amend answers an open question';
      if (parked.reason === 'CLIENT_REJECTED')
        return 'the provider has rejected the client: new data do not change that';
      const fixed = amendProblems(request.patch, {
        clientExists: this.existing !== undefined,
        immutableAfterCreate: this.semantics?.immutableAfterCreate ?? [],
        resubmits: this.offers('submit-for-verification'),
      });
      return fixed.length > 0 ? describeFields(fixed) : undefined;
    };
    const refused = problem() ?? (await this.dataProblem(request));
    if (refused !== undefined) throw refuse(refused);
    await this.desk.submit({ kind: 'amended', request }, problem);
    return 'accepted: the application is checked again with the new data';
  }

  private async dataProblem({ patch }: AmendRequest): Promise<string | undefined> {
    const input = { ...this.application, ...amended(this.data, patch) };
    try {
      // No local activity: beside one of the flow's own, or of another amendment, a replay may see them end in another order.
      const { problems } = await reads.checkApplication({ input, kind: this.kind });
      return problems.length > 0 ? describeFields(problems) : undefined;
    } catch (error) {
      const { code, fields } = failureOf(error);
      return `${code}: ${describeFields(fields ?? [])} ${ERROR_RULES[code].remedy}`;
    }
  }
}

function isRetryable({ code }: FailureDetails): boolean {
  return ERROR_RULES[code].retryable;
}

function amendRequestProblem(request: unknown): string | undefined {
  const problem = decisionProblem(request, ['patch']);
  if (problem !== undefined) return problem;
  const patch: unknown =
    typeof request === 'object' && request !== null && 'patch' in request ? request.patch : undefined;
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return 'patch must be one JSON object';
  if (Object.keys(patch).some((key) => !AMENDABLE.includes(key))) {
    return 'patch may hold applicant, documents and details, and nothing else';
  }
  if ('applicant' in patch && !isRecord(patch.applicant)) return 'patch.applicant must be one JSON object';
  if ('details' in patch && !isRecord(patch.details)) return 'patch.details must be one JSON object';
  if ('documents' in patch && !(Array.isArray(patch.documents) && patch.documents.every(isRecord))) {
    return 'patch.documents must be a list of JSON objects';
  }
  return Object.keys(patch).length === 0 ? 'patch must hold applicant, documents or details' : undefined;
}

const AMENDABLE: readonly string[] = ['applicant', 'documents', 'details'];

function amendable({ applicant, documents, details }: Application): Amendable {
  return { applicant, documents, ...(details === undefined ? {} : { details }) };
}

/** Does `work` for all items, in `width` lanes; answers what was not undefined. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result | undefined>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      const result = await work(item);
      if (result !== undefined) results.push(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
