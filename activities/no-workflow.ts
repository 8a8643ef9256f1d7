/** Whether Temporal says that it has no such workflow, or no such run any more. */
export function isNoWorkflow(error: unknown): boolean {
  return error instanceof Error && error.name === 'WorkflowNotFoundError';
}
