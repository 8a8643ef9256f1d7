import { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;
const { EVENT_TYPE_WORKFLOW_TASK_STARTED } = temporal.api.enums.v1.EventType;

/** A history as a worker sees it that takes the workflow over there. */
export interface Prefix {
  /** The last event that there is. */
  readonly events: number;
  readonly history: History;
}

/**
 * The history as it was each time a worker was handed the workflow: up to every start of a workflow task. A worker that
 * has lost everything, or never had it, begins from exactly this.
 */
export function prefixesOf({ events = [] }: History): readonly Prefix[] {
  const all = events ?? [];
  return all.flatMap(({ eventType }, index) =>
    eventType === EVENT_TYPE_WORKFLOW_TASK_STARTED
      ? [{ events: index + 1, history: { events: all.slice(0, index + 1) } }]
      : [],
  );
}
