/**
 * A provider's callback on its way to those whom it concerns. It has a workflow of its own: once that is started, the
 * callback is stored, and is delivered however often worker and gateway die.
 */

/** The signal that tells a flow so, by name. */
export const PROVIDER_HAS_NEWS = 'providerHasNews';

/** Whom to tell that the provider has news. */
export interface NewsTarget {
  readonly workflowId: string;
  /** Where the news say the order is: where to look, never what is there. Left out if it may be another's. */
  readonly orderId?: string;
}

/** The one argument of `relayCallback`. Opaque ids, and nothing of what the callback says. */
export interface StoredCallback {
  readonly provider: string;
  readonly targets: readonly NewsTarget[];
}

/** What came of telling them: those that are gone have ended, or never existed. */
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
