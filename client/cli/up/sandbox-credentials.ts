/**
 * The partner that the sandbox knows. The key is the public RFC 8032 TEST 1 key: everybody knows it, so it opens
 * nothing but a sandbox.
 */
const PARTNER_ID = 'sandbox-partner';
const PRIVATE_KEY_SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const PUBLIC_KEY = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

/** The sandbox's arguments that make it know the partner. */
export const SANDBOX_ARGUMENTS: readonly string[] = ['--partner-id', PARTNER_ID, '--public-key', PUBLIC_KEY];

/** The connector's variables that make it that partner. */
export function sandboxCredentials(url: string): Readonly<Record<string, string>> {
  return { COINMENA_BASE_URL: url, COINMENA_PARTNER_ID: PARTNER_ID, COINMENA_PRIVATE_KEY: PRIVATE_KEY_SEED };
}
