import { secretsOf } from '../client/gateway/webhook-signature';
import { readSecret } from '../providers/http/settings';

const NAME = 'GANGWAY_REQUESTER_SECRETS';

/**
 * Reads GANGWAY_REQUESTER_SECRETS or GANGWAY_REQUESTER_SECRETS_FILE: what proves who asked for a movement, the same as
 * the gateway's. If neither is set no requester is proven.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function readRequesterSecrets(env: NodeJS.ProcessEnv, problems: string[]): readonly string[] {
  if ([NAME, `${NAME}_FILE`].every((name) => (env[name] ?? '') === '')) return [];
  const given = readSecret(env, NAME);
  if ('problem' in given) {
    problems.push(`${given.variable} ${given.problem}`);
    return [];
  }
  const before = problems.length;
  const secrets = secretsOf(given.text, NAME, problems);
  if (secrets.length === 0 && problems.length === before) {
    problems.push(`${given.variable} must hold a secret, or not be set`);
  }
  return secrets;
}
