import { createHmac, type KeyObject } from 'node:crypto';
import { type BlindEntry, type BlindField, blindFields, type FoundBy, spelledOnce } from '../contract/blind-index';
import { KeyFile, readKeyFile } from './key-file';

/** The file with the keys of the blind index: lines as in the key file of payloads, of which the first makes what is new. */
export const BLIND_INDEX_KEY_FILE = 'GANGWAY_BLIND_INDEX_KEY_FILE';

/**
 * Reads where the keys of the blind index are. Not set: there is no index, and nobody is found.
 *
 * @param problems receives what is wrong, by the variable's name
 */
export function readBlindIndexKeyFile(env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const path = env[BLIND_INDEX_KEY_FILE]?.trim() ?? '';
  if (path === '') return undefined;
  const read = readKeyFile(path);
  if (!('problem' in read)) return path;
  problems.push(`${BLIND_INDEX_KEY_FILE} ${read.problem}`);
  return undefined;
}

/** Makes keyed hashes of what clients are found by. A change of the file is seen as one of the payloads' key file is. */
export class BlindHashes {
  private readonly file: KeyFile;

  /** @throws Error with the problem, if the file cannot be read */
  constructor(path: string) {
    this.file = new KeyFile(path);
  }

  /** What a client is found by, under the current key. */
  ofApplicant(applicant: FoundBy): readonly BlindEntry[] {
    const { id, key } = this.file.current();
    return blindFields(applicant).map(([field, spelled]) => ({
      field,
      keyVersion: id,
      digest: digest(key, field, spelled),
    }));
  }

  /** What a value may stand under: an entry for each key of the file. Undefined if it is no value of the field. */
  ofValue(field: BlindField, value: string): readonly BlindEntry[] | undefined {
    const spelled = spelledOnce(field, value);
    if (spelled === undefined) return undefined;
    return [...this.file.all()].map(([id, key]) => ({ field, keyVersion: id, digest: digest(key, field, spelled) }));
  }
}

function digest(key: KeyObject, field: BlindField, spelled: string): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify(['gangway-blind-index', 1, field, spelled]))
    .digest();
}
