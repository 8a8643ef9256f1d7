/**
 * Why a payload of Temporal's is not read or written, and what to do about it. A closed list: the codes stand in failures of
 * workflow tasks and of activities, in clear, and so does the message, which holds ids and nothing of the payload.
 */
const PAYLOAD_REMEDIES = {
  PAYLOAD_PLAIN:
    'Payloads are encrypted here, and this one is not. If it is from before that, set GANGWAY_READ_PLAIN_PAYLOADS=true until all such workflows have ended; else somebody put it there without the keys.',
  PAYLOAD_MOVED: 'It was put here from elsewhere. Find out who can write into the database of Temporal.',
  PAYLOAD_TAMPERED:
    'It is not what was encrypted, or not under this key. Find out who can write into the database of Temporal or into the book.',
  PAYLOAD_VERSION: 'It was written by a newer Gangway, or is damaged. Run the version that wrote it.',
  PAYLOAD_HOMELESS:
    'Use the version of the Temporal SDK that Gangway names: it has to say to which workflow a payload belongs.',
  PAYLOAD_WITHHELD: 'What failed was not written down, because the key was gone. Reset the workflow to before it.',
  DATA_KEY_UNKNOWN:
    'The book has no such key. Look at GANGWAY_BOOK_URL; if the book was restored, restore a later one.',
  DATA_KEY_DESTROYED: 'The client was forgotten: what this key encrypted is gone for good.',
  WRAPPING_KEY_MISSING: 'Put the key back where it was, for every process; nothing has to be started again.',
  WRAPPING_SERVICE_AWAY:
    'Look at GANGWAY_PAYLOAD_KEYS_VAULT_URL, at the token and what its policy allows, and whether the service is sealed; nothing has to be started again.',
} as const satisfies Record<string, string>;

export type PayloadRefusal = keyof typeof PAYLOAD_REMEDIES;

/** Codes that may pass by themselves, or by what is put back. */
const MAY_PASS: readonly PayloadRefusal[] = ['DATA_KEY_UNKNOWN', 'WRAPPING_KEY_MISSING', 'WRAPPING_SERVICE_AWAY'];

/** Thrown if a payload cannot be encrypted or decrypted. The message says what failed and what to do, and nothing of the payload. */
export class PayloadRefused extends Error {
  override readonly name = 'PayloadRefused';

  /** @param what failed, as a sentence with ids alone */
  constructor(
    readonly code: PayloadRefusal,
    what: string,
  ) {
    super(`${code}: ${what} ${PAYLOAD_REMEDIES[code]}`);
  }

  /** Whether the same may succeed later with nothing changed but the keys that a process has. */
  get mayPass(): boolean {
    return MAY_PASS.includes(this.code);
  }
}

/** The refusal in an error or among its causes; undefined if there is none. */
export function refusalIn(error: unknown): PayloadRefused | undefined {
  for (
    let [each, depth] = [error, 0];
    each instanceof Error && depth < DEEPEST_CAUSE;
    [each, depth] = [each.cause, depth + 1]
  ) {
    if (each instanceof PayloadRefused) return each;
  }
  return undefined;
}

const DEEPEST_CAUSE = 16;
