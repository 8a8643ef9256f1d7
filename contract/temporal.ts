/** Temporal's own words that both the workflows and their callers know. */
export { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
export type { UpdateDefinition } from '@temporalio/common';
