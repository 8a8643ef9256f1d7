import { z } from 'zod';
import type { BodyObject } from '../canonical-json';
import { optional, wireDecimal, wireId, wireRef, wireText, wireWord } from '../../http/wire';
import { pageOf } from '../pages';
import { lifecycle } from './common';

/** `PartnerFiatCapabilityRoute`. */
const route = z.object({ currency: wireWord, country: optional(wireWord), status: optional(wireWord) });
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
export const fiatAccountApplication = z.object({ applicationId: wireId, currency: optional(wireWord), ...lifecycle });
export type WireFiatAccountApplication = z.output<typeof fiatAccountApplication>;

/** `SubmitPartner…AdditionalInfoRequest`: free, because what is asked for is the provider's. */
export interface AdditionalInformation {
  readonly additionalInformation: BodyObject;
}

/** `PartnerFiatAccount`. Its bank details stay at the provider: here only the instructions need them. */
export const fiatAccount = z.object({
  fiatAccountId: wireId,
  currency: wireWord,
  applicationId: optional(wireId),
  ...lifecycle,
});
export const fiatAccounts = pageOf(fiatAccount);
export type WireFiatAccount = z.output<typeof fiatAccount>;

/** `PartnerFiatDepositInstruction`: where money is to be wired. For a person's eyes, never for a history. */
const instruction = z.object({
  currency: wireWord,
  paymentReference: optional(wireRef),
  bankDetails: z.record(wireText(100), wireText(1000).nullable().catch(null)),
});
export const fiatDepositInstructions = z.object({ instructions: z.array(instruction) });
export type WireDepositInstruction = z.output<typeof instruction>;

/** `PartnerFiatDeposit`. */
export const fiatDeposit = z.object({ depositId: wireId, currency: wireWord, amount: wireDecimal, ...lifecycle });
export const fiatDeposits = pageOf(fiatDeposit);
export type WireFiatDeposit = z.output<typeof fiatDeposit>;
