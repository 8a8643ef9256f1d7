import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where Gangway keeps what is expensive to get again and belongs to no checkout: GANGWAY_CACHE, else
 * XDG_CACHE_HOME/gangway, else ~/.cache/gangway.
 */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const own = env['GANGWAY_CACHE'];
  if (own !== undefined && own !== '') return resolve(own);
  const shared = env['XDG_CACHE_HOME'];
  if (shared !== undefined && shared !== '') return resolve(shared, 'gangway');
  return join(homedir(), '.cache', 'gangway');
}
