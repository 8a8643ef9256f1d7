import type { Balance, Order } from '../../contract/funding';
import { plainDecimal } from '../../contract/money';
import type { Address, Applicant, ClientState } from '../../contract/onboarding';
import type { ReceivedDeposit, ReceivingAccount } from '../../contract/receiving';
import type { OrderRequest } from '../../contract/order-requests';
import type { KnownClient, VerificationSubmission } from '../port';
import {
  ACTIVE_STATUSES,
  APPROVED_STATUS,
  INACTIVE_STATUSES,
  INFORMATION_STATUSES,
  ORDER_STATUSES,
  RECEIVED_STATUSES,
  REFUSED_STATUSES,
  REJECTED_STATUSES,
  RETURNED_DEPOSIT_STATUSES,
} from './assumptions';
import type { BodyObject } from './canonical-json';
import { applicationDetails, DEFAULT_CUSTOMER_TYPE, type ApplicationDetails, type Authorization } from './inputs';
import { detailsAs } from './refusals';
import type { AuthorizationEvidence } from './wire/common';
import type { CreateCustomer, SubmitEvidence, SupportingDocument, WireBalance, WireCustomer } from './wire/customers';
import type { WireFiatAccount, WireFiatAccountApplication, WireFiatDeposit } from './wire/fiat-accounts';

/** Our words in Oceafin's, and back (docs/providers/oceafin.md sections 5 and 6). Names of fields are mostly guesses. */

/** What creates a customer, and reads it. A pure function of the client, so that a retry has the same bytes. */
export function toCreateCustomer({ partnerClientId, applicant, details }: KnownClient): CreateCustomer {
  if (details === undefined) return { partnerCustomerRef: partnerClientId, customerType: DEFAULT_CUSTOMER_TYPE };
  const known = detailsAs(applicationDetails, details, 'createCustomer');
  const displayName = known.customerType === 'CORPORATE' ? known.corporation.legalName : applicant?.name;
  return {
    partnerCustomerRef: partnerClientId,
    customerType: known.customerType,
    ...(displayName === undefined ? {} : { displayName }),
    ...(known.metadata === undefined ? {} : { metadata: known.metadata }),
  };
}

export function toClientState({ customerId, status, createdAt }: WireCustomer): ClientState {
  const rejected = isOneOf(status, REJECTED_STATUSES.value);
  const inactive = isOneOf(status, INACTIVE_STATUSES.value);
  return {
    providerClientId: customerId,
    status,
    verified: status === APPROVED_STATUS.value || inactive,
    active: !inactive && !rejected,
    ...clientNeeds(status),
    ...(rejected ? { rejected: true } : {}),
    ...(createdAt == null ? {} : { createdAt }),
  };
}

/** The status of a customer that exists and whose onboarding was not submitted (Customers And Onboarding page). */
const UNSUBMITTED = 'DRAFT';

function clientNeeds(status: string): Pick<ClientState, 'needs'> {
  if (status === UNSUBMITTED) return { needs: 'submission' };
  return isOneOf(status, INFORMATION_STATUSES.value) ? { needs: 'information' } : {};
}

/** Stands between the files of one document in its id: front, then back. */
const FILE_SEPARATOR = '+';

export function toDocumentId(fileAssetIds: readonly string[]): string {
  return fileAssetIds.join(FILE_SEPARATOR);
}

function toSupportingDocuments(submission: VerificationSubmission): readonly SupportingDocument[] {
  return submission.documents.flatMap(({ type, providerDocumentId }) =>
    providerDocumentId.split(FILE_SEPARATOR).map((fileAssetId) => ({ documentType: type, fileAssetId })),
  );
}

/**
 * KYC or KYB evidence. A pure function of the submission and of the partner's own client id.
 *
 * @throws ProviderError INVALID_REQUEST if the details do not fit
 */
export function toEvidence(submission: VerificationSubmission, clientId: string): SubmitEvidence {
  const details = detailsAs(applicationDetails, submission.details, 'submitEvidence');
  const evidence = {
    supportingDocuments: toSupportingDocuments(submission),
    consentEvidence: { consentReference: details.consent.reference, agreedAt: details.consent.agreedAt },
    partnerAttestation: { attestedByClientId: clientId, ...details.attestation },
  };
  switch (details.customerType) {
    case 'INDIVIDUAL':
      return { ...evidence, submissionType: 'KYC', individual: toIndividual(submission.applicant, details) };
    case 'CORPORATE': {
      const { corporation, contactPerson, keyPersons, additional } = details;
      const { other, ...stated } = corporation;
      return {
        ...evidence,
        submissionType: 'KYB',
        corporate: {
          corporationDetails: { ...other, ...stated },
          additionalCorporationDetails: additional ?? {},
          contactPerson,
          keyPersons,
        },
      };
    }
  }
}

function toIndividual(
  applicant: Applicant,
  { additional }: ApplicationDetails,
): { readonly personalDetails: BodyObject; readonly additionalPersonalDetails: BodyObject } {
  return {
    personalDetails: {
      fullName: applicant.name,
      dateOfBirth: applicant.birthDate,
      nationality: applicant.citizenship,
      countryOfResidence: applicant.residency,
      email: applicant.email,
      contactNumber: applicant.phone,
      address: toWireAddress(applicant.address),
      identityDocumentNumber: applicant.governmentId?.number,
      identityDocumentExpiresOn: applicant.governmentId?.expiresOn,
    },
    additionalPersonalDetails: { ...additional },
  };
}

function toWireAddress({ street, city, postalCode, unit }: Address): BodyObject {
  return { street, city, postalCode, unit };
}

/** The evidence that a movement was approved: the caller's proof, about this movement only. */
export function toEvidenceOf(
  operation: AuthorizationEvidence['operation'],
  { ref, asset, amount }: OrderRequest,
  authorization: Authorization,
): AuthorizationEvidence {
  return { operation, partnerReference: ref, asset, amount, ...authorization };
}

export function toBalance({ asset, total, available }: WireBalance): Balance {
  return { asset, balance: plainDecimal(total), available: plainDecimal(available) };
}

/** What any withdrawal or conversion shows of its life. */
interface WireOrder {
  readonly partnerReference?: string | null | undefined;
  readonly status: string;
  readonly asset: string;
  readonly amount: string;
  readonly fee?: string | null | undefined;
  readonly feeAsset?: string | null | undefined;
  readonly createdAt?: string | null | undefined;
  readonly updatedAt?: string | null | undefined;
}

/**
 * An order as the contract has it. It shows no customer, and its reference only if Oceafin returns it: it was read by
 * an id, or under a key, of this very request.
 */
export function toOrder(orderId: string, wire: WireOrder, request: OrderRequest): Order {
  return {
    orderId,
    ref: wire.partnerReference ?? request.ref,
    ...(wire.partnerReference == null ? { idOnly: true } : {}),
    kind: request.kind,
    partnerClientId: request.partnerClientId,
    asset: wire.asset,
    amount: plainDecimal(wire.amount),
    ...orderState(wire.status),
    status: wire.status,
    ...(wire.fee == null ? {} : { fee: plainDecimal(wire.fee) }),
    ...(wire.feeAsset == null ? {} : { feeAsset: wire.feeAsset }),
    ...(wire.createdAt == null ? {} : { createdAt: wire.createdAt }),
    ...(wire.updatedAt == null ? {} : { updatedAt: wire.updatedAt }),
  };
}

/** A status that is not known is open: wait and read again. */
function orderState(status: string): Pick<Order, 'state' | 'awaits'> {
  const { completed, failed, cancelled, awaitsConfirmation, awaitsInformation } = ORDER_STATUSES.value;
  if (isOneOf(status, completed)) return { state: 'completed' };
  if (isOneOf(status, failed)) return { state: 'failed' };
  if (isOneOf(status, cancelled)) return { state: 'cancelled' };
  if (isOneOf(status, awaitsConfirmation)) return { state: 'open', awaits: 'confirmation' };
  if (isOneOf(status, awaitsInformation)) return { state: 'open', awaits: 'information' };
  return { state: 'open' };
}

/** Whether a status says that a capability, account or beneficiary can be used. */
export function isUsable(status: string): boolean {
  return isOneOf(status, ACTIVE_STATUSES.value);
}

export function toReceivingAccount(account: WireFiatAccount): ReceivingAccount {
  return { accountId: account.fiatAccountId, status: account.status, ...accountState(account.status) };
}

export function toAppliedAccount({ applicationId, status }: WireFiatAccountApplication): ReceivingAccount {
  // Even if it is approved, it is an account only once it stands among the accounts.
  const { state, ...rest } = accountState(status);
  return { accountId: applicationId, status, state: state === 'ready' ? 'pending' : state, ...rest };
}

function accountState(status: string): Pick<ReceivingAccount, 'state' | 'needs'> {
  if (isUsable(status)) return { state: 'ready' };
  if (isOneOf(status, REFUSED_STATUSES.value)) return { state: 'refused' };
  return isOneOf(status, INFORMATION_STATUSES.value)
    ? { state: 'pending', needs: 'information' }
    : { state: 'pending' };
}

export function toReceivedDeposit(deposit: WireFiatDeposit): ReceivedDeposit {
  return {
    depositId: deposit.depositId,
    asset: deposit.currency,
    amount: plainDecimal(deposit.amount),
    state: depositState(deposit.status),
    status: deposit.status,
    ...(deposit.createdAt == null ? {} : { receivedAt: deposit.createdAt }),
  };
}

function depositState(status: string): ReceivedDeposit['state'] {
  if (isOneOf(status, RECEIVED_STATUSES.value)) return 'completed';
  return isOneOf(status, RETURNED_DEPOSIT_STATUSES.value) ? 'failed' : 'open';
}

function isOneOf(status: string, statuses: readonly string[]): boolean {
  return statuses.includes(status);
}
