import type { FundingRequest, Money } from '../../contract/funding';
import type { DecimalText } from '../../contract/money';
import type { Application } from '../../contract/onboarding';
import type { ReceivingRequest } from '../../contract/receiving';
import type { FaultRule } from '../fault-plan';
import type { Control } from './control';

export const SMALL_PROVIDERS = ['oceafin', 'backoffice', 'coinify'] as const;
export type SmallProvider = (typeof SMALL_PROVIDERS)[number];

/** An order in a provider's own book, in words that all providers share. */
export interface BookOrder {
  readonly orderId: string;
  /** What ties it to an intent; empty if nothing does. */
  readonly ref: string;
  readonly partnerClientId: string;
  readonly kind: string;
  readonly asset: string;
  readonly amount: DecimalText;
  /** `draft`: it moves nothing and sets nothing aside before it is confirmed. */
  readonly state: 'completed' | 'failed' | 'cancelled' | 'open' | 'draft';
  /** The provider's own word. */
  readonly status: string;
  readonly createdAt: string;
  /** When it came into its state. */
  readonly changedAt?: string;
  /** Where the money goes, as the book names it. */
  readonly destination?: string;
  /** What was got for it, of a conversion. */
  readonly received?: Money;
}

/** What a holder has of an asset. */
interface Holding {
  readonly holder: string;
  readonly asset: string;
  readonly amount: DecimalText;
  /** If the provider sets money aside: what of it is free. */
  readonly available?: DecimalText;
}

/** A document on a client's record. */
interface BookDocument {
  readonly clientId: string;
  readonly type: string;
  /** The hash of its file. */
  readonly content: string;
}

/** A provider's own book. */
export interface Book {
  readonly orders: readonly BookOrder[];
  /** Money that was wired in from outside, without an order. */
  readonly arrivals: readonly BookOrder[];
  /** The ids of the clients that the partner made, as often as they stand there. */
  readonly clients: readonly string[];
  readonly documents: readonly BookDocument[];
  readonly holdings: readonly Holding[];
  readonly requests: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
}

/** A movement, and when it is asked for. */
export interface PlannedIntent {
  readonly request: FundingRequest;
  readonly atMs: number;
  /** Whether it is asked for twice. */
  readonly twice: boolean;
  /** What is planned for it alone, for the report; `none` if it meets what all meet. */
  readonly twist: string;
  readonly faults: readonly FaultRule[];
  /** Those that go on until every question is answered: what nobody finds stays so. */
  readonly lasting?: readonly FaultRule[];
}

/** Money that is wired in from outside, and expected or not. */
export interface PlannedArrival {
  readonly request: ReceivingRequest;
  readonly atMs: number;
  readonly wiredAtMs: number;
}

export interface Plan {
  readonly applications: readonly Application[];
  readonly intents: readonly PlannedIntent[];
  readonly arrivals: readonly PlannedArrival[];
}

export interface PlanOptions {
  readonly intents: number;
  readonly seed: number;
  readonly faultsMs: number;
  /** Where documents may be written. */
  readonly documents: string;
}

/** What the campaign needs to know of one provider. */
export interface ChaosKit {
  readonly id: SmallProvider;
  readonly sandboxArgs: readonly string[];
  workerEnv(url: string): Readonly<Record<string, string>>;
  /** The worker's program, under the compiled project. */
  readonly workerProgram: string;
  /** Tells the sandbox, or the workers by their environment, where callbacks arrive. */
  callbacks(gatewayUrl: string, control: Control): Promise<Readonly<Record<string, string>>>;
  plan(options: PlanOptions): Plan;
  /** The faults that any request meets by chance, at `rate`. */
  faults(rate: number): readonly FaultRule[];
  /** What an intent's own look-alikes are: orders of somebody else, put into the book while it is under way. */
  plant?(intent: PlannedIntent, control: Control): Promise<readonly string[]>;
  /** The provider's own weather: what an installation does by itself now and then. */
  weather(turn: number, control: Control): Promise<string>;
  /** Ends the weather: everything is as at the beginning. */
  calm(control: Control): Promise<void>;
  /** Money that arrives from outside. */
  wire?(arrival: PlannedArrival, control: Control): Promise<void>;
  book(control: Control): Promise<Book>;
  /** What a holder had before anything moved. */
  opening(holder: string, asset: string): DecimalText;
  /** Whose money an intent moves, as the book names holders. */
  holderOf(partnerClientId: string): string;
  /** The twist of intents whose order the provider's people cancel, or let expire. */
  readonly cancelledTwist: string;
  /** Cancels an order that is under way, or lets it expire, as the provider's own people would. */
  cancel(order: BookOrder, control: Control): Promise<void>;
  /** Where an intent's money must go, as the book names it; undefined if the book does not tell. */
  destinationOf(request: FundingRequest): string | undefined;
  /** What an order that is under way does to the money: sets it aside, takes it at once, or nothing yet. */
  readonly underWay: 'sets-aside' | 'takes' | 'nothing';
  /** Brings an order that is under way to its end, as the provider's own people would. */
  settle(order: BookOrder, control: Control): Promise<void>;
  /** Whether the same ref may be sent again if nothing is known of it: then a person asks for that. */
  readonly resends: boolean;
  /** Whether a question about an order that nobody finds has to say what a person needs to find it. */
  readonly tellsCandidates: boolean;
}
