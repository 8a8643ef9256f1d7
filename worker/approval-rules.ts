import { z } from 'zod';
import { MOST_APPROVERS, type ApprovalRule } from '../contract/approval';
import { FUNDING_KINDS } from '../contract/funding';
import { idProblem } from '../contract/ids';
import { amountProblem } from '../contract/money';
import { MESSAGE_BOUNDS, readJsonText } from '../inputs';

const MOST_RULES = 100;
/** The finest that any asset is counted in. */
const MOST_DECIMALS = 18;
const ONE_SECOND_MS = 1_000;
const ONE_YEAR_MS = 365 * 24 * 3_600 * ONE_SECOND_MS;

const id = z.string().refine((text) => idProblem(text) === undefined, 'must be an id');

const approvalRule = z.strictObject({
  asset: id,
  from: z
    .string('must be a decimal in a string, such as "10000"')
    .refine((text) => amountProblem(text, MOST_DECIMALS) === undefined, 'must be a decimal above 0, such as "10000"'),
  approvers: z.int().min(1).max(MOST_APPROVERS),
  kinds: z.array(z.enum(FUNDING_KINDS)).min(1).readonly().exactOptional(),
  provider: id.exactOptional(),
  expiresAfterMs: z.int().min(ONE_SECOND_MS).max(ONE_YEAR_MS).exactOptional(),
});

/** The policy of approvals, from JSON. A rule that cannot be read refuses them all: money must not pass by a typo. */
export const approvalRules = z.string().transform((text, context): readonly ApprovalRule[] => {
  const parsed = z.array(approvalRule).max(MOST_RULES).safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    const where = path.map(String).join('.');
    context.addIssue({
      code: 'custom',
      message: where === '' ? 'must be a JSON list of rules' : `${where}: ${message}`,
    });
  }
  return z.NEVER;
});

function jsonOf(text: string): unknown {
  const read = readJsonText(text, MESSAGE_BOUNDS);
  return read.ok ? read.value : undefined;
}
