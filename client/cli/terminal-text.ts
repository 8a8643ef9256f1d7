import { printableLines } from '../../contract/printable';

/** The colours and weights that our own words are given. Any other sequence is somebody else's. */
const STYLE = /(\p{Cc}\[(?:0|1|2|22|3\d|9[0-7])m)/u;
const ESCAPE = '\u001b';

/**
 * Text as it is printed for people: lines and our own styles, and nothing else that a terminal acts on. Text from a
 * provider was cleaned when it came in (providers/http/wire.ts); this cleans whatever else is printed.
 *
 * @param styled whether our own styles may be in it
 */
export function terminalText(text: string, styled: boolean): string {
  if (!styled) return printableLines(text);
  // Every second piece is one that the pattern caught.
  return text
    .split(STYLE)
    .map((piece, index) => (index % 2 === 1 && piece.startsWith(ESCAPE) ? piece : printableLines(piece)))
    .join('');
}
