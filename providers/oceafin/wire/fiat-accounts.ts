import { z } from 'zod';
import type { BodyObject } from '../canonical-json';
import { pageOf } from '../pages';
import { decimal, id, lifecycle, optional, short } from './common';

/** `PartnerFiatCapabilityRoute`. */
const route = z.object({ currency: short, country: optional, status: optional });
/** `PartnerFiatCapabilities`. */
export const fiatCapabilities = z.object({ routes: z.array(route) });
export type WireFiatCapabilities = z.output<typeof fiatCapabilities>;

/** `CreatePartnerFiatAccountApplicationRequest`. */
export interface ApplyForFiatAccount {
  readonly currency: string;
  readonly partnerReference: string;
  readonly purpose?: string;
  readonly additionalInformation?: BodyObject;
}

/** `PartnerFiatAccountApplication`. */
export const fiatAccountApplication = z.object({ applicationId: id, currency: optional, ...lifecycle });
export type WireFiatAccountApplication = z.output<typeof fiatAccountApplication>;

/** `SubmitPartner…AdditionalInfoRequest`: free, because what is asked for is the provider's. */
export interface AdditionalInformation {
  readonly additionalInformation: BodyObject;
}

/** `PartnerFiatAccount`. Its bank details stay at the provider: nobody here needs them but by the instructions. */
export const fiatAccount = z.object({
  fiatAccountId: id,
  currency: short,
  applicationId: optional,
  ...lifecycle,
});
export const fiatAccounts = pageOf(fiatAccount);
export type WireFiatAccount = z.output<typeof fiatAccount>;

/** `PartnerFiatDepositInstruction`: where money is to be wired. For a person's eyes, never for a history. */
const instruction = z.object({
  currency: short,
  paymentReference: optional,
  bankDetails: z.record(z.string().max(100), z.string().max(1000).nullable().catch(null)),
});
export const fiatDepositInstructions = z.object({ instructions: z.array(instruction) });
export type WireDepositInstruction = z.output<typeof instruction>;

/** `PartnerFiatDeposit`. */
export const fiatDeposit = z.object({ depositId: id, currency: short, amount: decimal, ...lifecycle });
export const fiatDeposits = pageOf(fiatDeposit);
export type WireFiatDeposit = z.output<typeof fiatDeposit>;
