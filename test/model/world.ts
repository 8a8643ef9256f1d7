import type { ApprovalRequirement } from '../../contract/approval';
import type { Difference } from '../../contract/differences';
import type { Intent, Order, OrderState } from '../../contract/funding';
import { looksBeforeSending } from '../../contract/provider';
import type { ProviderSemantics } from '../../contract/provider';

/** Where an intent is tried: a provider, what it has already, and who does what to the intent from outside. */
export interface World {
  readonly semantics: ProviderSemantics;
  readonly intent: Intent;
  /** How the provider shows the intent's own orders: what is asked for, in another spelling, or not at all. */
  readonly shows: ShownAs;
  /** Whether the amount of an own order becomes another once it settles. */
  readonly amountChanges: boolean;
  readonly showsCreatedAt: boolean;
  /** Whether own orders carry what nobody else can make, so that no stranger's order is under a ref of ours. */
  readonly tokens: boolean;
  /** Orders that are there before the intent begins. */
  readonly planted: readonly Plant[];
  /** An order that is like the intent's in all but its ref, and another's. */
  readonly alike: 'none' | OrderState | 'awaiting';
  readonly approval: ApprovalRequirement | undefined;
  readonly person: Person;
  /** What is done to the workflow, each once its turn has come. */
  readonly interruptions: readonly Interruption[];
  readonly maxRefs: number;
  /** Whether the book answers. Where it does not, all else must be enough. */
  readonly book: 'kept' | 'silent';
}

/** An order that stands under the ref of an attempt. */
export interface Plant {
  readonly attempt: number;
  /** Another's, which then differs from the intent; or that of a run of this intent which is long forgotten. */
  readonly whose: Stranger | 'ours';
  readonly state: OrderState | 'awaiting';
  /** For how long look-ups miss it. */
  readonly hiddenMs: number;
}

/** In what a stranger's order differs. */
export type Stranger = Partial<Pick<Order, 'kind' | 'partnerClientId' | 'asset' | 'amount' | 'differs'>>;

/** What is shown of an own order in place of what was asked for. */
type ShownAs = 'as asked' | 'net of a fee' | 'rounded' | 'in another case' | 'to another destination';

/** Who answers questions: somebody who does anything, or who says the same wherever it is offered, without looking. */
type Person = 'anybody' | 'retry' | 'useFreshRef' | 'abandon';

export interface Interruption {
  readonly atTurn: number;
  /**
   * `reset`: the workflow goes on from an earlier turn; the provider, requests on their way and the other run's history
   * stay. `asked again`: it is terminated and started anew. `forgotten`: it is started anew after the server's retention.
   */
  readonly does: 'reset' | 'asked again' | 'forgotten';
  /** The turn that a reset goes back to. */
  readonly backTo: number;
}

const OTHER_DESTINATION: Difference = { field: 'destination', asked: 'account-1', shown: 'account-2' };

/** What an order of this intent looks like at this provider. */
export function shownFields({ intent, shows }: World): Pick<Order, 'partnerClientId' | 'asset' | 'amount' | 'differs'> {
  const { partnerClientId, asset, amount } = intent;
  const asked = { partnerClientId, asset, amount };
  switch (shows) {
    case 'as asked':
      return asked;
    case 'net of a fee':
      return { ...asked, amount: '9007199254740992.01' };
    case 'rounded':
      return { ...asked, amount: '9007199254740993' };
    case 'in another case':
      return { partnerClientId: partnerClientId.toUpperCase(), asset: asset.toLowerCase(), amount: `${amount}00` };
    case 'to another destination':
      return { ...asked, differs: [OTHER_DESTINATION] };
  }
}

/** Whether the provider may show an own order differently from what was asked for. */
export function showsOtherwise({ shows, amountChanges }: World): boolean {
  return amountChanges || (shows !== 'as asked' && shows !== 'in another case');
}

export function looksFirst({ semantics, intent }: World): boolean {
  return looksBeforeSending(semantics, intent.kind);
}

export function paysRepeats({ semantics }: World): boolean {
  return semantics.repeatedRef === 'duplicates';
}

/** How strangers' orders under our refs differ: all amounts but the first equal ours for a float. */
export const STRANGERS: readonly Stranger[] = [
  { amount: '5' },
  { amount: '9007199254740993.02' },
  { amount: '9007199254740992.99' },
  { partnerClientId: 'client-2' },
  { kind: 'withdrawal' },
  { asset: 'EUR' },
  { differs: [OTHER_DESTINATION] },
];
