import { z } from 'zod';
import { FIAT } from './config';
import type { Call, Done } from './context';
import { customerOf, requireApproved } from './customers';
import { anything, bodyOf, text } from './input';
import { findResource, kept, moveTo, newResource, requireStatus, shownText, view } from './resources';

const currency = z.enum(FIAT);

/** `GET …/fiat-account-capabilities`. */
export function getFiatAccountCapabilities(call: Call): Done {
  requireApproved(customerOf(call));
  return { status: 200, body: { routes: FIAT.map((one) => ({ currency: one, country: 'SG', status: 'AVAILABLE' })) } };
}

const application = z.object({
  currency,
  partnerReference: text,
  purpose: text.optional(),
  additionalInformation: anything.optional(),
});

/** `POST …/fiat-account-applications`: becomes an account while accounts are read. */
export function createFiatAccountApplication(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const { currency: wanted, partnerReference } = bodyOf(call, application);
  const outcome = sandbox.faults.take(['outcome'], call.subject)?.rule.params.status ?? 'APPROVED';
  const applied = newResource(
    sandbox,
    'fiatAccountApplication',
    customer.customerId,
    'SUBMITTED',
    { currency: wanted, partnerReference },
    outcome === 'PROCESSING' ? [] : [outcome],
  );
  return {
    status: 201,
    body: view(applied),
    parts: [kept(applied)],
    events: [
      {
        eventType: 'fiat_account.application.submitted',
        customer,
        resourceType: 'fiat_account_application',
        resourceId: applied.id,
      },
    ],
  };
}

/** `POST /partner/v1/fiat-account-applications/{applicationId}/additional-info`. */
export function addFiatAccountInformation(call: Call): Done {
  const { sandbox } = call;
  const applied = findResource(sandbox, 'fiatAccountApplication', call.params['applicationId']);
  bodyOf(call, z.object({ additionalInformation: anything }));
  requireStatus(applied, ['ADDITIONAL_INFO_REQUIRED', 'MISSING_INFO_REQUIRED']);
  const going = { ...applied, status: 'PROCESSING', next: ['APPROVED'], updatedAt: sandbox.clock.timestamp() };
  return { status: 200, body: view(going), parts: [kept(going)] };
}

/** `GET …/fiat-accounts`: accounts, and the applications that are not accounts yet [I]. */
export function listFiatAccounts(call: Call): readonly object[] {
  const { store } = call.sandbox;
  const { customerId } = customerOf(call);
  const waiting = store
    .resources('fiatAccountApplication', customerId)
    .filter(({ status }) => status !== 'APPROVED')
    .map((applied) => ({
      fiatAccountId: applied.id,
      applicationId: applied.id,
      currency: shownText(applied, 'currency'),
      status: applied.status,
      createdAt: applied.createdAt,
      updatedAt: applied.updatedAt,
    }));
  return [...store.resources('fiatAccount', customerId).map(view), ...waiting];
}

/** Reading accounts lets applications go on: what each then is stands among the parts. */
export function applicationsAfterRead(call: Call): Pick<Done, 'parts' | 'events'> {
  const { sandbox } = call;
  const waiting = sandbox.store.resources('fiatAccountApplication', customerOf(call).customerId);
  const steps = waiting.flatMap((applied) => {
    const [status, ...next] = applied.next;
    return status === undefined ? [] : [moveTo(sandbox, { ...applied, next }, status)];
  });
  return { parts: steps.flatMap(({ parts }) => parts), events: steps.flatMap(({ events }) => events) };
}

/** `GET …/fiat-deposit-instructions`: of the accounts that there are. */
export function getFiatDepositInstructions(call: Call): Done {
  const customer = customerOf(call);
  requireApproved(customer);
  const instructions = call.sandbox.store.resources('fiatAccount', customer.customerId).map((account) => ({
    currency: shownText(account, 'currency'),
    paymentReference: `OCE-${account.id.slice(0, 8).toUpperCase()}`,
    bankDetails: {
      bankName: 'Sandbox Bank',
      bankCountry: 'SG',
      swiftCode: 'SANDSGS0XXX',
      accountHolderName: 'Sandbox Account Holder',
      accountNumber: account.id.replaceAll(/\D/g, '').slice(0, 10).padStart(10, '0'),
    },
  }));
  return { status: 200, body: { instructions } };
}
