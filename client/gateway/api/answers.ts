import { answer } from './components';

/** What routes answer with, for the document. */

/** Of whatever has a body. */
export const BODY_PROBLEMS = {
  413: answer('Problem', 'Too large'),
  415: answer('Problem', 'Not JSON by its content-type, or compressed'),
} as const;

export const STARTS = {
  202: answer('Accepted', 'Stored: it will run, whatever happens', {
    location: 'Where to read how it stands',
    'idempotent-replayed': '`true` if the same was sent before',
  }),
  409: answer('Problem', 'The id was used before for something else'),
  ...BODY_PROBLEMS,
} as const;

/** Of every route. */
export const TRANSPORT_PROBLEMS = {
  400: answer('Problem', 'Not HTTP, a path that is not percent-encoded UTF-8, or a body that is not JSON in UTF-8'),
  408: answer('Problem', 'The request took too long to arrive'),
  414: answer('Problem', 'A part of the path is longer than is accepted'),
  431: answer('Problem', 'The headers are larger than is accepted'),
  500: answer('Problem', 'The gateway failed. It is safe to send the same again'),
} as const;

/** Of every route except those for health. */
export const PROBLEMS = {
  ...TRANSPORT_PROBLEMS,
  422: answer('Problem', 'Wrong fields, each with what is wrong with it, as far as no schema says it too'),
  429: answer('Problem', 'Too many requests', { 'retry-after': 'Seconds' }),
  503: answer('Problem', 'Nothing is known to have been taken: send the same again', { 'retry-after': 'Seconds' }),
} as const;

export const DENIALS = {
  401: answer('Problem', 'No token, or one that is not known or no longer good', {
    'www-authenticate': 'How to authenticate',
  }),
  403: answer('Problem', 'The token may not do this'),
} as const;

export const UNKNOWN = {
  404: answer('Problem', 'Nothing has this id, or it is older than what Temporal keeps, or it is not for this token'),
} as const;
