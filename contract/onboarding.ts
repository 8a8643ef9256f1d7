import type { FieldProblem } from './errors';
import type { JsonObject } from './json';
import type { PersonsDecision, ParkReason, ParkedState, StepRecord, Waiting } from './progress';

/** A client, by the caller's id and, once it is known, by the provider's own. */
export interface ClientIds {
  readonly partnerClientId: string;
  readonly providerClientId?: string;
}

/** One file of a document: where it is, and what it was when it was inspected. Its bytes never enter a history. */
export interface DocumentFile {
  /** `file:` under an allowed root, or `https:` at an allowed host. */
  readonly uri: string;
  /** Lower-case hex. Filled in by the preflight; if the caller gives it, it must match. */
  readonly sha256?: string;
  readonly mime?: string;
  readonly bytes?: number;
}

/** A document of an application. `type` is the provider's own word, such as `government_id`. */
export interface ApplicationDocument {
  readonly type: string;
  readonly front: DocumentFile;
  readonly back?: DocumentFile;
}

/** A file whose content was read, sniffed and hashed. */
export interface InspectedFile extends DocumentFile {
  readonly sha256: string;
  readonly mime: string;
  readonly bytes: number;
}

/** A document whose files were inspected: what an upload is given, and held to. */
export interface InspectedDocument {
  readonly type: string;
  readonly front: InspectedFile;
  readonly back?: InspectedFile;
}

export interface Address {
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly unit?: string;
}

export interface Employment {
  readonly status: string;
  readonly company?: string;
  readonly industry?: string;
  readonly level?: string;
  readonly title?: string;
}

/**
 * Who is to be onboarded. Dates are `YYYY-MM-DD`; countries are the provider's ids, such as `bh`. Which of the optional
 * fields a provider demands, its module says (inputs/provider-inputs.ts).
 */
export interface Applicant {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly residency: string;
  readonly citizenship?: string;
  readonly placeOfBirth?: string;
  readonly birthDate?: string;
  readonly governmentId?: { readonly number: string; readonly expiresOn: string };
  readonly residencyVisa?: { readonly number: string; readonly expiresOn: string };
  readonly address: Address;
  readonly employment?: Employment;
  readonly tradingVolume?: string;
  readonly accountPurposes?: readonly string[];
}

/** The one argument of `onboardClient`: one JSON object, so that the Temporal UI's start form works. */
export interface Application {
  readonly provider: string;
  /** The caller's own opaque reference for the person (contract/ids.ts). */
  readonly partnerClientId: string;
  readonly applicant: Applicant;
  readonly documents: readonly ApplicationDocument[];
  /** What only this provider needs; checked against its own schema (providers/port.ts). */
  readonly details?: JsonObject;
  readonly policy?: OnboardingPolicy;
}

export interface OnboardingPolicy {
  /** Whether a client found deactivated is reactivated without asking a person. Default false. */
  readonly reactivate?: boolean;
  /** How long to wait for verification before a person is asked, in milliseconds. Default 24 hours. */
  readonly verificationDeadlineMs?: number;
}

/** What new data a person gives to a parked onboarding: any part of the application but its ids and policy. */
export interface ApplicationPatch {
  readonly applicant?: DeepPartial<Applicant>;
  /** Replaces the documents of the same type, and adds those of another. */
  readonly documents?: readonly ApplicationDocument[];
  /** Merged into the application's details. */
  readonly details?: JsonObject;
}

export interface AmendRequest {
  readonly patch: ApplicationPatch;
  readonly by: string;
  readonly reason: string;
}

type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

export const ONBOARDING_STAGES = [
  'started',
  'creating',
  'uploading',
  'verifying',
  'parked',
  'ready',
  'abandoned',
  'cancelled',
] as const;
export type OnboardingStage = (typeof ONBOARDING_STAGES)[number];

/** The provider's record of a client, without anything personal. */
export interface ClientState {
  /** The provider's own id, as text. */
  readonly providerClientId: string;
  /** The provider's word for the KYC status; `verified` is set from it by the connector. */
  readonly status: string;
  readonly verified: boolean;
  readonly active: boolean;
  /** What the provider waits for before it decides: that anything is submitted at all, or more of it. */
  readonly needs?: 'submission' | 'information';
  /** Whether the provider decided against the client. */
  readonly rejected?: boolean;
  readonly createdAt?: string;
}

/** A document on file at the provider. Presigned URLs are never kept. */
export interface FiledDocument {
  readonly type: string;
  readonly providerDocumentId: string;
  /** Of the front file. */
  readonly sha256: string;
  /** `uploaded` by us, or `found` on file and taken for ours. */
  readonly how: 'uploaded' | 'found';
}

export interface OnboardingResult {
  readonly outcome: 'ready' | 'abandoned' | 'cancelled';
  readonly provider: string;
  readonly partnerClientId: string;
  readonly client?: ClientState;
  /** Whether the client was `created` by us, or `adopted`: it existed and was the same person. */
  readonly how?: 'created' | 'adopted';
  readonly documents: readonly FiledDocument[];
  readonly decisions: readonly PersonsDecision[];
  readonly steps: readonly StepRecord[];
}

export interface OnboardingProgress {
  readonly stage: OnboardingStage;
  readonly provider: string;
  readonly partnerClientId: string;
  readonly steps: readonly StepRecord[];
  readonly parked?: ParkedState<ParkReason>;
  readonly waiting?: Waiting;
  readonly decisions: readonly PersonsDecision[];
  readonly client?: ClientState;
}

/** What the preflight found: the provider's semantics, the inspected documents, and what a person has to fix. */
export interface ApplicationCheck {
  readonly documents: readonly InspectedDocument[];
  readonly problems: readonly FieldProblem[];
}
