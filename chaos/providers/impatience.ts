import { SETTLE_WINDOW_MS } from '../../providers/backoffice/assumptions';

/**
 * How long the back office's lists may miss a transfer here. Minutes in production; shorter than a request of the
 * campaign can be late, so that a person is asked while it is still on its way.
 */
const WINDOW_MS = 6_000;

Object.assign(SETTLE_WINDOW_MS, { value: WINDOW_MS });
