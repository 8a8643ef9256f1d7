/**
 * Identifiers: what an id may be, and the workflow ids that act as locks.
 *
 * Ids are shown in clear in the Temporal UI, in search attributes and in logs, so they must be opaque: a caller's
 * own reference, never a name, an email or an account number.
 */

/** Separates a fundingId from the attempt number in a ref; refused inside every id (see refs.ts). */
export const REF_ATTEMPT_SEPARATOR = '~';

/**
 * The characters an id may have. Narrower than any provider demands: nothing here needs percent-encoding in a path,
 * so that a signature over the path cannot depend on how it was encoded (CoinMENA reference, section 2.2).
 */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** The longest id accepted, in characters (CoinMENA reference, section 5.2: 255). */
export const MAX_ID_LENGTH = 255;

/** Why `id` is not acceptable, in words that follow the field's name, or undefined if it is. */
export function idProblem(id: unknown): string | undefined {
  if (typeof id !== 'string') return 'must be a string';
  if (id.length === 0) return 'must not be empty';
  if (id.length > MAX_ID_LENGTH) return `must have at most ${MAX_ID_LENGTH} characters`;
  if (!ID_PATTERN.test(id)) {
    return "may hold letters, digits, '.', '_' and '-' only, and must begin with a letter or a digit";
  }
  return undefined;
}

/** The lock of a client's onboarding: one running workflow per client and provider. */
export function onboardingWorkflowId(provider: string, partnerClientId: string): string {
  return `onboarding/${provider}/${partnerClientId}`;
}

/** The lock of an intent: one workflow ever, within retention, per fundingId and provider. */
export function fundingWorkflowId(provider: string, fundingId: string): string {
  return `funding/${provider}/${fundingId}`;
}

/** The lock of money that arrived: one deposit is never taken for two that were expected. The id is the provider's. */
export function receivedDepositWorkflowId(provider: string, depositId: string): string {
  return `received/${provider}/${depositId}`;
}
