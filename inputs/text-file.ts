import { readFileSync } from 'node:fs';
import { decodeText, type DecodedText } from './decode';

/** The text of a small file that a setting names, such as a secret; or why it has none, in words that follow its name. */
export function readTextFile(path: string): DecodedText {
  try {
    return decodeText(readFileSync(path));
  } catch {
    return { ok: false, problem: 'cannot be read' };
  }
}
