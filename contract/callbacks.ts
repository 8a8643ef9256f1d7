/**
 * A provider's callback on its way to whom it concerns. A workflow of its own holds it: once that is started, the callback
 * is stored, and it is told however often worker and gateway die.
 */

/** Whom to tell that the provider has news. */
export interface NewsTarget {
  readonly workflowId: string;
  /** Where the news say the order is: where to look, never what is there. Left out where it may be another's. */
  readonly orderId?: string;
}

/** The one argument of `relayCallback`. Opaque ids, and nothing of what the callback says. */
export interface StoredCallback {
  readonly provider: string;
  readonly targets: readonly NewsTarget[];
}

/** What came of telling: those that are gone have ended, or never were. */
export interface RelayedCallback {
  readonly told: readonly string[];
  readonly gone: readonly string[];
}

/** The workflow type that relays a callback. It is no flow itself: it holds no client's and no intent's lock. */
export const RELAY_WORKFLOW_TYPE = 'relayCallback';

/** The lock of a callback: an event is relayed once, however often it is delivered. */
export function callbackWorkflowId(provider: string, eventKey: string): string {
  return `callback/${provider}/${eventKey}`;
}
