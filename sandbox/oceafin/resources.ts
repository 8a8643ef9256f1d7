import { randomUUID } from 'node:crypto';
import { minus, plus } from '../http/decimals';
import { FINAL_STATUSES } from './config';
import type { Sandbox } from './context';
import { Problem } from './errors';
import {
  ID_FIELDS,
  type CustomerRecord,
  type Holding,
  type Part,
  type ResourceKind,
  type ResourceRecord,
} from './records';
import type { WebhookEvent } from './webhooks';

/** What a step of a resource's life alters, and whom it tells. */
export interface Step {
  readonly parts: readonly Part[];
  readonly events: readonly WebhookEvent[];
}

type Shown = ResourceRecord['shown'];

/** A new resource. */
export function newResource(
  { clock }: Sandbox,
  kind: ResourceKind,
  customerId: string,
  status: string,
  shown: Shown,
  next: readonly string[] = [],
): ResourceRecord {
  const now = clock.timestamp();
  return { id: randomUUID(), kind, customerId, status, next: [...next], shown, createdAt: now, updatedAt: now };
}

export function kept(resource: ResourceRecord): Part {
  return { part: 'resource', resource };
}

/** A resource as it is answered. */
export function view({ id, kind, status, shown, createdAt, updatedAt }: ResourceRecord): object {
  return { [ID_FIELDS[kind]]: id, ...shown, status, createdAt, updatedAt };
}

/** @throws Problem PARTNER_RESOURCE_NOT_FOUND */
export function findResource({ store }: Sandbox, kind: ResourceKind, id: string | undefined): ResourceRecord {
  const found = store.resource(kind, id ?? '');
  if (found === undefined) throw new Problem('PARTNER_RESOURCE_NOT_FOUND', 'There is no such resource.');
  return found;
}

/** @throws Problem PARTNER_RESOURCE_STATE_INVALID */
export function requireStatus({ status }: ResourceRecord, allowed: readonly string[]): void {
  if (allowed.includes(status)) return;
  throw new Problem('PARTNER_RESOURCE_STATE_INVALID', `The resource is ${status}.`);
}

/** Text that a resource shows under a name. */
export function shownText({ shown }: ResourceRecord, name: string): string {
  const value = shown[name];
  return typeof value === 'string' ? value : '';
}

/** A read lets time go on: a resource that was waiting takes its next step. */
export function afterRead(sandbox: Sandbox, resource: ResourceRecord): Step & { readonly resource: ResourceRecord } {
  const [status, ...next] = resource.next;
  if (status === undefined) return { resource, parts: [], events: [] };
  const moved = { ...resource, next };
  return { ...moveTo(sandbox, moved, status), resource: stepped(sandbox, moved, status) };
}

/**
 * Brings a resource into a status, and moves the money that goes with it.
 *
 * @throws Problem PARTNER_RESOURCE_STATE_INVALID if its status is final
 */
export function moveTo(sandbox: Sandbox, resource: ResourceRecord, status: string): Step {
  if (FINAL_STATUSES.includes(resource.status)) {
    throw new Problem('PARTNER_RESOURCE_STATE_INVALID', `The resource is ${resource.status}, which is final.`);
  }
  const holdings = movedHoldings(sandbox, resource, status);
  const transaction = holdings.length > 0 && status === 'COMPLETED' ? [kept(transactionOf(sandbox, resource))] : [];
  const customer = sandbox.store.customer(resource.customerId);
  const tells = MOVES_MONEY.includes(resource.kind) && customer !== undefined;
  return {
    parts: [
      kept(stepped(sandbox, resource, status)),
      ...holdings.map((holding): Part => ({ part: 'holding', holding })),
      ...transaction,
      ...accountOf(sandbox, resource, status),
    ],
    events: tells ? [transactionEvent(customer, resource)] : [],
  };
}

const MOVES_MONEY: readonly ResourceKind[] = [
  'fiatDeposit',
  'fiatWithdrawal',
  'conversion',
  'cryptoDeposit',
  'cryptoWithdrawal',
  'refund',
  'collectionPayment',
];

function stepped({ clock }: Sandbox, resource: ResourceRecord, status: string): ResourceRecord {
  return { ...resource, status, updatedAt: clock.timestamp() };
}

function transactionEvent(customer: CustomerRecord, resource: ResourceRecord): WebhookEvent {
  return {
    eventType: 'customer.transaction.updated',
    customer,
    resourceType: resourceTypeOf(resource.kind),
    resourceId: resource.id,
  };
}

/** `fiat_withdrawal` for `fiatWithdrawal` [I: as `fiat_account` in the event types]. */
export function resourceTypeOf(kind: ResourceKind): string {
  return kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const GAVE_UP: readonly string[] = ['FAILED', 'REJECTED', 'CANCELLED', 'EXPIRED'];

/** The holding once a resource has reached a status: money is held back when it is sent off, and moves at the end. */
function movedHoldings(sandbox: Sandbox, resource: ResourceRecord, status: string): readonly Holding[] {
  const { store } = sandbox;
  const holdingOf = (asset: string): Holding => store.holding(resource.customerId, asset);
  switch (resource.kind) {
    case 'fiatDeposit':
    case 'cryptoDeposit':
    case 'collectionPayment': {
      if (status !== 'COMPLETED') return [];
      return [credited(holdingOf(assetOf(resource)), shownText(resource, 'amount'))];
    }
    case 'fiatWithdrawal':
    case 'cryptoWithdrawal':
    case 'refund': {
      if (resource.status === 'DRAFT') return [];
      const held = holdingOf(assetOf(resource));
      const amount = shownText(resource, 'amount');
      if (status === 'COMPLETED') return [{ ...held, total: minus(held.total, amount) }];
      return GAVE_UP.includes(status) ? [{ ...held, available: plus(held.available, amount) }] : [];
    }
    case 'conversion': {
      const from = holdingOf(shownText(resource, 'fromAsset'));
      const amount = shownText(resource, 'fromAmount');
      if (GAVE_UP.includes(status)) return [{ ...from, available: plus(from.available, amount) }];
      if (status !== 'COMPLETED') return [];
      const to = holdingOf(shownText(resource, 'toAsset'));
      return [{ ...from, total: minus(from.total, amount) }, credited(to, shownText(resource, 'toAmount'))];
    }
    case 'submission':
    case 'transaction':
    case 'fiatAccountApplication':
    case 'fiatAccount':
    case 'bankAccount':
    case 'activation':
    case 'fiatWithdrawalQuote':
    case 'conversionQuote':
    case 'cryptoDepositWallet':
    case 'beneficiary':
    case 'cryptoWithdrawalQuote':
    case 'checkout':
    case 'checkoutLink':
    case 'posPaymentRequest':
    case 'buyer':
    case 'collectionWallet':
      return [];
  }
}

/** The asset that a resource is about: fiat resources call it `currency`. */
export function assetOf(resource: ResourceRecord): string {
  return shownText(resource, 'currency') || shownText(resource, 'asset') || shownText(resource, 'fromAsset');
}

export function credited(holding: Holding, amount: string): Holding {
  return { ...holding, total: plus(holding.total, amount), available: plus(holding.available, amount) };
}

function transactionOf(sandbox: Sandbox, resource: ResourceRecord): ResourceRecord {
  const asset = assetOf(resource);
  const amount = shownText(resource, 'amount') || shownText(resource, 'fromAmount');
  const type = resourceTypeOf(resource.kind).toUpperCase();
  return newResource(sandbox, 'transaction', resource.customerId, 'COMPLETED', {
    type,
    asset,
    amount,
    resourceId: resource.id,
  });
}

/** An approved application becomes an account. */
function accountOf(sandbox: Sandbox, resource: ResourceRecord, status: string): readonly Part[] {
  if (resource.kind !== 'fiatAccountApplication' || status !== 'APPROVED') return [];
  const shown = { currency: shownText(resource, 'currency'), applicationId: resource.id };
  return [kept(newResource(sandbox, 'fiatAccount', resource.customerId, 'ACTIVE', shown))];
}
