import type { CallOptions } from '../../port';
import { canonicalBody } from '../canonical-json';
import {
  fiatAccountApplication,
  fiatAccounts,
  fiatCapabilities,
  fiatDeposit,
  fiatDepositInstructions,
  fiatDeposits,
  type AdditionalInformation,
  type ApplyForFiatAccount,
  type WireDepositInstruction,
  type WireFiatAccount,
  type WireFiatAccountApplication,
  type WireFiatCapabilities,
  type WireFiatDeposit,
} from '../wire/fiat-accounts';
import type { Caller } from './caller';

/** Fiat accounts, and the deposits that arrive there: money is wired in, no call makes a deposit (Product Workflows). */
export class FiatAccountsApi {
  constructor(private readonly caller: Caller) {}

  async capabilities(customerId: string, options?: CallOptions): Promise<WireFiatCapabilities> {
    return await this.caller.read('getFiatAccountCapabilities', fiatCapabilities, { customerId }, options);
  }

  async apply(customerId: string, request: ApplyForFiatAccount, key: string): Promise<WireFiatAccountApplication> {
    const body = canonicalBody(request);
    const call = { parameters: { customerId }, key, body };
    return await this.caller.write('createFiatAccountApplication', fiatAccountApplication, call);
  }

  async addInformation(
    applicationId: string,
    request: AdditionalInformation,
    key: string,
  ): Promise<WireFiatAccountApplication> {
    const call = { parameters: { applicationId }, key, body: canonicalBody(request) };
    return await this.caller.write('addFiatAccountInformation', fiatAccountApplication, call);
  }

  async list(customerId: string, options?: CallOptions): Promise<readonly WireFiatAccount[]> {
    return await this.caller.list('listFiatAccounts', fiatAccounts, { customerId }, options);
  }

  /** Where money is to be wired. For a person's eyes: not for a history, a log or an error. */
  async depositInstructions(customerId: string, options?: CallOptions): Promise<readonly WireDepositInstruction[]> {
    const schema = fiatDepositInstructions;
    return (await this.caller.read('getFiatDepositInstructions', schema, { customerId }, options)).instructions;
  }

  async deposits(customerId: string, options?: CallOptions): Promise<readonly WireFiatDeposit[]> {
    return await this.caller.list('listFiatDeposits', fiatDeposits, { customerId }, options);
  }

  async deposit(depositId: string, options?: CallOptions): Promise<WireFiatDeposit> {
    return await this.caller.read('getFiatDeposit', fiatDeposit, { depositId }, options);
  }
}
