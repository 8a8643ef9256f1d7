import type { CallbackReceiver, CallbackVerdict } from '../callbacks';
import { parseJson } from '../http/answers';
import type { BackofficeConfig } from './config';
import { callbackBody } from './schemas';
import { refOfCallbackToken } from './tokens';

/**
 * Callbacks carry no signature (docs/providers/backoffice.md section 6): what proves one is the last segment of its
 * address, which only the back office was given. It names the ref, so that a callback finds its intent also where the
 * answer with the transfer's id was lost. What it says of amount and status is not read: the transfer is.
 */
export function callbackReceiver({ tokenSecret }: Pick<BackofficeConfig, 'tokenSecret'>): CallbackReceiver {
  return {
    verify({ pathToken, rawBody }): CallbackVerdict {
      const ref = pathToken === undefined ? undefined : refOfCallbackToken(pathToken, tokenSecret);
      if (ref === undefined) return { ok: false, status: 401, problem: 'the address carries no token of ours' };
      const parsed = callbackBody.safeParse(parseJson(rawBody));
      if (!parsed.success) return { ok: false, status: 400, problem: 'the body is not a callback' };
      const id = parsed.data.TransferId ?? parsed.data.Id;
      return { ok: true, hints: [{ ref, ...(id == null ? {} : { orderId: id }) }] };
    },
  };
}
