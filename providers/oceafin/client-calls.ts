import type { FieldProblem } from '../../contract/errors';
import type { ClientState } from '../../contract/onboarding';
import type { CallOptions, ClientCalls, ComparedClient, KnownClient, NewClient, VerificationSubmission } from '../port';
import { ProviderError } from '../provider-error';
import { canonicalJson } from './canonical-json';
import type { OceafinApi } from './client';
import type { CreatedCustomer } from './client/customers';
import { contentReference, idempotencyKey } from './idempotency';
import { toClientState, toCreateCustomer, toEvidence } from './mapping';
import { customerIdOf, driftIn, failure } from './refusals';
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
    const created = await this.#create(client);
    if (!created.isNew) throw failure('DUPLICATE_CLIENT', 'createCustomer');
    return toClientState(created);
  }

  /**
   * Reads a customer by creating it again: under a new key, because the key of the creation would always answer what
   * was true then (assumptions.ts, READ_BY_CREATING). Only for a customer that is known to exist: any other would be
   * created by the read, and an existing one does not show whose it is.
   */
  async read(client: KnownClient, options?: CallOptions): Promise<ClientState> {
    customerIdOf(client, 'createCustomer');
    const key = idempotencyKey(client.partnerClientId, 'customer:read', newNonce());
    const found = await this.#api.customers.create(toCreateCustomer(client), key, options);
    requireSameCustomer(found, client);
    // It existed, and the answer calls it new: so the answer does not tell a creation from a find (assumptions.ts,
    // CREATED_STATUS).
    if (found.isNew) throw driftIn('createCustomer', ['status']);
    return toClientState(found);
  }

  /**
   * Oceafin shows nothing that identifies a person. But it promises to answer a repeated key and body as it did the
   * first time: the creation is sent again, byte for byte, and if the answer is that of a creation, the customer is
   * ours. If the customer was there before, it is nobody we know.
   */
  async compare(client: NewClient, options?: CallOptions): Promise<ComparedClient> {
    try {
      const created = await this.#create(client, options);
      return created.isNew ? { state: toClientState(created), differing: [] } : { differing: [WAS_THERE] };
    } catch (error) {
      if (error instanceof ProviderError && error.code === 'DUPLICATE_CLIENT') return { differing: [OTHER_DATA] };
      throw error;
    }
  }

  /** Submits KYC or KYB evidence under a key that its attempt makes; a repeat is answered as the first was. */
  async submitForVerification(submission: VerificationSubmission): Promise<ClientState> {
    const customerId = customerIdOf(submission, 'submitEvidence');
    const { partnerClientId, attempt } = submission;
    const key = idempotencyKey(partnerClientId, 'evidence:submit', String(attempt));
    await this.#api.customers.submitEvidence(customerId, toEvidence(submission, this.#clientId), key);
    return { providerClientId: customerId, status: SUBMITTED, verified: false, active: true };
  }

  /**
   * The one creation of a customer: the same key and the same bytes, however often it is sent. A key keeps a refusal as the
   * answer to its body, so that amended data need another one; two creations make one customer, whom the reference names.
   */
  async #create(client: NewClient, options?: CallOptions): Promise<CreatedCustomer> {
    const body = toCreateCustomer(client);
    const key = idempotencyKey(client.partnerClientId, 'customer:create', contentReference(canonicalJson(body)));
    const created = await this.#api.customers.create(body, key, options);
    requireSameCustomer(created, client);
    return created;
  }
}

const WAS_THERE: FieldProblem = {
  field: 'partnerClientId',
  problem: 'names a customer that this application did not create, and Oceafin shows nothing that says whose it is',
};
const OTHER_DATA: FieldProblem = {
  field: 'partnerClientId',
  problem: 'was used for a creation with another type, name or metadata',
};

function requireSameCustomer(found: WireCustomer, { partnerClientId, providerClientId }: KnownClient): void {
  if (found.partnerCustomerRef !== partnerClientId) throw driftIn('createCustomer', ['partnerClientId']);
  if (providerClientId !== undefined && found.customerId !== providerClientId) {
    throw driftIn('createCustomer', ['providerClientId']);
  }
}
