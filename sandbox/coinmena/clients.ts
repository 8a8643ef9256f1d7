import { z } from 'zod';
import { jsonAnswer, type Answer } from '../http/answer';
import { VERIFIED } from './config';
import { mergeProfile, parseProfile } from './client-input';
import { checkNew, checkRules, checkUnique } from './client-rules';
import type { Call } from './context';
import { Refusal } from './errors';
import { jsonBody, parseFields } from './input';
import { isMissed } from './lookups';
import type { ClientRecord } from './records';
import type { Store } from './store';

/** `POST /v1/partner/clients` (CoinMENA Onboarding page, step 1). */
export function createClient(call: Call): Answer {
  const { store, clock, faults } = call.sandbox;
  const profile = parseProfile(jsonBody(call));
  checkRules(profile, clock.date());
  checkNew(profile, store, call.sandbox.rules.uniqueFirst);

  const status = faults.take(['client-status'], call.subject)?.rule.params.status ?? VERIFIED;
  const inactive = faults.take(['client-inactive'], call.subject) !== undefined;
  const now = clock.timestamp();
  const client: ClientRecord = {
    id: store.nextClientId(),
    status,
    active: !inactive,
    profile,
    created_at: now,
    verified_at: status === VERIFIED ? now : null,
  };
  store.commit({ kind: 'client', client });
  return jsonAnswer(201, { result: clientView(client) });
}

/** `GET /v1/partner/clients/{partner_client_id}/`. The full record [I]. */
export function getClient(call: Call): Answer {
  const client = findClient(call.sandbox.store, call.params['partner_client_id']);
  if (isMissed(call, client.created_at)) throw new Refusal(2008);
  return jsonAnswer(200, { result: clientView(client) });
}

/** [?] `PATCH /v1/partner/clients/{partner_client_id}/`: part of the fields; the rules of creation hold again [I]. */
export function updateClient(call: Call): Answer {
  const { store, clock } = call.sandbox;
  const before = findClient(store, call.params['partner_client_id']);
  const profile = mergeProfile(before.profile, jsonBody(call));
  checkRules(profile, clock.date());
  checkUnique(profile, store);
  const client = { ...before, profile };
  store.commit({ kind: 'client', client });
  return jsonAnswer(200, { result: clientView(client) });
}

const activation = z.object({ active: z.boolean('must be true or false') });

/** [?] `PATCH` or `POST /v1/partner/clients/{partner_client_id}/activation` with `{"active": true | false}`. */
export function activateClient(call: Call): Answer {
  const { store } = call.sandbox;
  const before = findClient(store, call.params['partner_client_id']);
  const { active } = parseFields(activation, jsonBody(call));
  const client = { ...before, active };
  store.commit({ kind: 'client', client });
  return jsonAnswer(200, { result: clientView(client) });
}

/** @throws Refusal 2008 */
export function findClient(store: Store, partnerClientId: string | undefined): ClientRecord {
  const client = partnerClientId === undefined ? undefined : store.client(partnerClientId);
  if (client === undefined) throw new Refusal(2008);
  return client;
}

/**
 * Keys in the order of the Onboarding page's example; the visa is shown if there is one [?]. Values that the control
 * port set replace those that were sent.
 */
function clientView(client: ClientRecord): object {
  const { profile } = client;
  return {
    id: client.id,
    partner_client_id: profile.partner_client_id,
    account_type: profile.account_type,
    status: client.status,
    active: client.active,
    name: profile.name,
    email: profile.email,
    phone: profile.phone,
    residency_id: profile.residency_id,
    citizenship_id: profile.citizenship_id,
    place_of_birth_id: profile.place_of_birth_id,
    birth_date: profile.birth_date,
    government_id_number: profile.government_id_number,
    government_id_doe: profile.government_id_doe,
    residency_visa_number: profile.residency_visa_number,
    residency_visa_doe: profile.residency_visa_doe,
    address: profile.address,
    employment: profile.employment,
    trading_volume: profile.trading_volume,
    account_purpose: profile.account_purpose,
    created_at: client.created_at,
    verified_at: client.verified_at,
    ...client.shown,
  };
}
