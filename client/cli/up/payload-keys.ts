import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { newKeyLine } from '../../../keys/key-file';
import { ALL_PAYLOAD_KEY_VARIABLES, isEncrypting, PAYLOAD_KEY_VARIABLES } from '../../../keys/settings';
import { PRIVATE_DIRECTORY } from '../../../system/private-files';
import { writeNew } from '../new-file';

/** Beside the data that is encrypted under it: whoever has the whole directory can read all of it. */
const KEY_FILE = 'payload-keys';

export interface UpKeyOptions {
  readonly data: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly encrypts: boolean;
}

/**
 * The variables that say how payloads are encrypted: the environment's, or those of the key file in the data's directory, which
 * is made if `encrypts` asks for it. Undefined: payloads stay in clear.
 */
export async function payloadKeysOf({ data, env, encrypts }: UpKeyOptions): Promise<NodeJS.ProcessEnv | undefined> {
  const { keyFile, readsPlain } = PAYLOAD_KEY_VARIABLES;
  const plain = { [readsPlain]: env[readsPlain] ?? '' };
  if (isEncrypting(env)) return Object.fromEntries(ALL_PAYLOAD_KEY_VARIABLES.map((name) => [name, env[name] ?? '']));
  if (data === undefined) return undefined;
  const path = resolve(join(data, KEY_FILE));
  if (!existsSync(path)) {
    if (!encrypts) return undefined;
    await mkdir(data, { recursive: true, mode: PRIVATE_DIRECTORY });
    await writeNew(path, `${newKeyLine().line}\n`);
  }
  return { [keyFile]: path, ...plain };
}
