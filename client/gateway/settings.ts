import { z } from 'zod';
import { readSecretText } from '../../inputs';
import { TokenFile, type TokenSource } from './token-file';
import { readTokens, Tokens } from './tokens';

/** How the settings of our HTTP services are read. */

/** `true` or `false`. */
export const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

const LEVELS = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** GANGWAY_LOG_LEVEL, as a service's log calls it. */
export const logLevel = z
  .enum(['DEBUG', 'INFO', 'WARN', 'ERROR'], 'must be one of DEBUG, INFO, WARN, ERROR')
  .default('INFO')
  .transform((level) => LEVELS[level]);

/** The environment without what is empty, which counts as absent. */
export function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, text]) => text !== ''));
}

/**
 * A secret setting, itself or in a file; '' if there is neither.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function valueOrFile(env: NodeJS.ProcessEnv, name: string, fileName: string, problems: string[]): string {
  const [value, path] = [env[name], env[fileName]];
  if (value !== undefined && path !== undefined) problems.push(`${name} and ${fileName} cannot be given together`);
  if (value !== undefined || path === undefined) return value ?? '';
  const read = readSecretText(path);
  if ('text' in read) return read.text;
  problems.push(`${fileName} ${read.problem}`);
  return '';
}

/**
 * The tokens of a setting, themselves or in a file, which is read again when it changes.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function readTokenSource(
  env: NodeJS.ProcessEnv,
  name: string,
  fileName: string,
  problems: string[],
): TokenSource {
  const read = readTokens(valueOrFile(env, name, fileName, problems));
  const path = env[fileName];
  if ('tokens' in read) return path === undefined ? read.tokens : new TokenFile(path, fileName, read.tokens);
  problems.push(`${name}: ${read.problem}`);
  return new Tokens([]);
}
