import type { Balance, FundingKind, Order, OrderState } from '../../contract/funding';
import { plainDecimal, sameAmount } from '../../contract/money';
import type { Address, Applicant, ClientState, Employment } from '../../contract/onboarding';
import type { Asset, ListedDocument, NewClient, OrderRequest } from '../port';
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
 * An order as the contract has it; undefined where a deposit or a withdrawal does not show the amount and the asset
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
      // Never an intent's own; what the client paid, where it shows (section 8.3).
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

/** Our fields in which an order is not the one that was sent; empty where it is. */
export function differingFromRequest(order: Order, request: OrderRequest): readonly string[] {
  const same = {
    ref: order.ref === request.ref,
    kind: order.kind === request.kind,
    partnerClientId: order.partnerClientId === request.partnerClientId,
    asset: order.asset === request.asset,
    amount: sameAmount(order.amount, request.amount),
  };
  return Object.entries(same).flatMap(([field, equal]) => (equal ? [] : [field]));
}

type Comparable = readonly [field: string, ours: string | undefined, theirs: string | null | undefined, as: Spelling];
type Spelling = (text: string) => string;

/** Fields that tell one person from another: a record must show at least one of them, and equal. */
const IDENTIFYING_FIELDS: readonly string[] = ['applicant.name', 'applicant.email', 'applicant.governmentId.number'];

/**
 * Fields (dotted paths of the application) in which a record is not of the applicant; empty for the same person.
 * The documents' example of a record is abbreviated, so a field that it does not show is not a difference, but where
 * it shows none that identifies a person, those count as different: nothing says that it is the same one.
 */
export function differingFields(client: WireClient, applicant: Applicant): readonly string[] {
  const shown = comparables(client, applicant).filter(([, , theirs]) => theirs != null);
  const differing = shown.filter(([, ours, theirs, as]) => as(ours ?? '') !== as(theirs ?? '')).map(([field]) => field);
  const identified = shown.some(([field]) => IDENTIFYING_FIELDS.includes(field));
  if (!identified) return [...IDENTIFYING_FIELDS];
  return samePurposes(client.account_purpose, applicant.accountPurposes)
    ? differing
    : [...differing, 'applicant.accountPurposes'];
}

function comparables(client: WireClient, applicant: Applicant): readonly Comparable[] {
  const { address, employment } = client;
  return [
    ['applicant.name', applicant.name, client.name, words],
    ['applicant.email', applicant.email, client.email, words],
    ['applicant.phone', applicant.phone, client.phone, characters],
    ['applicant.residency', applicant.residency, client.residency_id, words],
    ['applicant.citizenship', applicant.citizenship, client.citizenship_id, words],
    ['applicant.placeOfBirth', applicant.placeOfBirth, client.place_of_birth_id, words],
    ['applicant.birthDate', applicant.birthDate, client.birth_date, words],
    ['applicant.governmentId.number', applicant.governmentId?.number, client.government_id_number, characters],
    ['applicant.governmentId.expiresOn', applicant.governmentId?.expiresOn, client.government_id_doe, words],
    ['applicant.residencyVisa.number', applicant.residencyVisa?.number, client.residency_visa_number, characters],
    ['applicant.residencyVisa.expiresOn', applicant.residencyVisa?.expiresOn, client.residency_visa_doe, words],
    ['applicant.address.street', applicant.address.street, address?.street, words],
    ['applicant.address.city', applicant.address.city, address?.city, words],
    ['applicant.address.postalCode', applicant.address.postalCode, address?.postal_code, characters],
    ['applicant.address.unit', applicant.address.unit, address?.unit, words],
    ['applicant.employment.status', applicant.employment?.status, employment?.status, words],
    ['applicant.employment.company', applicant.employment?.company, employment?.company, words],
    ['applicant.employment.industry', applicant.employment?.industry, employment?.job_industry, words],
    ['applicant.employment.level', applicant.employment?.level, employment?.job_level, words],
    ['applicant.employment.title', applicant.employment?.title, employment?.job_title, words],
    ['applicant.tradingVolume', applicant.tradingVolume, client.trading_volume, words],
  ];
}

/** Case, Unicode form and runs of white space do not matter. */
const words: Spelling = (text) => text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
/** Nor do spaces and hyphens, in numbers of papers and phones. */
const characters: Spelling = (text) => words(text).replace(/[\s()-]/g, '');

function samePurposes(theirs: readonly string[] | null | undefined, ours: readonly string[] = []): boolean {
  if (theirs == null) return true;
  return [...theirs].sort().join(' ') === [...ours].sort().join(' ');
}
