import { continueAsNew, setCurrentDetails, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { isErrorCode, type ErrorCode } from '../../contract/errors';
import { idProblem } from '../../contract/ids';
import { flowWaits, watchProgress } from '../../contract/messages';
import {
  providerWatchId,
  type Probe,
  type WatchProgress,
  type WatchRequest,
  type WatchResult,
} from '../../contract/provider-watch';
import { watching } from '../shared/activity-proxies';
import { takenOver } from '../shared/continued';
import { invalidRequest, requireObject } from '../shared/failures';
import { requireLock } from '../shared/lock';
import { textField } from '../shared/unchecked';
import { probeWaitMs, withJitter } from '../shared/waits';
import { describeWatch } from './details';
import { MOST_WAITERS, Waiters, type WaitersRecord } from './waiters';

/** The time that the flows that were woken first have to find out that the provider does not answer after all. */
const TRIAL_MS = 2_000;
/** Between batches, so that not all come at once. */
const BATCH_PAUSE_MS = 1_000;

/** What the newest failed call met. */
type Met = Exclude<Probe, { readonly answers: true }>;

/** What a long watch takes along when its history is renewed. */
interface CarriedWatch extends Pick<WatchProgress, 'since' | 'probes' | 'woken'> {
  readonly met: Met;
  readonly failed: number;
  readonly waiters: WaitersRecord;
}

/**
 * Watches a provider that does not answer, in the name of all flows that wait for it: reads it with one harmless call, later
 * and later; once it answers wakes them, a few first and then in batches, and ends when none comes back. Nobody depends on
 * it: each of them also looks again by itself, only later.
 *
 * Its id must be `provider-watch/<provider>`: there is one at a time.
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST if it was started with something else, or for a provider that is not served
 */
export async function watchProvider(request: WatchRequest, carried?: CarriedWatch): Promise<WatchResult> {
  requireObject(request, 'request');
  const provider = textField(request, 'provider');
  const problem = idProblem(provider);
  if (problem !== undefined) throw invalidRequest([{ field: 'provider', problem }]);
  requireLock(providerWatchId(provider), "the provider's own");
  return await new Watch(provider, takenOver(carried)).run();
}

class Watch {
  private readonly waiters: Waiters;
  private readonly since: string;
  private met: Met;
  /** Reads in a row after which the provider was not back. */
  private failed: number;
  private probes: number;
  private woken: number;
  private nextProbeAt: string | undefined;

  constructor(
    private readonly provider: string,
    carried: CarriedWatch | undefined,
  ) {
    this.waiters = new Waiters(carried?.waiters);
    this.since = carried?.since ?? workflowInfo().startTime.toISOString();
    this.met = carried?.met ?? { answers: false, code: 'UNREACHABLE' };
    this.failed = carried?.failed ?? 0;
    this.probes = carried?.probes ?? 0;
    this.woken = carried?.woken ?? 0;
    setHandler(watchProgress, () => this.progress);
    setHandler(flowWaits, (waiting: unknown) => {
      this.join(waiting);
    });
  }

  async run(): Promise<WatchResult> {
    for (;;) {
      const ms = withJitter(probeWaitMs(this.failed, this.met), Math.random());
      this.nextProbeAt = new Date(Date.now() + ms).toISOString();
      this.show();
      await sleep(ms);
      if (workflowInfo().continueAsNewSuggested) await this.renew();
      this.nextProbeAt = undefined;
      const seen = await watching.probeProvider({ provider: this.provider });
      this.probes += 1;
      if (!seen.answers) this.met = seen;
      const isBack = seen.answers && (await this.wakeAll());
      if (isBack && this.waiters.count === 0) return this.result;
      this.failed = isBack ? 0 : this.failed + 1;
    }
  }

  /** Wakes everybody, a few first. Stops, and answers false, if all of a batch came back. */
  private async wakeAll(): Promise<boolean> {
    const { provider, waiters } = this;
    const everyFlow = waiters.isOverfull;
    waiters.found(await watching.listWaitingFlows({ provider, everyFlow, limit: MOST_WAITERS }));
    for (const [number, batch] of waiters.batches().entries()) {
      waiters.waking(batch);
      this.woken += batch.length;
      this.show();
      await watching.wakeFlows({ workflowIds: batch });
      await sleep(withJitter(number === 0 ? TRIAL_MS : BATCH_PAUSE_MS, Math.random()));
      if (waiters.haveAllReturned(batch)) return false;
    }
    return true;
  }

  /** A signal may hold anything: what is no flow's is left out. */
  private join(waiting: unknown): void {
    if (typeof waiting !== 'object' || waiting === null) return;
    const [workflowId, code] = [textField(waiting, 'workflowId'), textField(waiting, 'code')];
    if (workflowId === '' || workflowId.length > LONGEST_WORKFLOW_ID || !isErrorCode(code)) return;
    this.waiters.join(workflowId);
    this.met = { answers: false, code, ...pauseAskedFor(waiting) };
  }

  private async renew(): Promise<never> {
    const { since, met, failed, probes, woken } = this;
    const waiters = this.waiters.record;
    return await continueAsNew<typeof watchProvider>(
      { provider: this.provider },
      { since, met, failed, probes, woken, waiters },
    );
  }

  private show(): void {
    setCurrentDetails(describeWatch(this.progress));
  }

  private get result(): WatchResult {
    const { provider, since, probes, woken } = this;
    return { provider, since, probes, woken };
  }

  private get progress(): WatchProgress {
    const { nextProbeAt, waiters } = this;
    const code: ErrorCode = this.met.code;
    return {
      ...this.result,
      code,
      ...(nextProbeAt === undefined ? {} : { nextProbeAt }),
      waiting: waiters.count,
    };
  }
}

const LONGEST_WORKFLOW_ID = 1_000;

function pauseAskedFor(waiting: object): Pick<Met, 'retryAfterMs'> {
  if (!('retryAfterMs' in waiting) || typeof waiting.retryAfterMs !== 'number') return {};
  return Number.isFinite(waiting.retryAfterMs) && waiting.retryAfterMs > 0
    ? { retryAfterMs: waiting.retryAfterMs }
    : {};
}
