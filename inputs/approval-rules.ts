import { z } from 'zod';
import { MOST_APPROVERS } from '../contract/approval';
import { FUNDING_KINDS } from '../contract/funding';
import { amount, assetId, durationMs, id } from './fields';

const MOST_RULES = 100;

const approvalRule = z.strictObject({
  asset: assetId,
  from: amount,
  approvers: z.int().min(1).max(MOST_APPROVERS),
  kinds: z.array(z.enum(FUNDING_KINDS)).min(1).readonly().exactOptional(),
  provider: id.exactOptional(),
  expiresAfterMs: durationMs.exactOptional(),
});

/** A policy of approvals (contract/approval.ts, ApprovalRule[]). */
export const approvalRulesSchema = z.array(approvalRule).max(MOST_RULES).readonly();
