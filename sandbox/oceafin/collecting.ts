import { z } from 'zod';
import type { Call, Done } from './context';
import { customerOf, requireApproved } from './customers';
import { Problem } from './errors';
import { amount, anything, bodyOf, text } from './input';
import { findResource, kept, newResource, requireStatus, view } from './resources';

/** Checkouts and collections: what they take and answer is unknown but for the names of the operations [?]. */

const time = z.iso.datetime({ offset: true, error: 'must be a date-time with an offset' });

export function createCheckout(call: Call): Done {
  const customer = customerOf(call);
  requireApproved(customer);
  const schema = z.object({ partnerReference: text, asset: text, amount, description: text.optional() });
  const { description, ...shown } = bodyOf(call, schema);
  const checkout = newResource(call.sandbox, 'checkout', customer.customerId, 'OPEN', {
    ...shown,
    ...(description === undefined ? {} : { description }),
  });
  return { status: 201, body: view(checkout), parts: [kept(checkout)] };
}

export function createCheckoutLink(call: Call): Done {
  const { sandbox } = call;
  const checkout = findResource(sandbox, 'checkout', call.params['checkoutId']);
  const { expiresAt } = bodyOf(call, z.object({ expiresAt: time.optional() }));
  requireStatus(checkout, ['OPEN']);
  const link = newResource(sandbox, 'checkoutLink', checkout.customerId, 'ACTIVE', {
    checkoutId: checkout.id,
    url: `https://pay.sandbox.invalid/${checkout.id}`,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  return { status: 201, body: view(link), parts: [kept(link)] };
}

export function createPosPayment(call: Call): Done {
  const { sandbox } = call;
  const checkout = findResource(sandbox, 'checkout', call.params['checkoutId']);
  const { terminalReference } = bodyOf(call, z.object({ terminalReference: text }));
  requireStatus(checkout, ['OPEN']);
  const shown = { checkoutId: checkout.id, terminalReference };
  const request = newResource(sandbox, 'posPaymentRequest', checkout.customerId, 'PENDING', shown);
  return { status: 201, body: view(request), parts: [kept(request)] };
}

const buyerFields = {
  name: text,
  email: text.optional(),
  documents: z.array(z.object({ documentType: text, fileAssetId: text })).optional(),
  additionalInformation: anything.optional(),
};

/** A buyer is answered without anything personal [I]. */
export function createBuyer(call: Call): Done {
  const customer = customerOf(call);
  requireApproved(customer);
  const { partnerReference } = bodyOf(call, z.object({ ...buyerFields, partnerReference: text }));
  const buyer = newResource(call.sandbox, 'buyer', customer.customerId, 'ACTIVE', { partnerReference });
  return { status: 201, body: view(buyer), parts: [kept(buyer)] };
}

export function updateBuyer(call: Call): Done {
  const before = findResource(call.sandbox, 'buyer', call.params['buyerId']);
  bodyOf(call, z.strictObject(buyerFields).partial());
  const buyer = { ...before, updatedAt: call.sandbox.clock.timestamp() };
  return { status: 200, body: view(buyer), parts: [kept(buyer)] };
}

export function createCollectionWallet(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const schema = z.object({ partnerReference: text, buyerId: text, asset: text, expiresAt: time.optional() });
  const { buyerId, expiresAt, ...body } = bodyOf(call, schema);
  if (findResource(sandbox, 'buyer', buyerId).customerId !== customer.customerId) {
    throw new Problem('PARTNER_RESOURCE_NOT_FOUND', 'There is no such buyer.');
  }
  const wallet = newResource(sandbox, 'collectionWallet', customer.customerId, 'ACTIVE', {
    ...body,
    buyerId,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    addresses: [{ network: 'TRON', address: `sandbox-collection-${buyerId.slice(0, 8)}` }],
  });
  return {
    status: 201,
    body: view(wallet),
    parts: [kept(wallet)],
    events: [
      {
        eventType: 'collection_wallet.created',
        customer,
        resourceType: 'collection_wallet',
        resourceId: wallet.id,
      },
    ],
  };
}

export function updateWalletExpiry(call: Call): Done {
  const before = findResource(call.sandbox, 'collectionWallet', call.params['walletId']);
  const { expiresAt } = bodyOf(call, z.object({ expiresAt: time }));
  requireStatus(before, ['ACTIVE']);
  const wallet = { ...before, shown: { ...before.shown, expiresAt }, updatedAt: call.sandbox.clock.timestamp() };
  return { status: 200, body: view(wallet), parts: [kept(wallet)] };
}
