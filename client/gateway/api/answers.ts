import { answer } from './components';

/** What routes answer with, for the document. */

export const STARTS = {
  202: answer('Accepted', 'Stored: it will run, whatever happens'),
  409: answer('Problem', 'The id was used before for something else'),
  413: answer('Problem', 'Too large'),
} as const;

export const PROBLEMS = {
  400: answer('Problem', 'Not JSON'),
  422: answer('Problem', 'Wrong fields, each with what is wrong with it'),
  429: answer('Problem', 'Too many requests; see retry-after'),
  503: answer('Problem', 'Nothing is known to have been taken: send the same again after retry-after seconds'),
} as const;

export const DENIALS = {
  401: answer('Problem', 'No token, or one that is not known'),
  403: answer('Problem', 'The token lacks the scope'),
} as const;

export const UNKNOWN = {
  404: answer('Problem', 'Nothing has this id, or it is older than what Temporal keeps'),
} as const;
