import { z } from 'zod';
import { type ApprovalRule, DEFAULT_APPROVAL_MS, MOST_APPROVERS } from '../contract/approval';
import { FUNDING_KINDS } from '../contract/funding';
import { type Over, type WindowRule, withinMs } from '../contract/limits';
import { amount, assetId, durationMs, id } from './fields';

const MOST_RULES = 100;
/** Of movements that a rule counts up to. */
const MOST_COUNTED = 1_000_000;

/** A rule as it is written. Which fields go together is said by {@link readRule}. */
const writtenRule = z.strictObject({
  asset: assetId,
  from: amount.exactOptional(),
  fromNumber: z.int().min(2).max(MOST_COUNTED).exactOptional(),
  within: z.string().exactOptional(),
  approvers: z.int().min(1).max(MOST_APPROVERS).exactOptional(),
  refuse: z.literal(true).exactOptional(),
  kinds: z.array(z.enum(FUNDING_KINDS)).min(1).readonly().exactOptional(),
  provider: id.exactOptional(),
  expiresAfterMs: durationMs.exactOptional(),
});

type WrittenRule = z.output<typeof writtenRule>;

/** What is wrong with a rule: a field, and why, in words that follow its name. */
class Wrong {
  constructor(
    readonly field: keyof WrittenRule,
    readonly problem: string,
  ) {}
}

const approvalRule = writtenRule.transform((written, context): ApprovalRule => {
  const rule = readRule(written);
  if (!(rule instanceof Wrong)) return rule;
  context.issues.push({ code: 'custom', path: [rule.field], message: rule.problem, input: written });
  return z.NEVER;
});

function readRule(written: WrittenRule): ApprovalRule | Wrong {
  const { within, fromNumber, from, approvers, refuse, ...rest } = written;
  if (within !== undefined) return readWindowRule(written, within);
  if (fromNumber !== undefined) return new Wrong('fromNumber', 'counts nothing without within');
  if (refuse !== undefined) return new Wrong('refuse', 'is for rules that count: it needs within');
  if (from === undefined) return new Wrong('from', 'is required');
  if (approvers === undefined) return new Wrong('approvers', 'is required');
  return { ...rest, from, approvers };
}

function readWindowRule(written: WrittenRule, within: string): WindowRule | Wrong {
  const { asset, kinds, provider, from, fromNumber } = written;
  const ms = withinMs(within);
  if (ms === undefined) return new Wrong('within', 'must be minutes, hours or days up to 366d, such as 90m, 24h or 7d');
  if (from !== undefined && fromNumber !== undefined) return new Wrong('fromNumber', 'cannot stand beside from');
  const over = readOver(written);
  if (over instanceof Wrong) return over;
  const scope = {
    asset,
    ...(kinds === undefined ? {} : { kinds }),
    ...(provider === undefined ? {} : { provider }),
    within,
    withinMs: ms,
    over,
  };
  if (from !== undefined) return { ...scope, from: { by: 'sum', sum: from } };
  if (fromNumber !== undefined) return { ...scope, from: { by: 'number', number: fromNumber } };
  return new Wrong('within', 'has no limit: from or fromNumber says up to what is counted');
}

function readOver({ approvers, refuse, expiresAfterMs }: WrittenRule): Over | Wrong {
  if (refuse === undefined) {
    return approvers === undefined
      ? new Wrong('approvers', 'is required, unless refuse is true')
      : { is: 'asked', approvers, expiresAfterMs: expiresAfterMs ?? DEFAULT_APPROVAL_MS };
  }
  if (approvers !== undefined) return new Wrong('refuse', 'cannot stand beside approvers');
  return expiresAfterMs === undefined ? { is: 'refused' } : new Wrong('expiresAfterMs', 'cannot stand beside refuse');
}

/** A policy of approvals and limits (contract/approval.ts, ApprovalRule[]). */
export const approvalRulesSchema = z.array(approvalRule).max(MOST_RULES).readonly();
