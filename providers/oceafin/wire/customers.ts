import { z } from 'zod';
import type { BodyObject } from '../canonical-json';
import { optional, wireDecimal, wireId, wireRef, wireWord } from '../../http/wire';
import { pageOf } from '../pages';
import { lifecycle, untoldLifecycle } from './common';

export const CUSTOMER_TYPES = ['INDIVIDUAL', 'CORPORATE'] as const;
export type CustomerType = (typeof CUSTOMER_TYPES)[number];

/** `CreatePartnerCustomerRequest` (create partner customer page). */
export interface CreateCustomer {
  readonly partnerCustomerRef: string;
  readonly customerType: CustomerType;
  readonly displayName?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** `PartnerCustomer` (create partner customer page): all stated. */
export const customer = z.object({
  customerId: wireId,
  partnerCustomerRef: wireRef,
  customerType: optional(wireWord),
  ...lifecycle,
});
export type WireCustomer = z.output<typeof customer>;

/** `UploadPartnerCustomerFileRequest`: one file, sent as multipart/form-data. */
export interface UploadFile {
  readonly documentType: string;
  readonly side: 'FRONT' | 'BACK';
  readonly mime: string;
  readonly bytes: Buffer;
}

/** `LinkPartnerCustomerFileRequest`: a file asset from an approved file flow. */
export interface LinkFile {
  readonly fileAssetId: string;
  readonly documentType?: string;
}

/** `PartnerCustomerFile`: that it yields `fileAssetId` is stated. */
export const customerFile = z.object({ fileAssetId: wireId, createdAt: optional(wireWord) });
export type WireFile = z.output<typeof customerFile>;

/** `PartnerOnboardingSupportingDocument`: that each references a `fileAssetId` is stated. */
export interface SupportingDocument extends BodyObject {
  readonly documentType: string;
  readonly fileAssetId: string;
}

/**
 * `PartnerOnboardingSubmissionRequest`. Stated names: `additionalPersonalDetails`, `additionalCorporationDetails`,
 * `attestedByClientId`, a `fileAssetId` in each supporting document; all others are ours.
 */
export type SubmitEvidence = IndividualEvidence | CorporateEvidence;

interface Evidence {
  readonly supportingDocuments: readonly SupportingDocument[];
  /** What was shown to the person, and when they agreed. */
  readonly consentEvidence: BodyObject;
  readonly partnerAttestation: { readonly attestedByClientId: string; readonly [name: string]: string };
}

export interface IndividualEvidence extends Evidence {
  readonly submissionType: 'KYC';
  readonly individual: { readonly personalDetails: BodyObject; readonly additionalPersonalDetails: BodyObject };
}

export interface CorporateEvidence extends Evidence {
  readonly submissionType: 'KYB';
  readonly corporate: {
    readonly corporationDetails: BodyObject;
    readonly additionalCorporationDetails: BodyObject;
    readonly contactPerson: BodyObject;
    readonly keyPersons: readonly BodyObject[];
  };
}

/** `PartnerOnboardingSubmission`. */
export const submission = z.object({
  submissionId: optional(wireId),
  status: optional(wireWord),
  createdAt: optional(wireWord),
});
export type WireSubmission = z.output<typeof submission>;

const balance = z.object({ asset: wireWord, total: wireDecimal, available: wireDecimal });
/** `PartnerBalancePage`. */
export const balances = pageOf(balance);
export type WireBalance = z.output<typeof balance>;

/** `PartnerTransaction`. */
export const transaction = z.object({
  transactionId: wireId,
  type: optional(wireWord),
  asset: optional(wireWord),
  amount: optional(wireDecimal),
  ...untoldLifecycle,
});
export type WireTransaction = z.output<typeof transaction>;
export const transactions = pageOf(transaction);
