import type { CallbackReceiver, CallbackVerdict } from '../callbacks';
import { parseJson } from '../http/answers';
import type { CallbackAddress } from './config';
import { callbackBody } from './schemas';
import { refOfCallbackToken } from './tokens';

/**
 * Callbacks carry no signature (docs/providers/backoffice.md section 6): the last segment of its address proves one,
 * because only the back office was given it. It names the ref, so that a callback finds its intent even if the answer
 * with the transfer's id was lost. Its amount and status are not read; the transfer is.
 */
export function callbackReceiver({ secret }: Pick<CallbackAddress, 'secret'>): CallbackReceiver {
  return {
    verify({ pathToken, rawBody }): CallbackVerdict {
      const ref = pathToken === undefined ? undefined : refOfCallbackToken(pathToken, secret);
      if (ref === undefined) return { ok: false, status: 401, problem: 'the address carries no token of ours' };
      const parsed = callbackBody.safeParse(parseJson(rawBody));
      if (!parsed.success) return { ok: false, status: 400, problem: 'the body is not a callback' };
      const id = parsed.data.TransferId ?? parsed.data.Id;
      return { ok: true, hints: [{ ref, ...(id == null ? {} : { orderId: id }) }] };
    },
  };
}
