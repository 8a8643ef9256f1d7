import type { ChaosKit } from './kit';

/** Callbacks of a sandbox that takes their address as a setting: a worker has to know nothing of it. */
export function webhookTo(provider: string): ChaosKit['callbacks'] {
  return async (gatewayUrl, control) => {
    await control.post('/settings', { webhook_url: `${gatewayUrl}/callbacks/${provider}` });
    return {};
  };
}
