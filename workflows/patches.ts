import { patched } from '@temporalio/workflow';

/** Changes that running workflows may meet in their middle (docs/change-a-workflow.md). */

/** An onboarding renews a long history once its question is answered; from before, when the question comes up. */
export const asksBeforeRenewal = (): boolean => patched('asks-before-renewal');
