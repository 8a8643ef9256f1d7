import type { NewClient, ProviderConnector } from '../../providers/port';
import { ProviderError } from '../../providers/provider-error';
import type { RunningSandbox } from '../../sandbox/http/two-ports';
import type { Check } from '../../scripts/conformance/report';
import { controlOf } from './kit';

/** What the suite must know of a provider that creates clients. */
export interface IdentityKit {
  startSandbox(): Promise<RunningSandbox>;
  connect(origin: string): ProviderConnector;
  /** The creation, as rules of the sandbox name it. */
  readonly creation: string;
  newClient(id: string): NewClient;
}

const NAME = 'whose a client is';

/** Whether a set of checks holds those of a provider's clients. */
export function triesIdentity(checks: readonly Check[]): boolean {
  return checks.some(({ name }) => name.startsWith(NAME));
}

/**
 * A client that is found under our id is adopted only if it is the same person: our own creation whose answer was lost
 * is, somebody else who was there before is not.
 */
export async function checkIdentity(kit: IdentityKit): Promise<readonly Check[]> {
  const sandbox = await kit.startSandbox();
  const connector = kit.connect(sandbox.url);
  try {
    const { clients } = connector;
    if (clients?.create === undefined || clients.compare === undefined) {
      return [{ name: NAME, broken: ['it creates clients and cannot tell whose they are'] }];
    }
    const { compare, create } = { compare: clients.compare.bind(clients), create: clients.create.bind(clients) };
    const lost = async (id: string, when: 'after-commit' | 'before-commit'): Promise<readonly string[]> => {
      const own = kit.newClient(id);
      await controlOf(sandbox)('POST', '/faults', { operation: kit.creation, kind: 'reset', params: { when } });
      const ended = await create(own).catch((error: unknown) => error);
      if (!(ended instanceof ProviderError) || ended.outcome !== 'unknown') return ['the creation was not lost'];
      const found = await compare(own);
      if (found === undefined) return when === 'after-commit' ? ['ours is not found'] : [];
      return 'state' in found ? [] : ['ours is taken for another'];
    };
    const stranger = async (id: string): Promise<readonly string[]> => {
      const own = kit.newClient(id);
      const other = { ...own, applicant: { ...own.applicant, name: 'Somebody Else' } };
      await create(own);
      const refused = await create(other).catch((error: unknown) => error);
      const broken =
        refused instanceof ProviderError ? [] : ['another person under our id was answered with our client'];
      const found = await compare(other);
      if (found === undefined || 'state' in found) return [...broken, 'another person is taken for ours'];
      const told = JSON.stringify(found);
      const shown = [own, other].some(({ applicant: { name, email } }) => told.includes(name) || told.includes(email));
      return [
        ...broken,
        ...(found.differing.length === 0 ? ['nothing is said against it'] : []),
        ...(shown ? ['it tells of people'] : []),
      ];
    };
    return [
      { name: `${NAME}: lost after the commit`, broken: await lost('identity-1', 'after-commit') },
      { name: `${NAME}: lost before the commit`, broken: await lost('identity-2', 'before-commit') },
      { name: `${NAME}: another person`, broken: await stranger('identity-3') },
    ];
  } finally {
    await connector.close();
    await sandbox.close();
  }
}
