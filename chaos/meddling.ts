import { Chance } from './chance';
import type { FaultRule } from './fault-plan';

/** What somebody with access to Temporal, or a caller who is not sure, does to a flow at a planned moment. */
export type Meddling = { readonly atMs: number; readonly workflowId: string } & (
  | ({ readonly what: 'reset' } & ResetPlan)
  /** Ended by hand, and asked for again; the flow goes on if somebody then takes it back, or stays ended. */
  | { readonly what: 'terminate'; readonly whileSending: boolean; readonly resumes?: ResetPlan }
  /** The server forgets a flow that had completed, as after its retention, and the same is asked for again. */
  | { readonly what: 'forget' }
  | { readonly what: 'ask-again' }
  | { readonly what: 'cancel' }
);

export interface ResetPlan {
  /** Which of its moments it goes back to: 0 is the first, 1 the latest. */
  readonly point: number;
  /** Whether while a send is under way, if one begins within a while. */
  readonly whileSending: boolean;
  /** Whether an earlier run of a flow that renewed its history is taken. */
  readonly earlierRun: boolean;
  /** Whether messages that came since are delivered to it again. */
  readonly reapplies: boolean;
}

/** A flow, and when it is asked for. */
export interface Meddled {
  readonly workflowId: string;
  readonly atMs: number;
  /** Whether the provider never shows its order: then nothing would be left of it if the server forgets it too. */
  readonly isHidden?: boolean;
}

/** Times up to the end of the faults: whatever is undone then can still be answered. */
export function planMeddling(seed: number, flows: readonly Meddled[], faultsMs: number): readonly Meddling[] {
  return flows.flatMap((flow) => meddlingsOf(seed, flow, faultsMs)).toSorted((one, other) => one.atMs - other.atMs);
}

/** Slows what is sent for flows that are taken back or ended while a send is under way, so that one is found there. */
export function slowSends(meddlings: readonly Meddling[]): readonly FaultRule[] {
  const refs = meddlings.flatMap((one) =>
    (one.what === 'reset' || one.what === 'terminate') && one.whileSending ? [one.workflowId.split('/')[2] ?? ''] : [],
  );
  return [...new Set(refs)].map((ref) => ({
    id: `planned-slow-send.${ref}`,
    operation: '*',
    kind: 'latency',
    match: { partner_order_ref: ref },
    times: 3,
    params: { ms: SLOW_MS },
  }));
}

/** Less than any worker waits for an answer. */
const SLOW_MS = 600;

function meddlingsOf(
  seed: number,
  { workflowId, atMs, isHidden = false }: Meddled,
  faultsMs: number,
): readonly Meddling[] {
  const chance = new Chance(seed, `meddling with ${workflowId}`);
  const sometime = (): number => {
    const later = chance.pick(chance.whole(50, 2_500), chance.whole(2_500, 30_000), chance.whole(10_000, faultsMs));
    return Math.min(atMs + later, Math.max(atMs, Math.round(faultsMs * 0.98)));
  };
  const reset = (): ResetPlan => ({
    point: chance.pick(chance.real(), chance.real(), 0, 1),
    whileSending: chance.happens(0.4),
    earlierRun: chance.happens(0.2),
    reapplies: chance.happens(0.5),
  });
  const resets = chance.weighted([
    [84, 0],
    [12, 1],
    [4, 2],
  ]);
  const terminatesSending = chance.happens(0.7);
  const isForgotten = (): boolean => chance.happens(0.05) && !isHidden;
  return [
    ...Array.from({ length: resets }, (): Meddling => {
      const plan = reset();
      // One that waits for a send waits from the beginning.
      return { atMs: plan.whileSending ? atMs : sometime(), workflowId, what: 'reset', ...plan };
    }),
    ...(chance.happens(0.06)
      ? [
          {
            // One that waits for a send waits from the beginning.
            atMs: terminatesSending ? atMs : sometime(),
            workflowId,
            what: 'terminate',
            whileSending: terminatesSending,
            ...(chance.happens(0.8) ? { resumes: reset() } : {}),
          } as const,
        ]
      : []),
    ...(isForgotten() ? [{ atMs: sometime(), workflowId, what: 'forget' } as const] : []),
    ...(chance.happens(0.1) ? [{ atMs: sometime(), workflowId, what: 'ask-again' } as const] : []),
    ...(chance.happens(0.05) ? [{ atMs: sometime(), workflowId, what: 'cancel' } as const] : []),
  ];
}
