import { jsonAnswer, type Answer } from '../http/answer';
import { ASSETS, COUNTRIES } from './config';

/** `GET /v1/public/countries`. Stated is the lower-case id; the other fields and the envelope are inferred. */
export function listCountries(): Answer {
  const items = COUNTRIES.map(({ id, name, residency, citizenship, placeOfBirth }) => ({
    id,
    name,
    residency_allowed: residency,
    citizenship_allowed: citizenship,
    place_of_birth_allowed: placeOfBirth,
  }));
  return jsonAnswer(200, { items });
}

/** `GET /v1/public/assets`. Stated are the three flags; `id`, `name`, `type` and the envelope are inferred. */
export function listAssets(): Answer {
  const items = ASSETS.map(({ id, name, type, published, depositable, withdrawable }) => ({
    id,
    name,
    type,
    published,
    depositable,
    withdrawable,
  }));
  return jsonAnswer(200, { items });
}
