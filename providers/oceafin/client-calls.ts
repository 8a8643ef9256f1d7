import type { ClientState } from '../../contract/onboarding';
import type { CallOptions, ClientCalls, ComparedClient, KnownClient, NewClient, VerificationSubmission } from '../port';
import type { OceafinApi } from './client';
import { idempotencyKey } from './idempotency';
import { toClientState, toCreateCustomer, toEvidence } from './mapping';
import { customerIdOf, driftIn } from './refusals';
import { newNonce } from './signing';
import type { WireCustomer } from './wire/customers';

/** The status of a customer whose evidence was accepted (Customers And Onboarding page). */
const SUBMITTED = 'SUBMITTED';

/** Customers, as the port has them. */
export class OceafinClients implements ClientCalls {
  readonly #api: OceafinApi;
  readonly #clientId: string;

  constructor(api: OceafinApi, clientId: string) {
    this.#api = api;
    this.#clientId = clientId;
  }

  async create(client: NewClient): Promise<ClientState> {
    const { partnerClientId } = client;
    const key = idempotencyKey(partnerClientId, 'customer:create', partnerClientId);
    const created = await this.#api.customers.create(toCreateCustomer(client), key);
    requireSameCustomer(created, client);
    return toClientState(created);
  }

  /**
   * Reads a customer by creating it again: under a key that nobody has used, because the key of the creation would tell
   * for ever what was true then (assumptions.ts, READ_BY_CREATING).
   */
  async read(client: KnownClient, options?: CallOptions): Promise<ClientState | undefined> {
    return toClientState(await this.#get(client, options));
  }

  async compare(client: NewClient, options?: CallOptions): Promise<ComparedClient | undefined> {
    const found = await this.#get(client, options);
    const { customerType } = toCreateCustomer(client);
    const isSameType = found.customerType == null || found.customerType === customerType;
    return { state: toClientState(found), differing: isSameType ? [] : ['details.customerType'] };
  }

  /** Submits KYC or KYB evidence under a key that its attempt makes; a repeat is answered as the first was. */
  async submitForVerification(submission: VerificationSubmission): Promise<ClientState> {
    const customerId = customerIdOf(submission, 'submitEvidence');
    const { partnerClientId, attempt } = submission;
    const key = idempotencyKey(partnerClientId, 'evidence:submit', String(attempt));
    await this.#api.customers.submitEvidence(customerId, toEvidence(submission, this.#clientId), key);
    return { providerClientId: customerId, status: SUBMITTED, verified: false, active: true };
  }

  async #get(client: KnownClient, options?: CallOptions): Promise<WireCustomer> {
    const key = idempotencyKey(client.partnerClientId, 'customer:read', newNonce());
    const found = await this.#api.customers.create(toCreateCustomer(client), key, options);
    requireSameCustomer(found, client);
    return found;
  }
}

function requireSameCustomer(found: WireCustomer, { partnerClientId, providerClientId }: KnownClient): void {
  if (found.partnerCustomerRef !== partnerClientId) throw driftIn('createCustomer', ['partnerClientId']);
  if (providerClientId !== undefined && found.customerId !== providerClientId) {
    throw driftIn('createCustomer', ['providerClientId']);
  }
}
