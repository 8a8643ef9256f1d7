import type { z } from 'zod';
import type { FundingKind, Intent } from '../contract/funding';
import type { Applicant } from '../contract/onboarding';

/**
 * What a provider wants of an input beside what all take. Every edge checks with it, and says all that is wrong at
 * once. What reaches a connector was checked, and is JSON still: parse it there with the same schema for its type.
 */
export interface ProviderInputs {
  /** Fields of an applicant that are optional elsewhere and not here. */
  readonly requiredApplicantFields?: readonly (keyof Applicant)[];
  /** Of `Application.details`. Without one, details are refused. A schema that demands a field demands the details. */
  readonly applicationDetails?: z.ZodType;
  /** Of `Intent.details`, by kind, and of an expected deposit's under `receive`. Without one, details are refused. */
  readonly movementDetails?: Partial<Record<FundingKind | 'receive', z.ZodType>>;
  /** Of `{ asset, details }`, by kind: which details an asset cannot have. Asked of details that fit their own schema. */
  readonly detailsUnderAsset?: Partial<Record<FundingKind | 'receive', z.ZodType>>;
  /**
   * Where a movement's money goes, in words for the people who approve it; undefined if it names no place. A wallet's
   * address whole, a bank account by its last characters: what is told is kept, and read by whoever asks.
   */
  destinationOf?(intent: Pick<Intent, 'kind' | 'details'>): string | undefined;
  /** Of the information that an order under way is given. Without one, it is refused. */
  readonly information?: z.ZodType;
}
