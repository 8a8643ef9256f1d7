import { patched } from '@temporalio/workflow';

/** Whether people's decisions and the begin of a batch are entered in the book: from the version on that has one for them. */
export const entersInTheBook = (): boolean => patched('enters-in-the-book');

/** Whether a cancel that came through the server is entered in the book. */
export const entersServerCancels = (): boolean => patched('enters-server-cancels');
