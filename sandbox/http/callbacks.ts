import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Firing } from './fault-engine';
import { milliseconds, ruleBase } from './fault-rules';

/** Callbacks and webhooks that a provider sends out, with what goes wrong with them. */

/** The operation that rules about callbacks name. */
export const CALLBACK_OPERATION = 'callback';

const callbackRule = { ...ruleBase, operation: z.enum([CALLBACK_OPERATION, '*']).default(CALLBACK_OPERATION) };
const nothing = z.strictObject({}).prefault({});

/** The rules of what can go wrong with a callback; a rule strikes a callback once, before its first delivery. */
export const callbackFaultRules = [
  z.strictObject({ ...callbackRule, kind: z.literal('callback-lost'), params: nothing }),
  z.strictObject({
    ...callbackRule,
    kind: z.literal('callback-duplicated'),
    params: z.strictObject({ copies: z.int().min(2).max(20).default(2) }).prefault({}),
  }),
  z.strictObject({ ...callbackRule, kind: z.literal('callback-late'), params: z.strictObject({ ms: milliseconds }) }),
  /** Held back until the next callback has been sent, and sent after it. */
  z.strictObject({ ...callbackRule, kind: z.literal('callback-reordered'), params: nothing }),
  z.strictObject({ ...callbackRule, kind: z.literal('callback-bad-signature'), params: nothing }),
] as const;
export type CallbackFaultRule = z.output<(typeof callbackFaultRules)[number]>;

export const CALLBACK_KINDS = [
  'callback-lost',
  'callback-duplicated',
  'callback-late',
  'callback-reordered',
  'callback-bad-signature',
] as const;

export interface OutgoingCallback {
  /** What it is about, for whoever reads the log. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly url: string;
  readonly body: Buffer;
  /** Headers of one delivery, signature included; a wrong one if `spoiled`. */
  readonly headers: (spoiled: boolean) => Readonly<Record<string, string>>;
}

/** One delivery, or what became of a callback that had none. */
export interface CallbackDelivery {
  readonly about: OutgoingCallback['about'];
  readonly url: string;
  /** 1 for the first; more if the receiver did not take it. 0 if it was never sent. */
  readonly attempt: number;
  /** The receiver's HTTP status; null if it did not answer. */
  readonly status: number | null;
  readonly faults: readonly CallbackFaultRule['kind'][];
}

interface CallbackOptions {
  /** How long after a delivery that was not answered with 2xx the next one comes, in milliseconds; none: no other. */
  readonly retryAfterMs: readonly number[];
  readonly closing: AbortSignal;
}

const RECEIVER_HAS_MS = 5_000;
/** A callback that is held back for the next one is sent alone if none comes. */
const LONGEST_HOLD_MS = 3_000;
const KEPT_DELIVERIES = 1_000;

/** Sends callbacks, one after the other for each address, and keeps a log. */
export class Callbacks {
  private log: CallbackDelivery[] = [];
  private held: (() => void)[] = [];
  private readonly turns = new Map<string, Promise<void>>();

  constructor(private readonly options: CallbackOptions) {}

  /** Sends a callback when its turn comes; what goes wrong is in the log, never thrown. */
  send(callback: OutgoingCallback, firings: readonly Firing<CallbackFaultRule>[]): void {
    const rules = firings.map(({ rule }) => rule);
    const faults = rules.map(({ kind }) => kind);
    if (faults.includes('callback-lost')) {
      this.note({ about: callback.about, url: callback.url, attempt: 0, status: null, faults });
      return;
    }
    const delayMs = rules.reduce((sum, rule) => (rule.kind === 'callback-late' ? sum + rule.params.ms : sum), 0);
    const copies = rules.reduce((most, rule) => (rule.kind === 'callback-duplicated' ? rule.params.copies : most), 1);
    const work = async (): Promise<void> => {
      for (let copy = 0; copy < copies; copy += 1) await this.deliver(callback, faults);
    };
    if (faults.includes('callback-reordered')) this.hold(work);
    else if (delayMs > 0) this.later(delayMs, work);
    else this.inTurn(callback.url, work);
  }

  /** The latest last. */
  deliveries(): readonly CallbackDelivery[] {
    return this.log;
  }

  reset(): void {
    this.log = [];
    this.held = [];
  }

  private inTurn(url: string, work: () => Promise<void>): void {
    const origin = new URL(url).origin;
    const turn = (this.turns.get(origin) ?? Promise.resolve())
      .then(work)
      .then(() => this.releaseHeld())
      .catch(() => undefined);
    this.turns.set(origin, turn);
  }

  private later(ms: number, work: () => Promise<void>): void {
    sleep(ms, undefined, { signal: this.options.closing, ref: false })
      .then(work)
      .then(() => this.releaseHeld())
      .catch(() => undefined);
  }

  private hold(work: () => Promise<void>): void {
    const release = new Promise<void>((resolve) => {
      this.held.push(resolve);
    });
    const longest = sleep(LONGEST_HOLD_MS, undefined, { signal: this.options.closing, ref: false });
    Promise.race([release, longest])
      .then(work)
      .catch(() => undefined);
  }

  private releaseHeld(): void {
    const held = this.held;
    this.held = [];
    for (const release of held) release();
  }

  /** Delivers once, and again later if the receiver did not take it. */
  private async deliver(callback: OutgoingCallback, faults: CallbackDelivery['faults'], attempt = 1): Promise<void> {
    const status = await this.post(callback, faults.includes('callback-bad-signature'));
    this.note({ about: callback.about, url: callback.url, attempt, status, faults });
    const pause = this.options.retryAfterMs[attempt - 1];
    const taken = status !== null && status >= 200 && status < 300;
    if (!taken && pause !== undefined) this.later(pause, () => this.deliver(callback, faults, attempt + 1));
  }

  private async post({ url, body, headers }: OutgoingCallback, spoiled: boolean): Promise<number | null> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers(spoiled) },
        body: new Uint8Array(body),
        redirect: 'manual',
        signal: AbortSignal.any([this.options.closing, AbortSignal.timeout(RECEIVER_HAS_MS)]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return null;
    }
  }

  private note(delivery: CallbackDelivery): void {
    this.log = [...this.log, delivery].slice(-KEPT_DELIVERIES);
  }
}
