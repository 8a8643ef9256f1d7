import { findProvider, providerIds } from '../../providers/registry';

/**
 * Makes sure that a gateway has no credential that moves money: whoever breaks into the process that takes requests
 * from outside must find none. With a private key, which belongs only to a worker, it does not start; about a shared
 * secret it warns.
 *
 * @param problems receives what stops it, by the variable's name
 * @returns what it is to warn of
 */
export function refuseMoneyCredentials(env: NodeJS.ProcessEnv, problems: string[]): readonly string[] {
  const given = providerIds()
    .flatMap((id) => findProvider(id)?.moneyCredentials ?? [])
    .flatMap(({ variable, kind }) => [variable, `${variable}_FILE`].map((name) => ({ name, kind })))
    .filter(({ name }) => env[name] !== undefined);
  const told = ({ name }: { readonly name: string }): string =>
    `${name} moves money, and is for workers alone: take it out of the gateway's environment`;
  problems.push(...given.filter(({ kind }) => kind === 'private-key').map(told));
  return given.filter(({ kind }) => kind === 'shared-secret').map(told);
}
