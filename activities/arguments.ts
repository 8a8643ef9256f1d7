import type { Order } from '../contract/funding';
import type { DecimalText } from '../contract/money';
import type {
  Applicant,
  ApplicationCheck,
  ClientState,
  FiledDocument,
  InspectedDocument,
} from '../contract/onboarding';
import type { ProviderSemantics } from '../contract/provider';

/**
 * What each activity takes and answers. One JSON object each way, because that is what a history holds and what the
 * Temporal UI shows.
 */

/** A client at a provider. */
export interface ClientKey {
  readonly provider: string;
  readonly partnerClientId: string;
}

export interface CheckApplicationArgument {
  /** The workflow's own argument, untrusted: whatever JSON was typed into the start form. */
  readonly input: unknown;
  readonly kind: 'application' | 'onboard-and-fund';
}

export interface CheckedApplication extends ApplicationCheck {
  readonly semantics: ProviderSemantics;
}

export interface ClientArgument extends ClientKey {
  readonly applicant: Applicant;
}

export type FetchedClient =
  | { readonly found: false }
  | {
      readonly found: true;
      readonly state: ClientState;
      /** Dotted paths in which the provider's record is not the application's; empty for the same person. */
      readonly differing: readonly string[];
    };

export interface DocumentArgument extends ClientKey {
  readonly document: InspectedDocument;
}

export type FetchedDocument = { readonly found: false } | { readonly found: true; readonly document: FiledDocument };

export type VerifiedClient =
  | { readonly found: false }
  | {
      readonly found: true;
      readonly state: ClientState;
      readonly documents: readonly { readonly type: string; readonly providerDocumentId: string }[];
    };

export interface CheckFundingArgument {
  /** The workflow's own argument, untrusted. */
  readonly input: unknown;
}

export interface SubmitArgument extends ClientKey {
  readonly asset: string;
  readonly amount: DecimalText;
  readonly ref: string;
}

export interface RefKey {
  readonly provider: string;
  readonly ref: string;
}

export type FetchedOrder = { readonly found: false } | { readonly found: true; readonly order: Order };

export interface BalanceArgument extends ClientKey {
  readonly asset: string;
}
