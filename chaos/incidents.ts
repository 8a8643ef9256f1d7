import { Chance } from './chance';
import { phasesOf, type ChaosOptions } from './options';
import type { LinkState } from './tcp-proxy';

/** Something that breaks at a planned moment. Workers are named by their number, from 0. */
export type Incident = { readonly atMs: number } & (
  | { readonly what: 'worker-kill'; readonly workers: readonly number[]; readonly downMs: number }
  /** The process stands still, as a machine that is paused does, and then goes on. */
  | { readonly what: 'worker-freeze'; readonly worker: number; readonly forMs: number }
  | { readonly what: 'server-kill'; readonly downMs: number }
  /** The server's database is copied; a restore puts back what was copied last. */
  | { readonly what: 'server-backup' }
  | { readonly what: 'server-restore' }
  | {
      readonly what: 'link';
      readonly link: 'server' | 'provider';
      readonly worker: number;
      readonly state: LinkState;
      readonly forMs: number;
    }
);

const LINK_INCIDENT_EVERY_MS = 15_000;
const FREEZE_EVERY_MS = 60_000;

/** When what breaks; the same options give the same times. */
export function planIncidents(
  options: Pick<ChaosOptions, 'seed' | 'minutes' | 'workers' | 'workerKills' | 'serverKills' | 'restores'>,
): readonly Incident[] {
  const { seed, workers } = options;
  const { faultsMs } = phasesOf(options);
  const every = (everyMs: number): number => Math.max(1, Math.round(faultsMs / everyMs));
  const anyWorker = (chance: Chance): number => chance.whole(0, workers - 1);
  const all = Array.from({ length: workers }, (_, index) => index);
  return [
    ...spread(seed, 'worker kills', options.workerKills, faultsMs, (atMs, chance): Incident => ({
      atMs,
      what: 'worker-kill',
      workers: chance.happens(0.15) ? all : [anyWorker(chance)],
      downMs: chance.whole(200, 4_000),
    })),
    ...spread(seed, 'server kills', options.serverKills, faultsMs, (atMs, chance): Incident => ({
      atMs,
      what: 'server-kill',
      downMs: chance.whole(200, 4_000),
    })),
    ...spread(seed, 'freezes', every(FREEZE_EVERY_MS), faultsMs, (atMs, chance, index): Incident => ({
      atMs,
      what: 'worker-freeze',
      worker: anyWorker(chance),
      // The first, and one in four, for longer than an attempt of an activity has: another worker takes over meanwhile.
      forMs: index % 4 === 0 ? chance.whole(32_000, 40_000) : chance.whole(500, 4_000),
    })),
    ...spread(seed, 'links', every(LINK_INCIDENT_EVERY_MS), faultsMs, (atMs, chance): Incident => ({
      atMs,
      what: 'link',
      worker: anyWorker(chance),
      ...(chance.happens(0.5) ? serverLink(chance) : providerLink(chance)),
    })),
    ...restores(seed, options.restores, faultsMs),
  ].sort((one, other) => one.atMs - other.atMs);
}

/** Each in a part of the time of its own: a backup early in it, and late in it the restore. */
function restores(seed: number, count: number, faultsMs: number): readonly Incident[] {
  const chance = new Chance(seed, 'restores');
  const part = (faultsMs * 0.9) / Math.max(1, count);
  return Array.from({ length: count }, (_, index) => index * part).flatMap((from): readonly Incident[] => [
    { atMs: Math.round(from + part * (0.1 + 0.3 * chance.real())), what: 'server-backup' },
    { atMs: Math.round(from + part * (0.7 + 0.25 * chance.real())), what: 'server-restore' },
  ]);
}

/** Evenly over the time, each somewhere in its own part of it. */
function spread(
  seed: number,
  name: string,
  count: number,
  faultsMs: number,
  make: (atMs: number, chance: Chance, index: number) => Incident,
): readonly Incident[] {
  const chance = new Chance(seed, name);
  const part = (faultsMs * 0.95) / Math.max(1, count);
  return Array.from({ length: count }, (_, index) => make(Math.round((index + chance.real()) * part), chance, index));
}

type LinkIncident = Pick<Extract<Incident, { readonly what: 'link' }>, 'link' | 'state' | 'forMs'>;

function serverLink(chance: Chance): LinkIncident {
  return {
    link: 'server',
    state: anyState(chance),
    forMs: chance.whole(500, 12_000),
  };
}

/**
 * A stalled line delivers late by no more than the stall. That stays within the window that the connector
 * declares for look-ups, because an upload that arrives after it is indistinguishable from a second one.
 */
function providerLink(chance: Chance): LinkIncident {
  const state = anyState(chance);
  return {
    link: 'provider',
    state,
    forMs: state.is === 'stalled' ? chance.whole(500, 2_500) : chance.whole(500, 8_000),
  };
}

function anyState(chance: Chance): LinkState {
  return chance.weighted<LinkState>([
    [3, { is: 'cut' }],
    [2, { is: 'stalled' }],
    [2, { is: 'slow', delayMs: chance.whole(50, 400) }],
    [1, { is: 'thin', bytesPerSecond: chance.whole(20_000, 100_000) }],
  ]);
}
