import { z } from 'zod';
import { Problem } from './errors';

/**
 * Operation authorization evidence, demanded for money out, refunds and conversions (Getting Started page). That
 * missing or mismatched evidence is refused is stated (Errors page); what it holds is unknown [?].
 */
const schema = z.looseObject({
  operation: z.string(),
  partnerReference: z.string(),
  asset: z.string(),
  amount: z.string(),
  approvedBy: z.string().min(1),
  approvedAt: z.iso.datetime({ offset: true }),
  evidenceReference: z.string().min(1),
});

export interface ApprovedOperation {
  readonly operation: string;
  readonly partnerReference: string;
  readonly asset: string;
  readonly amount: string;
}

/** @throws Problem PARTNER_OPERATION_NOT_APPROVED if the evidence is missing, or of another operation */
export function requireApproval(evidence: unknown, operation: ApprovedOperation): void {
  const parsed = schema.safeParse(evidence);
  const matches =
    parsed.success &&
    Object.entries(operation).every(([name, value]: [string, unknown]) => parsed.data[name] === value);
  if (matches) return;
  throw new Problem('PARTNER_OPERATION_NOT_APPROVED', 'The authorization evidence is missing or does not match.');
}
