import { readClamdSettings } from '../../../inputs/clamd-settings';
import type { Finding } from '../../../providers/port';
import { askSocket } from '../../../system/ask-socket';

/** Whether the virus scanner that workers would ask answers (PING of clamd(8)); nothing if none is set. */
export async function checkScanner(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const problems: string[] = [];
  const settings = readClamdSettings(env, problems);
  const check = 'virus scanner';
  if (problems.length > 0) {
    return [{ check, state: 'fail', found: problems.join('; '), todo: 'Correct these variables.' }];
  }
  if (settings === undefined) return [];
  const where = env['GANGWAY_CLAMD'] ?? '';
  const answer = await askSocket(settings.address, 'zPING\0', settings.timeoutMs).catch(() => undefined);
  if (answer === 'PONG\0') return [{ check, state: 'ok', found: `${where} answers` }];
  const found = answer === undefined ? `${where} does not answer` : `what answers at ${where} is no ClamAV daemon`;
  const todo = 'Start clamd, or correct GANGWAY_CLAMD: until it answers, no document is uploaded.';
  return [{ check, state: 'fail', found, todo }];
}
