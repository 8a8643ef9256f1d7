import { DefaultFailureConverter, type PayloadConverter } from '@temporalio/common';
import { refusalIn, type PayloadRefused } from './payload-refusals';

type ErrorToFailure = DefaultFailureConverter['errorToFailure'];
type Failure = ReturnType<ErrorToFailure>;
type Context = Parameters<ErrorToFailure>[2];

/** Stands in the metadata of a payload that is part of an activity's failure, until the codec has taken it out. */
export const OF_A_FAILURE = 'gangway-failure';

/**
 * Puts messages and stacks of failures where the codec encrypts them. Left in clear: the type of a failure, which is a code,
 * and a failure of the codec itself, which holds nothing of a payload and must be read by whoever is to mend it.
 */
class EncodingFailureConverter extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true });
  }

  override errorToFailure(error: unknown, payloadConverter: PayloadConverter, context?: Context): Failure {
    const refusal = refusalIn(error);
    if (refusal !== undefined) return inClear(refusal);
    // Of a workflow task that failed in the SDK: no key is for it. The worker's log has the words.
    if (context === undefined) return { message: WORDLESS, source: SOURCE, stackTrace: '' };
    const failure = super.errorToFailure(error, payloadConverter, context);
    if (context.type === 'activity') markAll(failure);
    return failure;
  }
}

const SOURCE = 'TypeScriptSDK';
const WORDLESS = "The worker's log says why.";

/** An activity may only fail by a failure of this kind, and may be tried again. */
function inClear({ code, message }: PayloadRefused): Failure {
  return { message, source: SOURCE, stackTrace: '', applicationFailureInfo: { type: code, nonRetryable: false } };
}

function markAll({ encodedAttributes, applicationFailureInfo, cause }: Failure): void {
  for (const payload of [encodedAttributes, ...(applicationFailureInfo?.details?.payloads ?? [])]) {
    if (payload != null) payload.metadata = { ...payload.metadata, [OF_A_FAILURE]: new Uint8Array([1]) };
  }
  if (cause != null) markAll(cause);
}

/** Loaded by its name, by the SDK: in a process, and in the bundle of the workflows. */
export const failureConverter = new EncodingFailureConverter();
