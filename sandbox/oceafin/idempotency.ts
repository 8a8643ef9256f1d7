import { sha256Of } from '../http/blobs';
import { jsonAnswer, type Answer } from '../http/answer';
import { Refusal } from '../http/refusal';
import { headerOf, isMutation } from './auth';
import { MAX_KEY } from './config';
import type { Call, Handler } from './context';
import { Problem, problemAnswer } from './errors';
import type { Part, StoredAnswer } from './records';

/**
 * Does an operation, once for each Idempotency-Key: the same key with the same body answers with what was answered
 * first, with another body with a conflict (Authentication page). Successes and refusals on the merits are kept;
 * refused credentials and 5xx never are [I]. The operation's effect and its answer are one change, so that requests
 * with one key behave as if they came one after the other.
 */
export function answerCall(handler: Handler, call: Call): Answer {
  if (!isMutation(call.received)) return worked(handler, call);
  const key = headerOf(call.received, 'Idempotency-Key') ?? '';
  if (key.length > MAX_KEY) {
    const tooLong = [{ field: 'Idempotency-Key', message: `must have at most ${MAX_KEY} characters` }];
    throw new Problem('SANDBOX_VALIDATION_FAILED', 'The Idempotency-Key is too long.', tooLong);
  }
  const bodyHash = sha256Of(call.received.body);
  const stored = call.sandbox.store.answer(key);
  if (stored === undefined) return worked(handler, call, { key, bodyHash });
  if (stored.bodyHash !== bodyHash) {
    throw new Problem('PARTNER_IDEMPOTENCY_CONFLICT', 'The key was used with another request body.');
  }
  return { status: stored.status, headers: { 'content-type': stored.type }, body: Buffer.from(stored.body, 'utf8') };
}

function worked(handler: Handler, call: Call, keyed?: Pick<StoredAnswer, 'key' | 'bodyHash'>): Answer {
  const { store, webhooks } = call.sandbox;
  try {
    const { status, body, parts = [], events = [] } = handler(call);
    const answer = jsonAnswer(status, body);
    store.commit([...parts, ...storedAnswer(answer, keyed)]);
    for (const event of events) webhooks.send(event);
    return answer;
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500) throw error;
    const answer = problemAnswer(error, call.requestId);
    store.commit(storedAnswer(answer, keyed));
    return answer;
  }
}

function storedAnswer(answer: Answer, keyed: Pick<StoredAnswer, 'key' | 'bodyHash'> | undefined): readonly Part[] {
  if (keyed === undefined) return [];
  const { status, headers, body } = answer;
  return [
    {
      part: 'answer',
      answer: { ...keyed, status, type: headers['content-type'] ?? '', body: body.toString('utf8') },
    },
  ];
}
