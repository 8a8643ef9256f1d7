import type { ErrorCode, FailureDetails } from '../../../contract/errors';
import { ERROR_RULES } from '../../../contract/errors';
import type { Applicant, ClientState, ApplicationDocument, InspectedDocument } from '../../../contract/onboarding';
import { acceptedAnswers } from '../../../workflows/onboarding/questions';
import {
  beginOnboarding,
  cancelProblem,
  changesNothing,
  type decide,
  type OnboardingMove,
  type OnboardingEvent,
  type OnboardingTurn,
} from '../../../workflows/onboarding/rule';
import type { FilingCall, FilingSeen } from '../../../workflows/onboarding/state';
import { Schedule } from '../schedule';
import { type ModelClient, type ModelFile, ModelProvider } from './model-provider';
import type { World } from './world';

export type Decide = typeof decide;

export interface Run {
  /** What happened, line by line. */
  readonly story: readonly string[];
  readonly end: 'ready' | 'abandoned' | 'cancelled' | 'refused' | 'parked';
  /** Why the run broke a promise; empty if it did not. */
  readonly broken: readonly string[];
}

type Filed = (file: ModelFile, how: 'uploaded' | 'found') => FilingSeen;

const STUCK_AFTER = 400;
/** More calls than an onboarding can need at one moment, with no wait between them. */
const HOT_AFTER = 40;
/** How often in a row a patient person retries after all faults have ended. */
const PATIENCE = 6;

const APPLICANT: Applicant = {
  name: 'A Person',
  email: 'a@example.test',
  phone: '+97300000000',
  residency: 'bh',
  address: { street: 'Road 1', city: 'Manama', postalCode: '1' },
};

interface Kept {
  readonly turn: OnboardingTurn;
  /** What was accepted last of each type. */
  readonly accepted: ReadonlyMap<string, string>;
  /** The numbers of the uploads that its history tells of. */
  readonly uploads: ReadonlySet<number>;
}

/** An upload that was scheduled, in whichever run. */
interface Upload {
  readonly content: string;
  /** The id that its answer told, that nothing came of it, or neither. */
  outcome: { readonly id: string } | 'not applied' | 'in doubt';
}

/**
 * One onboarding at a provider and over a network that do whatever a schedule says, to try the onboarding rule against.
 * When the schedule is used up, every fault has ended, and a patient person retries.
 */
export function runOnboarding(world: World, choices: readonly number[], rule: Decide): Run {
  return new OnboardingRun(world, choices, rule).run();
}

class OnboardingRun {
  private readonly schedule: Schedule;
  private readonly provider: ModelProvider;
  private readonly story: string[] = [];
  private readonly broken: string[] = [];
  private readonly resets: { readonly atTurn: number; readonly backTo: number }[];
  private kept: Kept;
  private history: Kept[] = [];
  private patience = PATIENCE;
  private callsAtOnce = 0;
  private versions = 1;
  /** A cancel that was taken, or that the server holds. */
  private cancelAsked = false;
  /** Every upload of every run. */
  private readonly uploads: Upload[] = [];

  constructor(
    private readonly world: World,
    choices: readonly number[],
    private readonly rule: Decide,
  ) {
    this.schedule = new Schedule(choices);
    this.provider = new ModelProvider(world, this.schedule);
    this.resets = [...world.resets];
    const documents = world.documents.map((type) => documentOf(type, 1));
    const data = { applicant: APPLICANT, documents };
    const limits = { verificationDeadlineMs: 60_000, reactivates: world.reactivates };
    this.kept = { turn: beginOnboarding(data, limits), accepted: contentsOf(documents), uploads: new Set() };
  }

  run(): Run {
    for (let taken = 0; taken <= STUCK_AFTER; taken += 1) {
      this.history.push(this.kept);
      if (this.reset(taken)) continue;
      const { state, move } = this.kept.turn;
      if (move.do === 'finish') return this.ended(move.outcome);
      if (move.do === 'refuse') return this.ended('refused');
      const event = this.perform(move);
      this.story.push(`${describe(move)} -> ${event === 'left-parked' ? event : describe(event)}`);
      if (event === 'left-parked') return this.ended('parked');
      this.decideOn(event, state);
    }
    this.broken.push('stuck: the onboarding neither ends nor asks a person');
    return this.ended('parked');
  }

  private decideOn(event: OnboardingEvent, state: OnboardingTurn['state']): void {
    const isCancelled = changesNothing(event) && this.isCancelDue;
    const taken: OnboardingEvent = isCancelled ? { saw: 'cancelled' } : event;
    if (taken.saw === 'cancelled') this.judgeCancel();
    const { accepted, uploads } = this.kept;
    const next = event.saw === 'amended' ? contentsOf(event.patch.documents ?? []) : [];
    this.kept = { turn: this.rule(state, taken), accepted: new Map([...accepted, ...next]), uploads };
    this.provider.wait(0);
  }

  private reset(taken: number): boolean {
    const [next] = this.resets;
    if (next === undefined || next.atTurn > taken) return false;
    this.resets.shift();
    this.history = this.history.slice(0, 1 + (next.backTo % this.history.length));
    this.kept = this.history.pop() ?? this.kept;
    this.story.push(`operator: reset to ${describe(this.kept.turn.move)}`);
    this.cancelAsked = false;
    this.callsAtOnce = 0;
    return true;
  }

  private get isCancelDue(): boolean {
    return this.cancelAsked && cancelProblem(this.kept.turn) === undefined;
  }

  private perform(
    move: Exclude<OnboardingMove, { readonly do: 'finish' | 'refuse' }>,
  ): OnboardingEvent | 'left-parked' {
    if (move.do === 'park') return this.answer(move);
    this.wait(move.afterMs);
    this.cancelAsked ||= this.schedule.pick(false, false, false, false, false, false, this.world.person === 'cancel');
    if (this.isCancelDue) return { saw: 'cancelled' };
    this.callsAtOnce += 1;
    if (this.callsAtOnce > HOT_AFTER) this.break('a loop without a wait');
    switch (move.do) {
      case 'check':
        return this.check();
      case 'create':
        return this.create();
      case 'find-client':
        return this.findClient();
      case 'file':
        return { saw: 'filings', seen: move.calls.map((call) => this.file(call)) };
      case 'read-client':
        return this.readClient();
      case 'submit':
        return this.write<OnboardingEvent>(
          () => {
            this.provider.submit();
            return { saw: 'submitted' };
          },
          (failed) => ({ saw: 'submit-failed', failure: failed }),
        );
      case 'reactivate':
        return this.write<OnboardingEvent>(
          () => {
            this.provider.activate();
            return { saw: 'reactivated' };
          },
          (failed) => ({ saw: 'reactivate-failed', failure: failed }),
        );
    }
  }

  private wait(ms: number): void {
    if (ms > 0) this.callsAtOnce = 0;
    this.provider.wait(ms);
  }

  private check(): OnboardingEvent {
    if (this.schedule.pick('ok', 'ok', 'ok', 'ok', 'lost') === 'lost') {
      return { saw: 'read-failed', failure: failure('UNREACHABLE') };
    }
    const { semantics } = this.world;
    return { saw: 'checked', semantics, documents: this.kept.turn.state.data.documents.map(inspected), problems: [] };
  }

  private create(): OnboardingEvent {
    this.judgeCreate();
    return this.write<OnboardingEvent>(
      () => {
        const answer = this.provider.create();
        return answer.is === 'ok'
          ? { saw: 'created', client: shown(answer.value) }
          : { saw: 'create-failed', failure: failure('DUPLICATE_CLIENT') };
      },
      (failed) => ({ saw: 'create-failed', failure: failed }),
    );
  }

  private findClient(): OnboardingEvent {
    if (this.readFails()) return { saw: 'read-failed', failure: failure('OUTCOME_UNKNOWN') };
    const client = this.provider.find();
    if (client === undefined) return { saw: 'client-absent' };
    if (client.whose === 'ours') return { saw: 'client-found', client: shown(client) };
    return { saw: 'client-differs', fields: [{ field: 'applicant.email', problem: 'differs' }] };
  }

  private file(call: FilingCall): FilingSeen {
    const { document } = call;
    const filed: Filed = (file, how) => {
      // What is found has the content that the provider has, whatever we look for.
      if (file.content !== document.front.sha256) this.break(`${file.content} was taken for ${document.front.sha256}`);
      const { id: providerDocumentId, type } = file;
      return { document, saw: 'filed', filed: { type, providerDocumentId, sha256: document.front.sha256, how } };
    };
    if (call.next === 'look') {
      if (this.readFails()) return { document, saw: 'failed', failure: failure('OUTCOME_UNKNOWN') };
      const found = this.provider.findFile(document, call.others);
      return found === undefined ? { document, saw: 'absent' } : filed(found, 'found');
    }
    const before = this.uploadedElsewhere(call);
    return before === undefined ? this.upload(document, filed) : before(filed);
  }

  private upload(document: InspectedDocument, filed: Filed): FilingSeen {
    const upload: Upload = { content: document.front.sha256, outcome: 'in doubt' };
    this.uploads.push(upload);
    this.kept = { ...this.kept, uploads: new Set([...this.kept.uploads, this.uploads.length - 1]) };
    const seen = this.write<FilingSeen>(
      () => {
        const answer = this.provider.upload(document);
        return answer.is === 'ok'
          ? filed(answer.value, 'uploaded')
          : { document, saw: 'failed', failure: failure('INVALID_REQUEST') };
      },
      (failed) => ({ document, saw: 'failed', failure: failed }),
    );
    if (seen.saw === 'filed') upload.outcome = { id: seen.filed.providerDocumentId };
    if (seen.saw === 'failed' && seen.failure.outcome === 'not-applied') upload.outcome = 'not applied';
    return seen;
  }

  /** What the activity does instead of a send where another run uploaded it, or may have (activities/document.ts). */
  private uploadedElsewhere({ document, lookedFor = false }: FilingCall): ((filed: Filed) => FilingSeen) | undefined {
    if (this.world.semantics.repeatedUpload === 'replays') return undefined;
    const { sha256 } = document.front;
    const ofIt = this.uploads.filter(({ content }, at) => content === sha256 && !this.kept.uploads.has(at));
    for (const { outcome } of ofIt) {
      const file = typeof outcome === 'string' ? undefined : this.provider.listed.find(({ id }) => id === outcome.id);
      if (file !== undefined) return (filed) => filed(file, 'found');
    }
    if (lookedFor || ofIt.every(({ outcome }) => outcome === 'not applied')) return undefined;
    return () => ({ document, saw: 'failed', failure: failure('OUTCOME_UNKNOWN') });
  }

  private readClient(): OnboardingEvent {
    if (this.readFails()) return { saw: 'read-failed', failure: failure('UNREACHABLE') };
    const client = this.provider.find();
    if (client === undefined) return { saw: 'client-missing' };
    return { saw: 'client-read', client: shown(client), onFile: this.provider.listed.map(({ id }) => id) };
  }

  private readFails(): boolean {
    return this.schedule.pick(false, false, false, false, false, true);
  }

  /** A write that arrives, vanishes, arrives with its answer lost, arrives late, or is turned away. */
  private write<Result>(arrive: () => Result, failed: (failure: FailureDetails) => Result): Result {
    const how = this.schedule.pick(
      'ok',
      'ok',
      'ok',
      'vanishes',
      'answer lost',
      'late',
      'unreachable',
      'paused',
      'AUTH',
    );
    switch (how) {
      case 'ok':
        return arrive();
      case 'vanishes':
        return failed(failure('OUTCOME_UNKNOWN'));
      case 'answer lost':
        arrive();
        return failed(failure('OUTCOME_UNKNOWN'));
      case 'late':
        this.provider.later(() => void arrive());
        return failed(failure('OUTCOME_UNKNOWN'));
      case 'unreachable':
        return failed(failure('UNREACHABLE'));
      case 'paused':
        return failed({ ...failure('RATE_LIMITED'), retryAfterMs: 5_000 });
      case 'AUTH':
        return failed(failure('AUTH'));
    }
  }

  private answer({
    reason,
    recheckAfterMs,
  }: Extract<OnboardingMove, { readonly do: 'park' }>): OnboardingEvent | 'left-parked' {
    this.wait(recheckAfterMs ?? 60_000);
    if (this.cancelAsked) return { saw: 'cancelled' };
    if (this.schedule.over) {
      this.patience -= 1;
      return this.patience > 0 ? { saw: 'resolved', action: 'retry' } : 'left-parked';
    }
    const does =
      this.world.person === 'anybody'
        ? this.schedule.pick('retry', 'recheck', 'amend', 'abandon', 'amend', 'retry', 'cancel')
        : this.world.person;
    switch (does) {
      case 'recheck':
        return recheckAfterMs === undefined ? { saw: 'resolved', action: 'retry' } : { saw: 'recheck-due' };
      case 'retry':
      case 'abandon':
        return { saw: 'resolved', action: does };
      case 'cancel':
        return { saw: 'cancelled' };
      case 'amend':
        return acceptedAnswers(reason).includes('amend') ? this.amend() : { saw: 'resolved', action: 'retry' };
    }
  }

  private amend(): OnboardingEvent {
    this.versions += 1;
    const [type = 'passport'] = this.world.documents;
    return { saw: 'amended', patch: { documents: [documentOf(this.schedule.pick(type, 'extra'), this.versions)] } };
  }

  private judgeCancel(): void {
    const { state, move } = this.kept.turn;
    if (state.createSent && move.do !== 'park') this.break('cancelled while a client may exist, and nobody was asked');
  }

  private judgeCreate(): void {
    if (this.world.uniqueIds) return;
    if (this.provider.clients.length > 0) this.break('a person has two clients');
  }

  private break(why: string): void {
    if (!this.broken.includes(why)) this.broken.push(why);
  }

  private ended(end: Run['end']): Run {
    this.provider.wait(10 * this.world.semantics.settleWindowMs);
    const { clients, files } = this.provider;
    const ours = clients.filter(({ whose }) => whose === 'ours');
    if (ours.length > 1) this.break('a person has two clients');
    const seen = new Set<string>();
    for (const { content } of files) {
      if (seen.has(content)) this.break(`${content} was filed twice`);
      seen.add(content);
    }
    if (end === 'ready') this.judgeReady();
    return { story: this.story, end, broken: this.broken };
  }

  private judgeReady(): void {
    const { state } = this.kept.turn;
    if (state.existing === undefined) this.break('ready without a client');
    const client = this.provider.clients.find(({ id }) => id === state.existing?.client.providerClientId);
    if (client?.whose !== 'ours') this.break("a stranger's client was taken");
    for (const [type, content] of this.kept.accepted) {
      const filed = state.filed.find(({ document }) => document.type === type)?.filed.providerDocumentId;
      const there = this.provider.files.find(({ id }) => id === filed);
      if (there?.content !== content) this.break(`ready, and ${content} was accepted and is not on file`);
    }
  }
}

function failure(code: ErrorCode): FailureDetails {
  return { code, outcome: ERROR_RULES[code].outcome };
}

function documentOf(type: string, version: number): ApplicationDocument {
  return { type, front: { uri: `file:///${type}-${version}` } };
}

function contentsOf(documents: readonly ApplicationDocument[]): ReadonlyMap<string, string> {
  return new Map(documents.map((document) => [document.type, inspected(document).front.sha256]));
}

/** What is in a file follows from its name. */
function inspected({ type, front }: ApplicationDocument): InspectedDocument {
  return { type, front: { ...front, sha256: front.uri.replace('file:///', ''), mime: 'image/png', bytes: 1 } };
}

function shown({ id, active, state, needs }: ModelClient): ClientState {
  return {
    providerClientId: id,
    status: state,
    verified: state === 'verified',
    active,
    ...(state === 'rejected' ? { rejected: true } : {}),
    ...(needs === undefined ? {} : { needs }),
  };
}

function describe(what: OnboardingMove | OnboardingEvent): string {
  return JSON.stringify(what, (key, value: unknown) =>
    ['semantics', 'documents', 'document'].includes(key) ? '…' : value,
  );
}
