import type { WorkflowHandle } from '@temporalio/client';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FundingProgress, FundingResult } from '../../contract/funding';
import { NEEDS_ATTENTION } from '../../contract/search-attributes';
import type { Application, OnboardingProgress, OnboardingResult } from '../../contract/onboarding';
import { CoinmenaConnector } from '../../providers/coinmena/connector';
import { configFor } from '../providers/coinmena-fixtures';
import { eventually, Rig } from '../setup/rig';
import { faultsBeyond, LOST_BEFORE_COMMIT, type Fault, type Rule } from './faults';
import { Gate, type GateRequest } from './gate';
import { historyFaults, wokenWhileAsking } from './history-faults';
import { inLanes } from '../../system/in-lanes';
import { SandboxControl, type Book } from './sandbox-control';

/** The writes of a flow. */
export const WRITES = ['create-client', 'upload-document', 'deposit', 'withdrawal'] as const;
type Write = (typeof WRITES)[number];

/**
 * - `first`: the fault strikes the first try.
 * - `retry`: a first try that changed nothing was lost or refused, and the fault strikes the second.
 */
export type Try = 'first' | 'retry';

export interface WorkflowCell {
  readonly write: Write;
  readonly fault: string;
  readonly on: Try;
  /** How the workflow ended; before it, what it asked a person on the way, and the answer. */
  readonly ended: string;
  /** Completed orders of the intent, clients of the id, documents of the content. */
  readonly inBook: number;
  readonly broken: readonly string[];
}

/** Only a stalled call takes as long, even on a busy machine. */
const HTTP_TIMEOUT_MS = 8_000;
/** A watch reads the provider after 5 s first, and after twice that where the flow comes back. */
const FAILURE_SHOWS_WITHIN_MS = 90_000;
const PAYER = 'payer';
/** Flows under way at once. Most of a flow is waiting. */
const LANES = 40;
const POLL_MS = 750;
const MOST_TRIES = 5;

/**
 * In the sandbox, rules of these kinds are a group of their own: the rule that loses a first try must be of the same
 * group.
 */
const LOST_BEFORE_STALL: Rule = { kind: 'stall', params: { when: 'before-commit', ms: 0, then: 'destroy' } };

/** One workflow: the writes of it that the fault strikes. */
interface Planned {
  readonly writes: readonly Write[];
  readonly fault: Fault;
  readonly on: Try;
  readonly id: string;
}

interface Tried {
  readonly id: string;
  readonly cells: readonly WorkflowCell[];
  /** Nothing is wrong, but not every fault struck, or the provider's watch was before the person: it was no trial. */
  readonly missed: boolean;
}

/** A question that a workflow asked, and how it was answered. */
interface Asked {
  readonly words: string;
  readonly because: string;
}

/** Every write of a workflow against every fault: a real server, a real worker, the sandbox over HTTP. */
export async function runWorkflowMatrix(): Promise<readonly WorkflowCell[]> {
  const gate = await Gate.open();
  const rig = await Rig.start({
    env: { COINMENA_BASE_URL: gate.url, COINMENA_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS) },
  });
  gate.to = rig.sandbox.url;
  try {
    return await new Matrix(rig, gate).run();
  } finally {
    await rig.close();
    gate.refuse();
  }
}

class Matrix {
  private readonly control: SandboxControl;

  constructor(
    private readonly rig: Rig,
    private readonly gate: Gate,
  ) {
    this.control = new SandboxControl(rig.sandbox.controlUrl);
  }

  async run(): Promise<readonly WorkflowCell[]> {
    await (await this.rig.onboard(this.application(PAYER))).result();
    await this.control.send('POST', '/balances', {
      partner_client_id: PAYER,
      asset_id: 'USD',
      balance: '1000000',
      available: '1000000',
    });
    const planned = faultsBeyond(HTTP_TIMEOUT_MS).flatMap((fault, number) =>
      struckTogether(fault).flatMap((writes) =>
        triesOf(writes, fault).map((on): Planned => ({ writes, fault, on, id: `${writes.join('-')}-${number}-${on}` })),
      ),
    );
    // Nobody is let through the gate while it refuses, so these come one after another, after all others.
    const refused = planned.filter(({ fault }) => fault.strike.by === 'refused-connection');
    const others = planned.filter((cell) => !refused.includes(cell));
    const cells = [
      ...(await inLanes(LANES, others, (cell) => this.tryCell(cell))),
      ...(await inLanes(1, refused, (cell) => this.tryRefused(cell))),
    ];
    return planned.flatMap(({ id }) => cells.flatMap((cell) => (cell.id === id ? cell.cells : [])));
  }

  /**
   * On a machine that is busy enough, a request can time out before it arrives if a fault waits for it; and the watch that
   * another flow began can close a question before it is seen.
   */
  private async tryCell(planned: Planned, tries = MOST_TRIES): Promise<Tried> {
    await this.plant(planned);
    const rules = rulesOf(planned);
    for (const [index, rule] of rules.entries()) await this.control.fault({ id: `${planned.id}-${index}`, ...rule });
    const tried = await this.endOf(planned, await this.start(planned), rules.length);
    if (!tried.missed || tries === 1) return tried;
    return { ...(await this.tryCell({ ...planned, id: `${planned.id}-again` }, tries - 1)), id: planned.id };
  }

  /**
   * The connection goes when the last read before the write was answered, and comes back when the write has failed: the
   * provider's watch finds it back, and wakes the flow. What is sent again without a read meets it gone after that find.
   */
  private async tryRefused(planned: Planned): Promise<Tried> {
    const times = planned.on === 'first' ? 1 : 2;
    let closings = 0;
    const close = (): void => {
      closings += 1;
      this.gate.refuse();
    };
    const isFundingWrite = planned.writes.some(isFunding);
    this.gate.onAnswered = (request) => {
      const isDue =
        closings > 0 && !isFundingWrite
          ? isProbe(request)
          : planned.writes.some((write) => isLastBefore(write, planned.id, request));
      if (closings < times && isDue) close();
    };
    if (planned.writes.includes('create-client')) close();
    const handle = await this.start(planned);
    for (let failures = 1; failures <= times; failures += 1) {
      await eventually(async () => {
        const { steps } = await handle.query<FundingProgress | OnboardingProgress>('progress');
        return steps.filter(({ step }) => step.includes('UNREACHABLE')).length >= failures ? true : undefined;
      }, FAILURE_SHOWS_WITHIN_MS);
      await this.gate.listen();
    }
    this.gate.onAnswered = () => undefined;
    return await this.endOf(planned, handle, 0);
  }

  private async start({ writes, id }: Planned): Promise<WorkflowHandle> {
    const kind = writes.find(isFunding);
    if (kind === undefined) return await this.rig.onboard(this.application(id));
    const intent = { provider: 'coinmena', fundingId: id, kind, partnerClientId: PAYER, asset: 'USD', amount: '10.00' };
    return await this.rig.fund(intent);
  }

  private application(id: string): Application {
    return this.rig.application(id, { documents: [this.rig.document('government_id', id)] });
  }

  /** What stands in the way, if the fault is that something does. */
  private async plant({ writes, fault: { strike }, id }: Planned): Promise<void> {
    if (strike.by !== 'duplicate') return;
    const ours = strike.whose === 'ours';
    const kind = writes.find(isFunding);
    if (kind !== undefined) {
      const whose = ours ? { partner_client_id: PAYER } : {};
      await this.control.plantOrder({ partner_order_ref: id, type: kind, amount: '10.00', ...whose });
      return;
    }
    const connector = new CoinmenaConnector(
      configFor(this.rig.sandbox.url, { COINMENA_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS) }),
    );
    const { applicant, documents } = this.application(id);
    const document = writes.includes('upload-document');
    const person = document || ours ? applicant : { ...applicant, name: 'Somebody Else' };
    await connector.clients.create({ partnerClientId: id, applicant: person });
    if (document) {
      const bytes = ours ? readFileSync(new URL(documents[0]?.front.uri ?? '')) : Buffer.from('%PDF-1.7 another');
      await connector.documents.upload(
        { partnerClientId: id },
        { type: 'government_id', front: { bytes, mime: 'application/pdf' } },
      );
    }
    await connector.close();
  }

  private async endOf(planned: Planned, handle: WorkflowHandle, rules: number): Promise<Tried> {
    const { writes, fault, on, id } = planned;
    const { asked, result } = await this.attend(handle, writes);
    const book = await this.control.book();
    const history = await handle.fetchHistory();
    const unstruck = Array.from({ length: rules }, (_, index) => `${id}-${index}`).filter(
      (rule) => book.faults[rule] !== 1,
    );
    const broken = [
      ...unstruck.map((rule) => `${rule} did not strike`),
      ...historyFaults(history, this.application(id).applicant),
    ];
    const cells = writes.map((write): WorkflowCell => {
      const inBook = this.inBook(book, write, id);
      const questions = asked.filter(({ because }) => writes.length === 1 || because.includes(ACTIVITY[write]));
      return {
        write,
        fault: fault.name,
        on,
        ended: [...questions.map(({ words }) => words), describe(result, write)].join(', then '),
        inBook,
        broken: inBook === 1 ? broken : [...broken, `${inBook} in the book`],
      };
    });
    const isTrial = unstruck.length === 0 && !wokenWhileAsking(history);
    return { id, cells, missed: !isTrial && cells.every((cell) => cell.broken.length === unstruck.length) };
  }

  /** Answers every question as a person would, until the workflow has ended. */
  private async attend(
    handle: WorkflowHandle,
    writes: readonly Write[],
  ): Promise<{ readonly asked: readonly Asked[]; readonly result: unknown }> {
    const asked: Asked[] = [];
    const ended = handle.result().then(
      (result: unknown) => ({ result }),
      (error: unknown) => ({ result: error }),
    );
    for (;;) {
      const found = await Promise.race([ended, this.openQuestion(handle, asked.length)]);
      if (found !== undefined && 'result' in found) return { asked, ...found };
      if (found === undefined) continue;
      const action = answerTo(found.reason, writes);
      if (!(await isAnswered(handle, action))) continue;
      asked.push({ words: `parks ${found.reason}, ${action}`, because: found.because });
    }
  }

  private async openQuestion(
    handle: WorkflowHandle,
    answered: number,
  ): Promise<{ readonly reason: string; readonly because: string } | undefined> {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    // The server knows at no cost who asks a person; only those are then asked what.
    const { typedSearchAttributes: attributes } = await handle.describe();
    if (attributes.get(NEEDS_ATTENTION) === undefined) return undefined;
    const { parked, decisions } = await handle.query<FundingProgress | OnboardingProgress>('progress');
    return parked === undefined || decisions.length !== answered ? undefined : parked;
  }

  private inBook(book: Book, write: Write, id: string): number {
    switch (write) {
      case 'create-client':
        return book.clients.filter(({ partner_client_id: own }) => own === id).length;
      case 'upload-document': {
        const [document] = this.application(id).documents;
        const sha256 = createHash('sha256')
          .update(readFileSync(new URL(document?.front.uri ?? '')))
          .digest('hex');
        return book.documents.filter(({ partner_client_id: own, front }) => own === id && front.sha256 === sha256)
          .length;
      }
      case 'deposit':
      case 'withdrawal':
        return book.orders.filter(
          ({ partner_order_ref: ref, partner_client_id: whose, status, type, amount }) =>
            (ref === id || ref.startsWith(`${id}~`)) &&
            whose === PAYER &&
            status === 'completed' &&
            type === write &&
            Number(amount) === 10,
        ).length;
    }
  }
}

function isFunding(write: Write): write is 'deposit' | 'withdrawal' {
  return write === 'deposit' || write === 'withdrawal';
}

/** A fault of the provider's answers strikes both writes of an onboarding in one workflow: neither hides the other. */
function struckTogether({ strike }: Fault): readonly (readonly Write[])[] {
  const answers = strike.by === 'rule' || strike.by === 'clock';
  return answers ? [['create-client', 'upload-document'], ['deposit'], ['withdrawal']] : WRITES.map((write) => [write]);
}

/** A document that is on file already is found before anything is uploaded: no upload is there to be struck. */
function triesOf(writes: readonly Write[], { strike }: Fault): readonly Try[] {
  const found = writes.includes('upload-document') && strike.by === 'duplicate' && strike.whose === 'ours';
  return found ? ['first'] : ['first', 'retry'];
}

/** Rules for the sandbox, each to strike once, in this order for a write. */
function rulesOf({ writes, fault, on, id }: Planned): readonly (Rule & { readonly operation: Write })[] {
  return writes.flatMap((operation) => {
    const match = isFunding(operation) ? { partner_order_ref: id } : { partner_client_id: id };
    return strikesOf(fault, on).map((rule) => ({ ...rule, operation, match }));
  });
}

function strikesOf({ strike, commits, timesOut }: Fault, on: Try): readonly Rule[] {
  switch (strike.by) {
    case 'refused-connection':
      return [];
    case 'duplicate':
      return on === 'retry' ? [LOST_BEFORE_COMMIT] : [];
    case 'clock': {
      // What a provider with such a clock says, to this call alone: the others have no part in it.
      const unauthorized: Rule = { kind: 'unauthorized' };
      return on === 'first' ? [unauthorized] : [unauthorized, unauthorized];
    }
    case 'rule': {
      if (on === 'first') return [strike.rule];
      if (commits === 'never') return [strike.rule, strike.rule];
      return [timesOut === true ? LOST_BEFORE_STALL : LOST_BEFORE_COMMIT, strike.rule];
    }
  }
}

/** What a question calls a write that failed. */
const ACTIVITY: Record<Write, string> = {
  'create-client': 'createClient',
  'upload-document': 'uploadDocument',
  deposit: 'deposit',
  withdrawal: 'withdraw',
};

function isLastBefore(write: Write, id: string, { method, target, body }: GateRequest): boolean {
  switch (write) {
    case 'create-client':
      return false;
    case 'upload-document':
      return method === 'POST' && target === '/v1/partner/clients' && body.includes(`"${id}"`);
    case 'deposit':
      return method === 'GET' && target === `/v1/partner/clients/${PAYER}/`;
    case 'withdrawal':
      return isOfBalances({ method, target }) && target.includes(PAYER);
  }
}

/** The read that a watch of the provider makes: of the partner's own balances. */
function isProbe(request: GateRequest): boolean {
  return isOfBalances(request) && !request.target.includes(PAYER);
}

function isOfBalances({ method, target }: Pick<GateRequest, 'method' | 'target'>): boolean {
  return method === 'GET' && target.startsWith('/v1/partner/balances');
}

/** What a person does who has put right what was asked about. */
function answerTo(reason: string, writes: readonly Write[]): string {
  if (reason === 'REF_TAKEN' && writes.some(isFunding)) return 'useFreshRef';
  return reason === 'CLIENT_TAKEN' ? 'abandon' : 'retry';
}

function describe(result: unknown, write: Write): string {
  if (isFundingResult(result)) {
    const how = [
      result.adopted ? 'found by its ref' : '',
      result.refs.length > 1 ? `under ref ${result.refs.length}` : '',
    ];
    return [result.outcome, ...how.filter((word) => word !== '')].join(', ');
  }
  if (isOnboardingResult(result)) {
    const { outcome, how = 'not created', documents } = result;
    return write === 'upload-document' ? documents.map((document) => document.how).join(', ') : `${outcome}, ${how}`;
  }
  return 'FAILED';
}

function isFundingResult(result: unknown): result is FundingResult {
  return typeof result === 'object' && result !== null && 'refs' in result;
}

function isOnboardingResult(result: unknown): result is OnboardingResult {
  return typeof result === 'object' && result !== null && 'documents' in result;
}

/** Whether the answer was taken. The provider's watch may close a question before anybody answers it. */
async function isAnswered(handle: WorkflowHandle, action: string): Promise<boolean> {
  try {
    await handle.executeUpdate('resolve', { args: [{ action, by: 'ops-1', reason: 'as the matrix says' }] });
    return true;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Error && error.cause.message.includes('nothing is parked'))
      return false;
    throw error;
  }
}
