import type { FieldProblem } from '../../contract/errors';
import type { Balance, FundingKind, Order, OrderState } from '../../contract/funding';
import { plainDecimal } from '../../contract/money';
import type { Address, Applicant, ClientState, Employment } from '../../contract/onboarding';
import type { OrderRequest } from '../../contract/order-requests';
import {
  compareDay,
  compareNumber,
  comparePhone,
  compareText,
  compareWords,
  differences,
  identifying,
  type Comparable,
} from '../identity';
import type { Asset, ListedDocument, NewClient } from '../port';
import { COUNTRY_FLAGS, FAILED_STATUSES, FIAT_TYPE, VERIFIED_STATUS } from './assumptions';
import type { CountryRules } from './rules';
import type { WireAsset, WireBalance, WireClient, WireCountry, WireDocument, WireOrder } from './schemas';

/** Our words in CoinMENA's, and back (docs/providers/coinmena.md sections 5, 6, 8, 11). */

/** What `POST /v1/partner/clients` takes. Absent fields are left out of the JSON. */
export function toWireClient({ partnerClientId, applicant }: NewClient): object {
  return {
    partner_client_id: partnerClientId,
    account_type: 'personal',
    name: applicant.name,
    email: applicant.email,
    phone: applicant.phone,
    residency_id: applicant.residency,
    citizenship_id: applicant.citizenship,
    place_of_birth_id: applicant.placeOfBirth,
    birth_date: applicant.birthDate,
    government_id_number: applicant.governmentId?.number,
    government_id_doe: applicant.governmentId?.expiresOn,
    residency_visa_number: applicant.residencyVisa?.number,
    residency_visa_doe: applicant.residencyVisa?.expiresOn,
    address: toWireAddress(applicant.address),
    employment: applicant.employment === undefined ? undefined : toWireEmployment(applicant.employment),
    trading_volume: applicant.tradingVolume,
    account_purpose: applicant.accountPurposes,
  };
}

function toWireAddress({ street, city, postalCode, unit }: Address): object {
  return { street, city, postal_code: postalCode, unit };
}

function toWireEmployment({ status, company, industry, level, title }: Employment): object {
  return { status, company, job_industry: industry, job_level: level, job_title: title };
}

/** What deposits and withdrawals take (Funding page). The amount is sent as it was asked, character for character. */
export function toWireFunding({ partnerClientId, asset, amount, ref }: OrderRequest): object {
  return { partner_client_id: partnerClientId, asset_id: asset, amount, partner_order_ref: ref };
}

export function toClientState(client: WireClient): ClientState {
  return {
    providerClientId: client.id,
    status: client.status,
    verified: client.status === VERIFIED_STATUS.value,
    active: client.active,
    ...(client.created_at == null ? {} : { createdAt: client.created_at }),
  };
}

export function toListedDocument(document: WireDocument): ListedDocument {
  return {
    providerDocumentId: document.id,
    type: document.type,
    ...(document.created_at == null ? {} : { createdAt: document.created_at }),
  };
}

export function toBalance(balance: WireBalance): Balance {
  return {
    asset: balance.asset_id,
    balance: plainDecimal(balance.balance),
    available: plainDecimal(balance.available_balance),
  };
}

export function toAsset(asset: WireAsset): Asset {
  return {
    asset: asset.id,
    fiat: asset.type == null || asset.type.toLowerCase() === FIAT_TYPE.value,
    published: asset.published,
    depositable: asset.depositable,
    withdrawable: asset.withdrawable,
  };
}

/** The country ids that are accepted for each field. */
export function toCountryRules(countries: readonly WireCountry[]): CountryRules {
  const acceptedFor = (field: keyof CountryRules): ReadonlySet<string> =>
    new Set(countries.filter((country) => country[COUNTRY_FLAGS.value[field]] !== false).map(({ id }) => id));
  return {
    residency: acceptedFor('residency'),
    citizenship: acceptedFor('citizenship'),
    placeOfBirth: acceptedFor('placeOfBirth'),
  };
}

/**
 * An order as the contract has it; undefined if a deposit or a withdrawal does not show the amount and the asset
 * that its type must show: a deposit in `debit`, a withdrawal in `credit` (Funding page, Reading the Response).
 */
export function toOrder(order: WireOrder): Order | undefined {
  const kind = fundingKind(order.type);
  const moved = movedBy(kind, order);
  if (moved === undefined) return undefined;
  return {
    orderId: order.id,
    ref: order.partner_order_ref ?? '',
    kind,
    partnerClientId: order.partner_client_id,
    asset: moved.asset,
    amount: plainDecimal(moved.amount),
    state: orderState(order.status),
    status: order.status,
    ...(order.order_no == null ? {} : { orderNo: order.order_no }),
    ...(order.fee == null ? {} : { fee: plainDecimal(order.fee) }),
    ...(order.fee_asset_id == null ? {} : { feeAsset: order.fee_asset_id }),
    ...(order.vat == null ? {} : { vat: plainDecimal(order.vat) }),
    ...(order.created_at == null ? {} : { createdAt: order.created_at }),
    ...(order.updated_at == null ? {} : { updatedAt: order.updated_at }),
  };
}

/** What its orders are: it converts nothing. */
type CoinmenaKind = Exclude<FundingKind, 'conversion'>;

function fundingKind(type: string): CoinmenaKind | 'other' {
  return type === 'deposit' || type === 'withdrawal' ? type : 'other';
}

interface Moved {
  readonly asset: string;
  readonly amount: string;
}

function movedBy(kind: CoinmenaKind | 'other', order: WireOrder): Moved | undefined {
  const debit = moved(order.debit, order.debit_asset_id);
  const credit = moved(order.credit, order.credit_asset_id);
  switch (kind) {
    case 'deposit':
      return debit;
    case 'withdrawal':
      return credit;
    case 'other':
      // Never an intent's own; the amount is what the client paid, if that is shown (section 8.3).
      return debit ?? credit ?? { asset: 'unknown', amount: '0' };
  }
}

function moved(amount: string | null | undefined, asset: string | null | undefined): Moved | undefined {
  return amount == null || asset == null ? undefined : { amount, asset };
}

/** A status that no document names is open: wait and read again. */
export function orderState(status: string): OrderState {
  if (status === 'completed') return 'completed';
  return FAILED_STATUSES.value.some((failed) => failed === status) ? 'failed' : 'open';
}

/**
 * Fields (dotted paths of the application) in which a record differs from the applicant; empty for the same person. The
 * documents' example of a record is abbreviated, so a field that it does not show is not a difference.
 */
export function differingFields(client: WireClient, applicant: Applicant): readonly FieldProblem[] {
  return differences(comparables(client, applicant));
}

function comparables(client: WireClient, applicant: Applicant): readonly Comparable[] {
  const { governmentId, residencyVisa, address, employment } = applicant;
  return [
    identifying(compareText('applicant.name', applicant.name, client.name)),
    identifying(compareText('applicant.email', applicant.email, client.email)),
    comparePhone('applicant.phone', applicant.phone, client.phone),
    compareText('applicant.residency', applicant.residency, client.residency_id),
    compareText('applicant.citizenship', applicant.citizenship, client.citizenship_id),
    compareText('applicant.placeOfBirth', applicant.placeOfBirth, client.place_of_birth_id),
    compareDay('applicant.birthDate', applicant.birthDate, client.birth_date),
    identifying(compareNumber('applicant.governmentId.number', governmentId?.number, client.government_id_number)),
    compareDay('applicant.governmentId.expiresOn', governmentId?.expiresOn, client.government_id_doe),
    compareNumber('applicant.residencyVisa.number', residencyVisa?.number, client.residency_visa_number),
    compareDay('applicant.residencyVisa.expiresOn', residencyVisa?.expiresOn, client.residency_visa_doe),
    compareText('applicant.address.street', address.street, client.address?.street),
    compareText('applicant.address.city', address.city, client.address?.city),
    compareNumber('applicant.address.postalCode', address.postalCode, client.address?.postal_code),
    compareText('applicant.address.unit', address.unit, client.address?.unit),
    compareText('applicant.employment.status', employment?.status, client.employment?.status),
    compareText('applicant.employment.company', employment?.company, client.employment?.company),
    compareText('applicant.employment.industry', employment?.industry, client.employment?.job_industry),
    compareText('applicant.employment.level', employment?.level, client.employment?.job_level),
    compareText('applicant.employment.title', employment?.title, client.employment?.job_title),
    compareText('applicant.tradingVolume', applicant.tradingVolume, client.trading_volume),
    compareWords('applicant.accountPurposes', applicant.accountPurposes, client.account_purpose),
  ];
}
