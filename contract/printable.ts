/**
 * Makes text from outside safe to keep and show. Characters that a terminal or browser acts on instead of showing them
 * are replaced, never dropped: otherwise a word could become another word, such as a status that says "done".
 */

/** Control characters, escape sequences among them; invisible and direction marks; line separators; half characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');
const REPLACEMENT = '\ufffd';
const CUT = '…';

/** Whether every character of a text can be shown as it is. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

/** The text on one line, in characters that can be shown, cut after `most` of them. */
export function printable(text: string, most: number): string {
  const shown = text.slice(0, most).replace(EVERY_UNPRINTABLE, REPLACEMENT);
  return text.length > most ? `${shown}${CUT}` : shown;
}

/** Lines of text in which every character but the line ends can be shown. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line, line.length))
    .join('\n');
}

/** JSON on one line. Characters that cannot be shown are escaped, so nothing is lost and nothing acts on a terminal. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(EVERY_UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
