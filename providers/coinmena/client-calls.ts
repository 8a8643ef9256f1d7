import type { ClientIds, ClientState } from '../../contract/onboarding';
import type { CallOptions, ComparedClient, NewClient } from '../port';
import type { CoinmenaApi } from './client';
import { differingFields, toClientState } from './mapping';
import { failure, getClient, requireSameClient } from './refusals';

/** Clients, as the port has them. */
export class CoinmenaClients {
  readonly #api: CoinmenaApi;

  constructor(api: CoinmenaApi) {
    this.#api = api;
  }

  async create(client: NewClient): Promise<ClientState> {
    const created = await this.#api.createClient(client);
    requireSameClient('createClient', created, client.partnerClientId);
    return toClientState(created);
  }

  async read({ partnerClientId }: ClientIds, options?: CallOptions): Promise<ClientState | undefined> {
    const client = await getClient(this.#api, partnerClientId, options);
    return client === undefined ? undefined : toClientState(client);
  }

  async compare({ partnerClientId, applicant }: NewClient, options?: CallOptions): Promise<ComparedClient | undefined> {
    const client = await getClient(this.#api, partnerClientId, options);
    if (client === undefined) return undefined;
    const differing = differingFields(client, applicant);
    return differing.length > 0 ? { differing } : { state: toClientState(client), differing: [] };
  }

  async activate({ partnerClientId }: ClientIds): Promise<ClientState> {
    await this.#api.activateClient(partnerClientId);
    const client = await getClient(this.#api, partnerClientId);
    if (client === undefined) throw failure('CLIENT_UNKNOWN', 'activateClient');
    return toClientState(client);
  }
}
