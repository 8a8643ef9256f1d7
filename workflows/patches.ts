import { patched } from '@temporalio/workflow';

/** Whether people's decisions and the begin of a batch are entered in the book: from the version on that has one for them. */
export const entersInTheBook = (): boolean => patched('enters-in-the-book');

/** Whether what partners are told goes out from the book: from the version on that has an outbox. */
export const tellsFromTheOutbox = (): boolean => patched('tells-from-the-outbox');

/** Whether an event that the partner did not take is put aside: since then too. */
export const putsEventsAside = (): boolean => patched('puts-events-aside');

/** Whether a cancel that came through the server is entered in the book. */
export const entersServerCancels = (): boolean => patched('enters-server-cancels');

/** Whether an intent that nothing was told of by the book asks it before it ends: an earlier run may have sent it. */
export const asksBeforeItEnds = (): boolean => patched('asks-before-it-ends');
