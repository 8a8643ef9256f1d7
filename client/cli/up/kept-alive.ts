import type { Child } from './child';

/** A process that dies more often than this in the time below dies of what starting it again does not mend. */
const MOST_DEATHS = 3;
const WITHIN_MS = 60_000;

export interface KeepOptions<Ready> {
  /** @param before what it said when it was ready first: whoever reaches it must find it there again */
  start(before: Ready | undefined): Promise<Child<Ready>>;
  /** Told of a death, before it is started again. */
  died(why: string): void;
  /** Told once it is ready again. */
  back(child: Child<Ready>): void;
}

/**
 * Starts a process, and starts it again when it dies. Its `died` settles when it dies too often, or does not become ready
 * again.
 *
 * @throws as `startChild` does, if it does not become ready the first time
 */
export async function keepAlive<Ready>(options: KeepOptions<Ready>): Promise<Child<Ready>> {
  const first = await options.start(undefined);
  const state = { child: first, stopping: false };
  return {
    ready: first.ready,
    get pid() {
      return state.child.pid;
    },
    died: tooOften(),
    stop: async () => {
      state.stopping = true;
      await state.child.stop();
    },
  };

  async function tooOften(): Promise<string> {
    let deaths: readonly number[] = [];
    for (;;) {
      const why = await state.child.died;
      deaths = [...deaths.filter((at) => Date.now() - at < WITHIN_MS), Date.now()];
      if (deaths.length > MOST_DEATHS) return `${why}\nIt died ${deaths.length} times within a minute.`;
      options.died(why);
      try {
        const child = await options.start(first.ready);
        state.child = child;
        if (state.stopping) await child.stop();
        else options.back(child);
      } catch (error) {
        return error instanceof Error ? error.message : why;
      }
    }
  }
}
