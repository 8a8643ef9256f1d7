import type { CallbackReceiver } from '../../providers/callbacks';
import { findProvider, providerIds } from '../../providers/registry';

/** By provider id: whose callbacks are taken, and what verifies them. */
export type CallbackReceivers = ReadonlyMap<string, CallbackReceiver>;

/**
 * Reads GANGWAY_CALLBACK_PROVIDERS, provider ids with commas between them, and of each provider what its callbacks are
 * verified with, and nothing else.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function readCallbackReceivers(env: NodeJS.ProcessEnv, problems: string[]): CallbackReceivers {
  const ids = (env['GANGWAY_CALLBACK_PROVIDERS'] ?? '').split(/[\s,]+/).filter((id) => id !== '');
  return new Map(
    [...new Set(ids)].flatMap((id) => {
      const receiver = receiverOf(id, env, problems);
      return receiver === undefined ? [] : [[id, receiver]];
    }),
  );
}

function receiverOf(id: string, env: NodeJS.ProcessEnv, problems: string[]): CallbackReceiver | undefined {
  const module = findProvider(id);
  if (module?.callbacks === undefined) {
    const some = providerIds().filter((known) => findProvider(known)?.callbacks !== undefined);
    problems.push(`GANGWAY_CALLBACK_PROVIDERS may list providers that send callbacks: ${some.join(', ')}`);
    return undefined;
  }
  const receiver = module.callbacks.safeParse(env);
  if (receiver.success) return receiver.data;
  problems.push(...receiver.error.issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`));
  return undefined;
}
