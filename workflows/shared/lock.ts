import { workflowInfo } from '@temporalio/workflow';
import { invalidRequest } from './failures';

/**
 * A workflow's id is the lock of what it is about.
 *
 * @param why what the id is, in words, for whoever chose another id
 * @throws ApplicationFailure INVALID_REQUEST if the id is not `lock`
 */
export function requireLock(lock: string, why?: string): void {
  if (workflowInfo().workflowId === lock) return;
  const because = why === undefined ? '' : `, because it is ${why}`;
  throw invalidRequest([{ field: 'workflowId', problem: `must be ${lock}${because}` }]);
}
