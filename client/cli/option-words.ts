import { GangwayError, invalidRequest } from '../gangway-error';

/** Does `work`; names wrong fields by the options that gave them. */
export function inOptionWords<Value>(options: Readonly<Record<string, string>>, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw renamed(error, options);
  }
}

function renamed(error: unknown, options: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof GangwayError) || error.code !== 'INVALID_REQUEST') return error;
  return invalidRequest(error.fields.map(({ field, problem }) => ({ field: options[field] ?? field, problem })));
}
