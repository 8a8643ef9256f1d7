import { whyUnanswered } from '../http/answers';
import type { Finding } from '../port';
import { ProviderError } from '../provider-error';
import { BackofficeApi } from './client';
import type { BackofficeConfig } from './config';

/** Tries settings with reads that change nothing: the way there, the credentials, and whether lists may be read. */
export async function diagnose(config: BackofficeConfig): Promise<readonly Finding[]> {
  const api = new BackofficeApi(config);
  try {
    return [await checkAccess(api, config), checkCallbacks(config)];
  } finally {
    await api.close();
  }
}

async function checkAccess(api: BackofficeApi, config: BackofficeConfig): Promise<Finding> {
  const check = 'access';
  try {
    await api.transfers(Date.now());
    return { check, state: 'ok', found: `signed in as ${config.clientId}, and the list of transfers can be read` };
  } catch (error) {
    const failed = error instanceof ProviderError ? error : undefined;
    const code = failed?.code ?? 'an unknown failure';
    if (code === 'AUTH') {
      const todo =
        'Check BACKOFFICE_CLIENT_ID, its secret, BACKOFFICE_USERNAME, its password, and the role of that user.';
      return { check, state: 'fail', found: `${failed?.operation ?? 'the call'} was refused: the credentials`, todo };
    }
    const todo = 'Check BACKOFFICE_BASE_URL, the network, and whether this address may call.';
    return {
      check,
      state: 'fail',
      found: `${config.origin} does not answer as expected: ${whyUnanswered(error)}`,
      todo,
    };
  }
}

function checkCallbacks({ callbacks }: BackofficeConfig): Finding {
  const check = 'callbacks';
  if (callbacks !== undefined) {
    return { check, state: 'ok', found: 'an address for callbacks is sent with every transfer' };
  }
  const todo =
    'Set BACKOFFICE_CALLBACK_URL and BACKOFFICE_CALLBACK_SECRET if callbacks can arrive: a lost answer is found sooner by them.';
  return { check, state: 'warn', found: 'no address for callbacks is set; transfers are polled', todo };
}
