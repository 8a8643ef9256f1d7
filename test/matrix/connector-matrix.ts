import { isDeepStrictEqual } from 'node:util';
import type { CoinmenaConfig } from '../../providers/coinmena/config';
import { CoinmenaConnector } from '../../providers/coinmena/connector';
import { ProviderError } from '../../providers/provider-error';
import { startCoinmenaSandbox } from '../../sandbox/coinmena';
import { applicant, configFor } from '../providers/coinmena-fixtures';
import { eventually } from '../setup/rig';
import { allEndpoints, type Endpoint, type Subject } from './endpoints';
import { faultsBeyond, LOST_BEFORE_COMMIT, type Fault } from './faults';
import { inLanes } from '../../system/in-lanes';
import { everythingOf, leaks } from './leaks';
import { SandboxControl } from './sandbox-control';

/**
 * - `first`: the fault strikes the first try.
 * - `retry`: the first try was lost before it was carried out; the fault strikes the second.
 * - `both`: it strikes the first and the second; the second is shown.
 */
const TRIES = ['first', 'retry', 'both'] as const;
export type Try = (typeof TRIES)[number];

export interface ConnectorCell {
  readonly endpoint: string;
  readonly fault: string;
  readonly on: Try;
  /** `answered`, or the code and, for a write, the outcome. */
  readonly said: string;
  /** For a write: how often the book shows it in the end. */
  readonly applied?: number;
  /** Every rule that the cell breaks; none, as it should be. */
  readonly broken: readonly string[];
}

/** Longer than any call takes on a busy machine. */
const PATIENT_MS = 20_000;
/** For the calls that are to run into it: shorter than the stalls of the faults. */
const IMPATIENT_MS = 1_500;
/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:1';
/** Our own clock offset is a second. */
const PROVIDERS_CLOCK_MS = -5_000;
/** Most of a cell is waiting. */
const LANES = 32;

/** Whether this fault can strike this endpoint. */
function applies({ strike, json }: Fault, endpoint: Endpoint): boolean {
  if (json === true && endpoint.operation === 'download-file') return false;
  switch (strike.by) {
    case 'clock':
      return endpoint.signed;
    case 'duplicate':
      return endpoint.duplicate !== undefined;
    case 'rule':
    case 'refused-connection':
      return true;
  }
}

/** Every endpoint against every fault, over HTTP. Each cell has a sandbox of its own. */
export async function runConnectorMatrix(): Promise<readonly ConnectorCell[]> {
  const cells = allEndpoints().flatMap((endpoint) =>
    faultsBeyond(IMPATIENT_MS)
      .filter((fault) => applies(fault, endpoint))
      .flatMap((fault) => triesOf(endpoint).map((on) => ({ endpoint, fault, on }))),
  );
  // The key is read once: that takes longer than a cell's calls.
  const settings = configFor(NOBODY, { COINMENA_HTTP_TIMEOUT_MS: String(PATIENT_MS) });
  return await inLanes(LANES, cells, async ({ endpoint, fault, on }, index) => {
    const sandbox = await startCoinmenaSandbox();
    const config = { ...settings, origin: sandbox.url };
    try {
      return await new Cell(endpoint, fault, `cell-${index}`, config, new SandboxControl(sandbox.controlUrl)).run(on);
    } finally {
      await sandbox.close();
    }
  });
}

/** A read changes nothing, so a second one that is struck shows nothing that the first did not. */
function triesOf({ applied }: Endpoint): readonly Try[] {
  return applied === undefined ? ['first', 'retry'] : TRIES;
}

type Ending = { readonly value: unknown } | { readonly error: unknown };

class Cell {
  private readonly broken: string[] = [];
  private readonly subject: Subject;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly fault: Fault,
    private readonly id: string,
    private readonly config: CoinmenaConfig,
    private readonly control: SandboxControl,
  ) {
    this.subject = { id, control, well: (use) => this.well(use) };
  }

  async run(on: Try): Promise<ConnectorCell> {
    await this.endpoint.prepare(this.subject);
    if (on === 'retry') await this.loseFirstTry();
    if (on === 'both') await this.struckCall();
    const ending = await this.struckCall();
    const applied = this.endpoint.applied === undefined ? {} : { applied: await this.count() };
    const { name: endpoint } = this.endpoint;
    return { endpoint, fault: this.fault.name, on, said: this.said(ending), ...applied, broken: this.broken };
  }

  /** A duplicate of our own is what a first try makes that was carried out, and whose answer was lost. */
  private async loseFirstTry(): Promise<void> {
    const { strike } = this.fault;
    const carriedOut = strike.by === 'duplicate' && strike.whose === 'ours';
    await this.rule(carriedOut ? { kind: 'reset', params: { when: 'after-commit' } } : LOST_BEFORE_COMMIT);
    const ending = await this.call(this.config);
    // The content of a file that cannot be read is unknown; that is an answer there.
    if ('value' in ending && this.endpoint.operation !== 'download-file') this.broken.push('the lost try was answered');
  }

  private async struckCall(): Promise<Ending> {
    const before = await this.count();
    const ending = await this.struck();
    if (this.fault.commits === 'later') await this.carriedOut(before);
    await this.judge(ending, before, await this.count());
    return ending;
  }

  private async carriedOut(before: number): Promise<void> {
    if (this.endpoint.applied === undefined) return;
    const wanted = this.endpoint.repeatable === true ? before + 1 : 1;
    await eventually(async () => ((await this.count()) >= wanted ? true : undefined));
  }

  private async struck(): Promise<Ending> {
    const { strike } = this.fault;
    switch (strike.by) {
      case 'refused-connection':
        return await this.call({ ...this.config, origin: NOBODY });
      case 'clock':
        await this.control.moveClock(PROVIDERS_CLOCK_MS);
        return await this.call(this.config).finally(() => this.control.moveClock(0));
      case 'duplicate':
        if ((await this.duplicates()) === 0) await this.endpoint.duplicate?.(this.subject, strike.whose);
        return await this.call(this.config);
      case 'rule':
        await this.rule(strike.rule);
        return await this.call(this.fault.timesOut ? { ...this.config, httpTimeoutMs: IMPATIENT_MS } : this.config);
    }
  }

  private async duplicates(): Promise<number> {
    const { orders, clients } = await this.control.book();
    return this.endpoint.operation === 'create-client'
      ? clients.length
      : orders.filter(({ partner_order_ref: ref }) => ref === this.id).length;
  }

  /** The safety rule: `not-applied` is never said of what the book shows, and what was answered is in the book. */
  private async judge(ending: Ending, before: number, after: number): Promise<void> {
    if ('error' in ending) {
      this.judgeError(ending.error, before, after);
      return;
    }
    if (this.endpoint.applied === undefined) {
      const clean = await this.call(this.config);
      if (!('value' in clean) || !isDeepStrictEqual(clean.value, ending.value)) this.broken.push('a wrong answer');
    } else if (after !== before + 1 && this.endpoint.operation !== 'activate-client') {
      this.broken.push('answered, and not in the book');
    } else if (after === 0) {
      this.broken.push('answered, and not in the book');
    }
    const { orders } = await this.control.book();
    if (orders.some(({ partner_order_ref: ref }) => ref !== this.id)) this.broken.push('an order without our ref');
  }

  private judgeError(error: unknown, before: number, after: number): void {
    this.broken.push(...leaks(everythingOf(error), applicant(this.id)).map((what) => `the error holds ${what}`));
    if (!(error instanceof ProviderError)) {
      this.broken.push('the error is no ProviderError');
    } else if (error.outcome === 'not-applied' && after !== before) {
      this.broken.push('said not-applied, and is in the book');
    }
  }

  private said(ending: Ending): string {
    if ('value' in ending) return 'answered';
    if (!(ending.error instanceof ProviderError)) return 'another error';
    const { code, outcome } = ending.error;
    return this.endpoint.applied === undefined ? code : `${code}, ${outcome}`;
  }

  private async count(): Promise<number> {
    return this.endpoint.applied?.(await this.control.book(), this.id) ?? 0;
  }

  private async rule(rule: { readonly kind: string }): Promise<void> {
    await this.control.fault({ operation: this.endpoint.operation, ...rule });
  }

  private async call(config: CoinmenaConfig): Promise<Ending> {
    try {
      return { value: await this.endpoint.call(config, this.id) };
    } catch (error) {
      return { error };
    }
  }

  private async well<Result>(use: (connector: CoinmenaConnector) => Promise<Result>): Promise<Result> {
    const connector = new CoinmenaConnector(this.config);
    try {
      return await use(connector);
    } finally {
      await connector.close();
    }
  }
}
