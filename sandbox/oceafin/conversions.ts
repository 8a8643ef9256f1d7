import { z } from 'zod';
import type { Call, Done } from './context';
import { customerOf, requireApproved } from './customers';
import { requireApproval } from './evidence';
import { amount, bodyOf, text } from './input';
import { availabilityOf, converted, invalid, newQuote, usableQuote, used } from './quotes';
import { kept, newResource, shownText, view } from './resources';
import { heldBack } from './withdrawals';

/** `POST …/conversion-quotes`, at the rates of the sandbox. */
export function createConversionQuote(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const { fromAsset, fromAmount, toAsset } = bodyOf(
    call,
    z.object({ fromAsset: text, fromAmount: amount, toAsset: text }),
  );
  if (fromAsset === toAsset) throw invalid('toAsset', 'must differ from fromAsset');
  const quote = newQuote(sandbox, 'conversionQuote', customer.customerId, {
    fromAsset,
    fromAmount,
    toAsset,
    toAmount: converted(sandbox, fromAsset, fromAmount, toAsset),
    fee: '0',
    feeAsset: fromAsset,
    balanceAvailability: availabilityOf(sandbox, customer.customerId, fromAsset, fromAmount),
  });
  return { status: 201, body: view(quote), parts: [kept(quote)] };
}

const draft = z.object({ quoteId: text, partnerReference: text, authorizationEvidence: z.unknown() });

/** `POST …/conversions`: the approval draft carries the evidence, and is carried out [I: no operation submits it]. */
export function createConversion(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const { quoteId, partnerReference, authorizationEvidence } = bodyOf(call, draft);
  const quote = usableQuote(call, 'conversionQuote', customer.customerId, quoteId);
  const fromAsset = shownText(quote, 'fromAsset');
  const fromAmount = shownText(quote, 'fromAmount');
  requireApproval(authorizationEvidence, {
    operation: 'CONVERSION',
    partnerReference,
    asset: fromAsset,
    amount: fromAmount,
  });
  const holding = heldBack(sandbox, customer.customerId, fromAsset, fromAmount);
  const outcome = sandbox.faults.take(['outcome'], call.subject)?.rule.params.status ?? 'COMPLETED';
  const conversion = newResource(
    sandbox,
    'conversion',
    customer.customerId,
    'PROCESSING',
    {
      partnerReference,
      quoteId,
      fromAsset,
      fromAmount,
      toAsset: shownText(quote, 'toAsset'),
      toAmount: shownText(quote, 'toAmount'),
      fee: '0',
      feeAsset: fromAsset,
    },
    outcome === 'PROCESSING' ? [] : [outcome],
  );
  return {
    status: 201,
    body: view(conversion),
    parts: [kept(conversion), kept(used(quote)), holding],
    events: [
      {
        eventType: 'conversion.created',
        customer,
        resourceType: 'conversion',
        resourceId: conversion.id,
        data: { partnerReference },
      },
    ],
  };
}
