import { patched } from '@temporalio/workflow';

/** Whether people's decisions and the begin of a batch are entered in the book: from the version on that has one for them. */
export const entersInTheBook = (): boolean => patched('enters-in-the-book');
