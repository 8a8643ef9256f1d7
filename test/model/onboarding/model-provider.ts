import type { InspectedDocument } from '../../../contract/onboarding';
import type { Schedule } from '../schedule';
import type { World } from './world';

export interface ModelClient {
  readonly id: string;
  readonly whose: 'ours' | "a stranger's";
  readonly visibleAt: number;
  active: boolean;
  state: 'waiting' | 'verified' | 'rejected';
  needs: 'submission' | 'information' | undefined;
}

export interface ModelFile {
  readonly id: string;
  readonly type: string;
  readonly content: string;
  readonly visibleAt: number;
}

/** What a request came to. */
export type Answer<Value> = { readonly is: 'ok'; readonly value: Value } | { readonly is: 'duplicate' | 'refused' };

/** A provider that shows late, decides late, deactivates and asks for more, as a schedule says. */
export class ModelProvider {
  nowMs = 0;
  readonly clients: ModelClient[] = [];
  readonly files: ModelFile[] = [];
  private readonly late: { readonly at: number; readonly arrive: () => void }[] = [];

  constructor(
    private readonly world: World,
    private readonly schedule: Schedule,
  ) {
    if (world.before !== 'nobody') {
      this.add(world.before === 'this person' ? 'ours' : "a stranger's", 0);
    }
  }

  private get window(): number {
    return this.world.semantics.settleWindowMs;
  }

  /** Half of the window at most: what arrives late and shows late is shown within it. */
  private delay(): number {
    return this.schedule.pick(0, 0, 200, this.window / 4);
  }

  private add(whose: ModelClient['whose'], delay: number): ModelClient {
    const decides = this.world.semantics.capabilities.includes('submit-for-verification');
    const client: ModelClient = {
      id: `client-${this.clients.length + 1}`,
      whose,
      visibleAt: this.nowMs + delay,
      active: true,
      state: 'waiting',
      needs: decides ? 'submission' : undefined,
    };
    this.clients.push(client);
    return client;
  }

  create(): Answer<ModelClient> {
    if (this.world.uniqueIds && this.clients.length > 0) return { is: 'duplicate' };
    return { is: 'ok', value: this.add('ours', this.delay()) };
  }

  /** What a look at the client id shows. */
  find(): ModelClient | undefined {
    return this.clients.find(({ visibleAt }) => visibleAt <= this.nowMs);
  }

  upload({ type, front }: InspectedDocument): Answer<ModelFile> {
    if (this.world.refuses.includes(front.sha256)) return { is: 'refused' };
    const before = this.files.find((one) => one.type === type && one.content === front.sha256);
    if (before !== undefined && this.world.semantics.repeatedUpload === 'replays') return { is: 'ok', value: before };
    const visibleAt = this.nowMs + this.delay();
    const filed: ModelFile = { id: `file-${this.files.length + 1}`, type, content: front.sha256, visibleAt };
    this.files.push(filed);
    return { is: 'ok', value: filed };
  }

  /** What a list of the files shows. */
  get listed(): readonly ModelFile[] {
    return this.files.filter(({ visibleAt }) => visibleAt <= this.nowMs);
  }

  /**
   * A file of that type that is not one of `others`. If files cannot be read, their types alone are listed; a reset
   * forgets which are others, so it is tried if they can.
   */
  findFile({ type, front }: InspectedDocument, others: readonly string[]): ModelFile | undefined {
    const isReadable = this.world.resets.length > 0;
    return this.listed.find(
      (one) => one.type === type && (isReadable ? one.content === front.sha256 : !others.includes(one.id)),
    );
  }

  submit(): void {
    for (const client of this.clients) client.needs = this.schedule.pick(undefined, undefined, 'information');
  }

  activate(): void {
    if (!this.world.reactivationWorks) return;
    for (const client of this.clients) client.active = true;
  }

  /** A request that arrives after its answer was given up. */
  later(arrive: () => void): void {
    this.late.push({ at: this.nowMs + this.delay(), arrive });
  }

  wait(ms: number): void {
    this.nowMs += ms;
    for (const one of this.late.splice(0)) {
      if (one.at <= this.nowMs) one.arrive();
      else this.late.push(one);
    }
    const [client] = this.clients;
    if (client === undefined) return;
    const does = this.schedule.pick('verify', 'nothing', 'nothing', 'nothing', 'nothing', 'deactivate', 'reject');
    if (does === 'verify' && client.needs === undefined && client.state === 'waiting') client.state = 'verified';
    if (does === 'deactivate' && client.state === 'verified') client.active = false;
    if (does === 'reject' && client.needs === undefined && client.state === 'waiting') client.state = 'rejected';
  }
}
