import { SENT_BY_ANOTHER_RUN } from '../contract/send-log';
import { LOOK_BEFORE_SEND_MS } from '../contract/timeouts';
import { ProviderError } from '../providers/provider-error';
import { lookedInVain, Refusal } from './refusal';

/** What an operation is called in what is told of a write that was not made, because another run may have made it. */
export type InAnotherRun = typeof SENT_BY_ANOTHER_RUN | 'uploadInAnotherRun';

/** A write that was not made, because another run of the workflow may have made it: it is looked for instead. */
export function mayBeMadeElsewhere(provider: string, operation: InAnotherRun): ProviderError {
  return new ProviderError('OUTCOME_UNKNOWN', { provider, operation });
}

function isMadeElsewhere({ operation }: ProviderError): boolean {
  return operation === SENT_BY_ANOTHER_RUN || operation === 'uploadInAnotherRun';
}

/**
 * Reads within the time that a write has for it. What goes wrong in it, or takes longer, leaves the write unmade: that is
 * certain, whatever the error says of itself.
 */
export async function beforeSending<Result>(look: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(LOOK_BEFORE_SEND_MS);
  try {
    const seen = await look(signal);
    if (signal.aborted) throw lookedInVain();
    return seen;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error instanceof Refusal ? error : lookedInVain();
    if (isMadeElsewhere(error) || error.outcome === 'not-applied') throw error;
    const { code, provider, operation, retryAfterMs } = error;
    throw new ProviderError(code === 'OUTCOME_UNKNOWN' ? 'UNREACHABLE' : code, {
      provider,
      operation,
      outcome: 'not-applied',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}
