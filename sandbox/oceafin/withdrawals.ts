import { z } from 'zod';
import { isLess, minus } from '../http/decimals';
import { CRYPTO_NETWORKS, FIAT } from './config';
import type { Call, Done, Sandbox } from './context';
import { customerOf, requireApproved } from './customers';
import { Problem } from './errors';
import { requireApproval } from './evidence';
import { amount, anything, bodyOf, text } from './input';
import { availabilityOf, invalid, newQuote, usableQuote, used, withdrawalTerms } from './quotes';
import type { Holding, Part, ResourceRecord } from './records';
import { assetOf, findResource, kept, newResource, requireStatus, shownText, view } from './resources';

const currency = z.enum(FIAT);

const bankAccount = z.object({
  currency,
  accountNumber: text,
  accountHolderName: text,
  bankName: text,
  bankCountry: text,
  swiftCode: text.optional(),
  routingNumber: text.optional(),
  thirdPartyBeneficiary: anything.optional(),
});

/** `POST …/bank-accounts`. Numbers are answered masked [I]. */
export function createBankAccount(call: Call): Done {
  const customer = customerOf(call);
  requireApproved(customer);
  const body = bodyOf(call, bankAccount);
  const shown = {
    currency: body.currency,
    bankName: body.bankName,
    accountNumber: `***${body.accountNumber.slice(-3)}`,
  };
  const account = newResource(call.sandbox, 'bankAccount', customer.customerId, 'ACTIVE', shown);
  return { status: 201, body: view(account), parts: [kept(account)] };
}

/** `GET …/fiat-withdrawal-capabilities`: a currency is active once it was activated. */
export function getFiatWithdrawalCapabilities(call: Call): Done {
  const customer = customerOf(call);
  requireApproved(customer);
  const routes = FIAT.map((one) => {
    const activation = activationOf(call.sandbox, customer.customerId, one);
    const status = activation?.status ?? 'INACTIVE';
    return { currency: one, status, ...(activation === undefined ? {} : { activationId: activation.id }) };
  });
  return { status: 200, body: { routes } };
}

function activationOf({ store }: Sandbox, customerId: string, wanted: string): ResourceRecord | undefined {
  return store.resources('activation', customerId).find((one) => shownText(one, 'currency') === wanted);
}

/** `POST …/fiat-withdrawal-capabilities/activate`. */
export function activateFiatWithdrawalCapability(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const body = bodyOf(call, z.object({ currency, bankAccountId: text.optional() }));
  const existing = activationOf(sandbox, customer.customerId, body.currency);
  if (existing !== undefined) return { status: 200, body: view(existing) };
  const status = sandbox.faults.take(['outcome'], call.subject)?.rule.params.status ?? 'ACTIVE';
  const shown = { currency: body.currency };
  const activation = newResource(sandbox, 'activation', customer.customerId, status, shown);
  return { status: 201, body: view(activation), parts: [kept(activation)] };
}

/** `POST /partner/v1/fiat-withdrawal-capability-activations/{activationId}/additional-info`. */
export function addActivationInformation(call: Call): Done {
  const activation = findResource(call.sandbox, 'activation', call.params['activationId']);
  bodyOf(call, z.object({ additionalInformation: anything }));
  requireStatus(activation, ['ADDITIONAL_INFO_REQUIRED']);
  const active = { ...activation, status: 'ACTIVE', updatedAt: call.sandbox.clock.timestamp() };
  return { status: 200, body: view(active), parts: [kept(active)] };
}

/** `POST …/fiat-withdrawal-quotes`. */
export function createFiatWithdrawalQuote(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const body = bodyOf(call, z.object({ currency, amount, bankAccountId: text }));
  if (findResource(sandbox, 'bankAccount', body.bankAccountId).customerId !== customer.customerId) {
    throw new Problem('PARTNER_RESOURCE_NOT_FOUND', 'There is no such bank account.');
  }
  if (activationOf(sandbox, customer.customerId, body.currency)?.status !== 'ACTIVE') {
    throw new Problem('PARTNER_RESOURCE_STATE_INVALID', 'The withdrawal capability is not active.');
  }
  const quote = newQuote(sandbox, 'fiatWithdrawalQuote', customer.customerId, {
    ...body,
    ...withdrawalTerms(body.currency, body.amount),
    feeCurrency: body.currency,
    balanceAvailability: availabilityOf(sandbox, customer.customerId, body.currency, body.amount),
  });
  return { status: 201, body: view(quote), parts: [kept(quote)] };
}

const draft = z.object({
  quoteId: text,
  partnerReference: text,
  purpose: text.optional(),
  authorizationEvidence: z.unknown(),
});

/** `POST …/fiat-withdrawals`: an approval draft; nothing moves yet. */
export function createFiatWithdrawal(call: Call): Done {
  return drafted(call, 'fiatWithdrawalQuote', 'fiatWithdrawal', 'FIAT_WITHDRAWAL');
}

/** `POST …/crypto-withdrawals`: an approval draft; nothing moves yet. */
export function createCryptoWithdrawal(call: Call): Done {
  const done = drafted(call, 'cryptoWithdrawalQuote', 'cryptoWithdrawal', 'CRYPTO_WITHDRAWAL');
  const created = done.parts?.flatMap((part) => (part.part === 'resource' ? [part.resource] : []))[0];
  return {
    ...done,
    events: [
      {
        eventType: 'crypto_withdrawal.created',
        customer: customerOf(call),
        resourceType: 'crypto_withdrawal',
        resourceId: created?.id ?? '',
        data: { partnerReference: created === undefined ? '' : shownText(created, 'partnerReference') },
      },
    ],
  };
}

function drafted(
  call: Call,
  quoteKind: 'fiatWithdrawalQuote' | 'cryptoWithdrawalQuote',
  kind: 'fiatWithdrawal' | 'cryptoWithdrawal',
  operation: string,
): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const body = bodyOf(call, draft);
  const quote = usableQuote(call, quoteKind, customer.customerId, body.quoteId);
  const { partnerReference } = body;
  const asset = assetOf(quote);
  requireApproval(body.authorizationEvidence, {
    operation,
    partnerReference,
    asset,
    amount: shownText(quote, 'amount'),
  });
  const isFiat = kind === 'fiatWithdrawal';
  const fee = shownText(quote, 'fee');
  const withdrawal = newResource(sandbox, kind, customer.customerId, 'DRAFT', {
    partnerReference,
    quoteId: quote.id,
    [isFiat ? 'currency' : 'asset']: asset,
    amount: shownText(quote, 'amount'),
    fee,
    [isFiat ? 'feeCurrency' : 'feeAsset']: asset,
  });
  return { status: 201, body: view(withdrawal), parts: [kept(withdrawal), kept(used(quote))] };
}

/** `POST /partner/v1/fiat-withdrawals/{withdrawalId}/submit`, and its like for crypto: the money is held from here on. */
export function submitWithdrawal(kind: 'fiatWithdrawal' | 'cryptoWithdrawal' | 'refund', parameter: string) {
  return (call: Call): Done => {
    const { sandbox } = call;
    const before = findResource(sandbox, kind, call.params[parameter]);
    bodyOf(call, z.looseObject({}));
    requireApproved(sandbox.store.customer(before.customerId));
    requireStatus(before, ['DRAFT']);
    const holding = heldBack(sandbox, before.customerId, assetOf(before), shownText(before, 'amount'));
    const outcome = sandbox.faults.take(['outcome'], call.subject)?.rule.params.status ?? 'COMPLETED';
    const submitted = {
      ...before,
      status: 'PROCESSING',
      next: outcome === 'PROCESSING' ? [] : [outcome],
      updatedAt: sandbox.clock.timestamp(),
    };
    return { status: 200, body: view(submitted), parts: [kept(submitted), holding] };
  };
}

/** @throws Problem PARTNER_RESOURCE_STATE_INVALID if there is not enough [I: no code for it is listed] */
export function heldBack({ store }: Sandbox, customerId: string, asset: string, wanted: string): Part {
  const before: Holding = store.holding(customerId, asset);
  if (isLess(before.available, wanted)) {
    throw new Problem('PARTNER_RESOURCE_STATE_INVALID', 'The available balance does not cover the amount.');
  }
  return { part: 'holding', holding: { ...before, available: minus(before.available, wanted) } };
}

/** `POST /partner/v1/fiat-withdrawals/{withdrawalId}/additional-info`: it goes on. */
export function addFiatWithdrawalInformation(call: Call): Done {
  const before = findResource(call.sandbox, 'fiatWithdrawal', call.params['withdrawalId']);
  bodyOf(call, z.object({ additionalInformation: anything }));
  requireStatus(before, ['ADDITIONAL_INFO_REQUIRED']);
  const going = { ...before, status: 'PROCESSING', next: ['COMPLETED'], updatedAt: call.sandbox.clock.timestamp() };
  return { status: 200, body: view(going), parts: [kept(going)] };
}

const cryptoAsset = z.enum(['USDT', 'USDC', 'BTC', 'ETH']);

const beneficiaryBody = z.object({
  name: text,
  asset: cryptoAsset,
  network: text,
  address: text,
  beneficiary: anything.optional(),
  supportFiles: z.array(z.object({ fileAssetId: text })).optional(),
});

/** `POST …/crypto-wallet-beneficiaries`: to be used at once, unless a rule says otherwise. It shows its address [I]. */
export function createBeneficiary(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const { asset, network, address } = bodyOf(call, beneficiaryBody);
  if (network !== CRYPTO_NETWORKS[asset]) throw invalid('network', `must be ${CRYPTO_NETWORKS[asset]}`);
  const status = sandbox.faults.take(['outcome'], call.subject)?.rule.params.status ?? 'ACTIVE';
  const beneficiary = newResource(sandbox, 'beneficiary', customer.customerId, status, {
    asset,
    network,
    address,
  });
  return { status: 201, body: view(beneficiary), parts: [kept(beneficiary)] };
}

/** `POST …/crypto-withdrawal-quotes`. */
export function createCryptoWithdrawalQuote(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const body = bodyOf(call, z.object({ asset: cryptoAsset, amount, beneficiaryId: text }));
  const beneficiary = findResource(sandbox, 'beneficiary', body.beneficiaryId);
  if (beneficiary.customerId !== customer.customerId) {
    throw new Problem('PARTNER_RESOURCE_NOT_FOUND', 'There is no such beneficiary.');
  }
  requireStatus(beneficiary, ['ACTIVE']);
  const quote = newQuote(sandbox, 'cryptoWithdrawalQuote', customer.customerId, {
    ...body,
    ...withdrawalTerms(body.asset, body.amount),
    feeAsset: body.asset,
    balanceAvailability: availabilityOf(sandbox, customer.customerId, body.asset, body.amount),
  });
  return { status: 201, body: view(quote), parts: [kept(quote)] };
}
