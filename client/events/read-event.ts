import { isUtf8 } from 'node:buffer';
import { invalidRequest } from '../gangway-error';

/**
 * The JSON in an event's bytes.
 *
 * @throws GangwayError INVALID_REQUEST where they are no UTF-8 or no JSON; what they hold is not repeated
 */
export function readEvent(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw notReadable('must be UTF-8');
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return value;
  } catch {
    throw notReadable('must be one JSON document');
  }
}

function notReadable(problem: string) {
  return invalidRequest([{ field: 'the input', problem }]);
}
