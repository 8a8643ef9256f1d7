import type { FlowFailure, FlowState, FlowStatus } from '../flow/flow-status';
import type { GangwayErrorCode } from '../gangway-error';

/** What the process ends with. Printed by `--help`, and in the README. */
export const EXIT = {
  done: 0,
  failed: 1,
  badInput: 2,
  parked: 3,
  noTemporal: 4,
  givenUp: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes:
  0  done; or, if nothing is followed, started, answered or found
  1  failed
  2  bad input, or an answer that was refused: nothing was done
  3  parked: waits for a person
  4  Temporal, the queue or the book cannot be reached, or no worker answers
  5  given up: abandoned or cancelled by a person
  130  interrupted; what was started goes on`;

/** The code for where a flow stands; a running one is no failure. */
export function exitOfFlow({ state, failure }: Pick<FlowStatus, 'state'> & { failure?: FlowFailure }): ExitCode {
  return failure !== undefined && state === 'failed' ? exitOfError(failure.code) : EXIT_OF_STATE[state];
}

const EXIT_OF_STATE: Record<FlowState, ExitCode> = {
  running: EXIT.done,
  done: EXIT.done,
  parked: EXIT.parked,
  failed: EXIT.failed,
  abandoned: EXIT.givenUp,
  cancelled: EXIT.givenUp,
};

export function exitOfError(code: GangwayErrorCode): ExitCode {
  return EXIT_OF_ERROR[code] ?? EXIT.failed;
}

const EXIT_OF_ERROR: Partial<Record<GangwayErrorCode, ExitCode>> = {
  INVALID_REQUEST: EXIT.badInput,
  CAPABILITY_MISSING: EXIT.badInput,
  ID_TAKEN: EXIT.badInput,
  UNKNOWN_ID: EXIT.badInput,
  REFUSED: EXIT.badInput,
  CLIENT_BUSY: EXIT.badInput,
  RETENTION: EXIT.badInput,
  TEMPORAL_UNREACHABLE: EXIT.noTemporal,
  NO_WORKER: EXIT.noTemporal,
  KEYS_UNAVAILABLE: EXIT.noTemporal,
  BOOK_UNAVAILABLE: EXIT.noTemporal,
};
