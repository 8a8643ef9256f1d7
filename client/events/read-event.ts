import { MESSAGE_BOUNDS, readJson } from '../../inputs';
import { invalidRequest } from '../gangway-error';

/**
 * The JSON in an event's bytes.
 *
 * @throws GangwayError INVALID_REQUEST if they are refused; their content is not repeated
 */
export function readEvent(bytes: Buffer): unknown {
  const read = readJson(bytes, MESSAGE_BOUNDS);
  if (read.ok) return read.value;
  throw invalidRequest([{ field: 'the input', problem: read.problem }]);
}
