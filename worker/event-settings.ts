import { secretsOf } from '../client/gateway/webhook-signature';
import { readNetwork, type NetworkSettings } from '../providers/http/network';
import { holdsCredentials, isOpenToEavesdroppers, readSecret } from '../providers/http/settings';

/** Where a partner is told of what happens, and what that is signed with. */
export interface EventSettings {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly network: NetworkSettings;
}

/**
 * Reads GANGWAY_EVENTS_URL, and GANGWAY_EVENTS_SECRETS or GANGWAY_EVENTS_SECRETS_FILE: `whsec_...`, two while one is
 * rotated; and HTTPS_PROXY, NO_PROXY and GANGWAY_CA_FILE, by which the address is reached. Without one nobody is told anything.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function readEventSettings(env: NodeJS.ProcessEnv, problems: string[]): EventSettings | undefined {
  const url = env['GANGWAY_EVENTS_URL'] ?? '';
  if (url === '') return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    problems.push('GANGWAY_EVENTS_URL must be a URL of https:');
  } else if (holdsCredentials(new URL(url))) {
    problems.push('GANGWAY_EVENTS_URL must not hold a user name or a password: what is sent is signed instead');
  } else if (isOpenToEavesdroppers(new URL(url))) {
    problems.push('GANGWAY_EVENTS_URL must be a URL of https:, unless it is of this machine');
  }
  const network = readNetwork(env, (variable, problem) => problems.push(`${variable} ${problem}`));
  const given = readSecret(env, 'GANGWAY_EVENTS_SECRETS');
  if ('problem' in given) {
    problems.push(`${given.variable} ${given.problem}`);
    return undefined;
  }
  return { url, network, secrets: secretsOf(given.text, given.variable, problems) };
}
