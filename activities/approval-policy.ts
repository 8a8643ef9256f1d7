import { createHash } from 'node:crypto';
import { canonicalPolicy, type ApprovalRule } from '../contract/approval';

/** SHA-256 of a policy of approvals in lower-case hex: the same for two policies that ask for the same. */
export function policySha256(rules: readonly ApprovalRule[]): string {
  return createHash('sha256').update(canonicalPolicy(rules)).digest('hex');
}
