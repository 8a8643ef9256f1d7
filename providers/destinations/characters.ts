/**
 * What no part of a destination may hold, because the provider and the person who looks at it would read it
 * differently. Problems are worded to follow the field's name, and repeat only the number of a character that nobody
 * sees.
 */

const CONTROL = /\p{Cc}/u;
/** Zero-width characters, marks of writing direction, soft hyphens, fillers: nothing is drawn for them. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}\u2800]/u;
/** Joiners belong to the spelling of Persian and of Indic languages, between two of their letters. */
const SPELT_JOINER =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}])[\u200c\u200d](?=\p{L})/gu;
/** Half a character, one of a private font, or the mark of one that could not be read. */
const BROKEN = /[\p{Cs}\p{Co}\ufffd]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** As a spreadsheet writes a long number once it took it for one: `1.23457E+11`. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?E[+-]\d+$|^[+-]?\d+[.,]\d+E\d+$/i;

/** Why text about a payee, such as a holder's name, cannot be sent; undefined if it can. */
export function payeeTextProblem(value: string): string | undefined {
  const unreadable = unreadableProblem(value.replaceAll(SPELT_JOINER, ''));
  if (unreadable !== undefined) return unreadable;
  return LETTER_OR_DIGIT.test(value) ? undefined : 'must hold a letter or a digit';
}

/** Why an address, a number or a code cannot be sent, whatever its kind: it is visible ASCII, without white space. */
export function codeTextProblem(value: string): string | undefined {
  const problem = unreadableProblem(value) ?? scientificNotationProblem(value);
  if (problem !== undefined) return problem;
  return VISIBLE_ASCII.test(value) ? undefined : 'may hold letters from A to Z, digits and signs only, without spaces';
}

/** Says that a number's digits are lost, and how to keep them; undefined if it is not in scientific notation. */
export function scientificNotationProblem(value: string): string | undefined {
  if (!SCIENTIFIC.test(value)) return undefined;
  return (
    'is in scientific notation, as spreadsheets write long numbers, and has lost digits: format the column as text, ' +
    'enter the number anew and save the file as CSV again'
  );
}

/** Why a text cannot be read as it is written; undefined if it can. */
export function unreadableProblem(value: string): string | undefined {
  if (value.trim() === '') return 'must not be blank';
  if (CONTROL.test(value)) return 'must not hold control characters';
  const invisible = INVISIBLE.exec(value)?.[0];
  if (invisible !== undefined) return `holds a character that nobody sees (${codePoint(invisible)}): enter it anew`;
  if (value.trim() !== value) return 'must not begin or end with white space';
  return BROKEN.test(value) ? 'holds a character that was lost on the way: save the file as UTF-8' : undefined;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
