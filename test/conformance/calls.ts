import { isDeepStrictEqual } from 'node:util';
import { ProviderError } from '../../providers/provider-error';
import type { RunningSandbox } from '../../sandbox/http/two-ports';
import { faultsBeyond, LOST_BEFORE_COMMIT, type Fault, type Rule } from '../matrix/faults';
import { everythingOf } from '../matrix/leaks';
import { inLanes } from '../../system/in-lanes';
import { eventually } from '../setup/eventually';
import type { Check } from '../../scripts/conformance/report';
import { controlOf, type Arranged, type Closable, type Endpoint, type Kit } from './kit';
import { tapWire } from './wire-tap';

/** Longer than any call takes on a busy machine, and how long the struck call waits if the fault is a wait. */
const PATIENT_MS = 20_000;
const IMPATIENT_MS = 1_500;
/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:1';
const LANES = 24;

/** Whether every operation that a provider offers is among those that were tried. */
export function operationsTried(offered: readonly string[], tried: readonly { readonly operation: string }[]): Check {
  const missing = offered.filter((one) => !tried.some(({ operation }) => operation === one));
  return { name: 'every operation is tried', broken: missing.map((operation) => `${operation} is not`) };
}

/** Every endpoint against every fault, on the first try and on the retry, over HTTP; and what a good call sends. */
export async function checkCalls<Connection extends Closable>(kit: Kit<Connection>): Promise<readonly Check[]> {
  const checks = await inLanes(LANES, kit.endpoints, async (endpoint, index) => {
    // Endpoints have a sandbox each, so that a fault strikes nobody else.
    const sandbox = await kit.startSandbox();
    try {
      return await new EndpointChecks(kit, endpoint, sandbox, `c${index}`).run();
    } finally {
      await sandbox.close();
    }
  });
  return checks.flat();
}

type Ending = { readonly value: unknown } | { readonly error: unknown };

class EndpointChecks<Connection extends Closable> {
  private tries = 0;
  /** A read changes nothing: what it needs is made once. */
  private readable: (Arranged<Connection> & { readonly id: string }) | undefined;

  constructor(
    private readonly kit: Kit<Connection>,
    private readonly endpoint: Endpoint<Connection>,
    private readonly sandbox: RunningSandbox,
    private readonly prefix: string,
  ) {}

  async run(): Promise<readonly Check[]> {
    const checks: Check[] = [await this.check('what it sends', (id) => this.wire(id))];
    for (const fault of faultsBeyond(IMPATIENT_MS)) {
      if (!this.applies(fault)) continue;
      checks.push(await this.check(fault.name, (id) => this.struck(id, fault, 'first')));
      if (fault.strike.by !== 'duplicate' && this.kit.firstTryOnly !== true) {
        checks.push(await this.check(`${fault.name}, on the retry`, (id) => this.struck(id, fault, 'retry')));
      }
    }
    return checks;
  }

  private applies({ strike }: Fault): boolean {
    switch (strike.by) {
      case 'clock':
        return this.kit.refusedSkewMs !== undefined && this.endpoint.unsigned !== true;
      case 'duplicate':
        return strike.whose === 'ours';
      case 'rule':
      case 'refused-connection':
        return true;
    }
  }

  private async check(what: string, work: (id: string) => Promise<readonly string[]>): Promise<Check> {
    this.tries += 1;
    const name = `${this.endpoint.name}: ${what}`;
    try {
      return { name, broken: await work(`${this.prefix}-${this.tries}`) };
    } catch (error) {
      return { name, broken: [`could not be tried: ${error instanceof Error ? error.message : 'unknown'}`] };
    } finally {
      await this.control('DELETE', '/faults');
    }
  }

  private get control(): ReturnType<typeof controlOf> {
    return controlOf(this.sandbox);
  }

  private async arrange(id: string): Promise<Arranged<Connection> & { readonly id: string }> {
    if (this.readable !== undefined) return this.readable;
    const { sandbox, control } = this;
    const arranged = await this.connected(sandbox.url, PATIENT_MS, (well) =>
      this.endpoint.arrange({ id, well, control, controlUrl: sandbox.controlUrl }),
    );
    if (arranged.write === undefined) this.readable = { ...arranged, id };
    return { ...arranged, id };
  }

  /** A good call: each request that writes is sent once, with the ref and the amount in it, and no secret. */
  private async wire(tried: string): Promise<readonly string[]> {
    const arranged = await this.arrange(tried);
    const { id } = arranged;
    const tap = await tapWire(this.sandbox.url);
    try {
      const ending = await this.call(arranged, tap.url, PATIENT_MS);
      const broken = 'error' in ending ? [`a good call failed: ${String(ending.error)}`] : [];
      const secrets = this.kit.hidden(id).filter((text) => tap.requests.some(({ target }) => target.includes(text)));
      broken.push(...secrets.map(() => 'something hidden is in a URL'));
      const writes = tap.requests.filter(({ method }) => method !== 'GET').map(({ text }) => text);
      if (new Set(writes).size !== writes.length) broken.push('a request was sent twice');
      const { writesCarry } = this.kit;
      if (writesCarry !== undefined && !writes.every((text) => writesCarry.test(text)))
        broken.push('a request that writes has no key');
      const said = 'value' in ending ? JSON.stringify(ending.value) : '';
      const unsaid = (arranged.answers ?? []).filter((text) => !said.includes(text));
      broken.push(...unsaid.map((text) => `the answer is read without ${text}`));
      const carries = arranged.write?.carries ?? [];
      const carrier = writes.some((text) => carries.every((part) => holds(text, part)));
      if (carries.length > 0 && !carrier) broken.push('no request carries the ref and the amount as they were given');
      if (arranged.write !== undefined && (await this.count(arranged)) !== 1)
        broken.push('done, and not once in the book');
      return broken;
    } finally {
      await tap.close();
    }
  }

  private async struck(tried: string, fault: Fault, on: 'first' | 'retry'): Promise<readonly string[]> {
    const arranged = await this.arrange(tried);
    const { id } = arranged;
    const broken: string[] = [];
    if (on === 'retry') {
      await this.rule(LOST_BEFORE_COMMIT);
      const lost = await this.call(arranged, this.sandbox.url, PATIENT_MS);
      broken.push(...this.judgeError(lost, id, 'not-known'));
    }
    if (fault.strike.by === 'duplicate') await this.call(arranged, this.sandbox.url, PATIENT_MS);
    const before = await this.count(arranged);
    const ending = await this.strike(arranged, fault);
    if (fault.commits === 'later' && arranged.write !== undefined) {
      await eventually(async () => ((await this.count(arranged)) > 0 ? true : undefined));
    }
    broken.push(...(await this.judge(arranged, fault, ending, id, before)));
    await this.control('DELETE', '/faults');
    broken.push(...(await this.afterwards(arranged, id)));
    return broken;
  }

  private async strike(arranged: Arranged<Connection>, fault: Fault): Promise<Ending> {
    const { strike } = fault;
    const { url } = this.sandbox;
    switch (strike.by) {
      case 'refused-connection':
        return await this.call(arranged, NOBODY, PATIENT_MS);
      case 'clock':
        await this.control('POST', '/clock', { offset_ms: this.kit.refusedSkewMs ?? 0 });
        return await this.call(arranged, url, PATIENT_MS).finally(() =>
          this.control('POST', '/clock', { offset_ms: 0 }),
        );
      case 'duplicate':
        return await this.call(arranged, url, PATIENT_MS);
      case 'rule':
        await this.rule(strike.rule);
        return await this.call(arranged, url, fault.timesOut === true ? IMPATIENT_MS : PATIENT_MS);
    }
  }

  /** `not-applied` is never said of what the book shows; what is answered is right, and in the book. */
  private async judge(
    arranged: Arranged<Connection>,
    fault: Fault,
    ending: Ending,
    id: string,
    before: number,
  ): Promise<readonly string[]> {
    const { write } = arranged;
    const broken = [...this.judgeError(ending, id, fault.name === 'connection refused' ? 'UNREACHABLE' : 'not-known')];
    const after = await this.count(arranged);
    if ('error' in ending) {
      const said = ending.error instanceof ProviderError ? ending.error.outcome : 'unknown';
      if (write !== undefined && said === 'not-applied' && after !== before)
        broken.push('said not-applied, and is in the book');
      if (fault.strike.by === 'duplicate' && write?.repeated !== 'rejects') broken.push('a repeat was refused');
      return broken;
    }
    if (fault.strike.by === 'duplicate' && write?.repeated === 'rejects') broken.push('a repeat was taken');
    if (fault.strike.by === 'duplicate' && write?.repeated !== 'duplicates' && after > 1) broken.push('done twice');
    if (write !== undefined) return after > 0 ? broken : [...broken, 'answered, and not in the book'];
    const clean = await this.call(arranged, this.sandbox.url, PATIENT_MS);
    if (!('value' in clean) || !isDeepStrictEqual(clean.value, ending.value)) broken.push('a wrong answer');
    return broken;
  }

  private judgeError(ending: Ending, id: string, code: string): readonly string[] {
    if (!('error' in ending)) return code === 'UNREACHABLE' ? ['answered by nobody'] : [];
    const { error } = ending;
    const shown = everythingOf(error);
    const leaks = this.kit
      .hidden(id)
      .filter((text) => shown.includes(text))
      .map(() => 'the error holds what is hidden');
    if (!(error instanceof ProviderError)) return [...leaks, 'the error is no ProviderError'];
    if (code === 'UNREACHABLE' && (error.code !== code || error.outcome !== 'not-applied')) {
      return [...leaks, `refused connection: ${error.code}, ${error.outcome}`];
    }
    return leaks;
  }

  /** Sent once more with nothing in the way: the book shows it once, if the provider does not duplicate. */
  private async afterwards(arranged: Arranged<Connection>, id: string): Promise<readonly string[]> {
    const { write } = arranged;
    const ending = await this.call(arranged, this.sandbox.url, PATIENT_MS);
    if (write === undefined) return 'error' in ending ? ['a read does not work again afterwards'] : [];
    const broken = [...this.judgeError(ending, id, 'not-known')];
    const count = await this.count(arranged);
    if (count === 0) broken.push('never in the book, though it was sent again');
    if (write.repeated !== 'duplicates' && count > 1) broken.push(`${count} times in the book`);
    return broken;
  }

  private async count({ write }: Arranged<Connection>): Promise<number> {
    return write === undefined ? 0 : write.applied(await this.control('GET', '/ledger'));
  }

  private async rule(rule: Rule): Promise<void> {
    await this.control('POST', '/faults', { operation: this.endpoint.operation, ...rule });
  }

  private async call(arranged: Arranged<Connection>, origin: string, timeoutMs: number): Promise<Ending> {
    const connection = this.kit.connect(origin, timeoutMs);
    try {
      return { value: await arranged.call(connection) };
    } catch (error) {
      return { error };
    } finally {
      // What is still under way may be carried out all the same.
      void connection.close();
    }
  }

  private async connected<Result>(
    origin: string,
    timeoutMs: number,
    use: (connection: Connection) => Promise<Result>,
  ): Promise<Result> {
    const connection = this.kit.connect(origin, timeoutMs);
    try {
      return await use(connection);
    } finally {
      await connection.close();
    }
  }
}

function holds(text: string, part: string | RegExp): boolean {
  return typeof part === 'string' ? text.includes(part) : part.test(text);
}
