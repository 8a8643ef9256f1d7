import fc from 'fast-check';
import type { ProviderSemantics } from '../../../contract/provider';

/** Where an onboarding is tried: a provider, and what is done to the onboarding from outside. */
export interface World {
  readonly semantics: ProviderSemantics;
  /** Whether a second creation under an id is refused, or makes a second client. */
  readonly uniqueIds: boolean;
  /** Who has the client id before the onboarding begins. */
  readonly before: 'nobody' | 'a stranger' | 'this person';
  /** Whether the policy lets a deactivated client be reactivated. */
  readonly reactivates: boolean;
  /** Whether a reactivation has an effect. */
  readonly reactivationWorks: boolean;
  /** Types of documents that the application has. */
  readonly documents: readonly string[];
  /** Contents that the provider refuses for good. */
  readonly refuses: readonly string[];
  readonly person: Person;
  /** Turns at which the workflow is reset, and how far back each goes. */
  readonly resets: readonly { readonly atTurn: number; readonly backTo: number }[];
}

/** Who answers: somebody who does anything, or who always does the same. */
type Person = 'anybody' | 'retry' | 'amend' | 'abandon' | 'cancel';

const SEMANTICS: ProviderSemantics = {
  provider: 'model',
  capabilities: ['activate-client'],
  repeatedRef: 'rejects',
  orderLookup: 'by-ref',
  settlement: 'in-call',
  settleWindowMs: 2_000,
  maxRefLength: 64,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
};

/** A provider that files whatever it is sent, and lists it. */
export const FILES_TWICE: ProviderSemantics = SEMANTICS;

/** A provider that decides over a submission, and answers a repeated upload with the first. */
export const DECIDES: ProviderSemantics = {
  ...SEMANTICS,
  capabilities: ['submit-for-verification'],
  repeatedUpload: 'replays',
};

export function worldOf(semantics: ProviderSemantics): fc.Arbitrary<World> {
  return fc
    .record({
      semantics: fc.constant(semantics),
      uniqueIds: fc.constantFrom(true, true, false),
      before: fc.constantFrom('nobody', 'nobody', 'nobody', 'a stranger', 'this person'),
      reactivates: fc.boolean(),
      reactivationWorks: fc.constantFrom(true, true, false),
      documents: fc.constantFrom(
        ['passport'],
        ['passport', 'address'],
        ['passport', 'address', 'selfie', 'visa', 'bill'],
      ),
      refuses: fc.constantFrom([], [], ['passport-1'], ['address-1', 'passport-2']),
      person: fc.constantFrom('anybody', 'anybody', 'anybody', 'retry', 'amend', 'abandon', 'cancel'),
      resets: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(fc.record({ atTurn: fc.nat(40), backTo: fc.nat(40) }), { maxLength: 2 }) },
      ),
    } satisfies { [Key in keyof World]: fc.Arbitrary<World[Key]> })
    .map((world) => {
      // What a forgotten creation made must be refused: nothing else is left that tells of it.
      const resets = world.uniqueIds ? world.resets : [];
      const before = world.uniqueIds || world.before === 'nobody' ? world.before : 'nobody';
      return { ...world, before, resets: [...resets].sort((one, other) => one.atTurn - other.atTurn) };
    });
}
