/**
 * The one rule for all text from outside: names, addresses, e-mail, bank details, wallets, memos, reasons, evidence. A
 * character that nobody can see, or that makes text look different from what it is, is refused and named by its code
 * point. Nothing is removed silently: whoever is onboarded under a name must find that very name again.
 */

/**
 * Unicode's controls, formats, surrogates, private and unassigned (C), what has no glyph (Default_Ignorable_Code_Point), ends
 * of lines and paragraphs, blanks that count as letters or symbols, and what stands for a character that was lost.
 */
const REFUSED = /[\p{C}\p{DI}\p{Zl}\p{Zp}\u2800\uFFFC\uFFFD]/u;

/** Scripts in which a joiner between letters is part of how a word is spelt (Unicode Standard, section 23.2). */
const JOINING = [
  ...['Arabic', 'Syriac', 'Nko', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil'],
  ...['Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Tibetan'],
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');

/**
 * Invisible characters that belong to the spelling: joiners, and what chooses the form of a Chinese or Mongolian
 * character.
 */
const SPELLING = new RegExp(
  [
    `(?<=[${JOINING}])[\\u200C\\u200D](?=[${JOINING}])`,
    '(?<=\\p{Script=Han})[\\uFE00-\\uFE0F\\u{E0100}-\\u{E01EF}]',
    '(?<=\\p{Script=Mongolian})[\\u180B-\\u180D\\u180F]',
  ].join('|'),
  'gu',
);

/** Why a text is refused for one of its characters, in words that follow the field's name; undefined if it is not. */
export function characterProblem(text: string): string | undefined {
  const refused = REFUSED.test(text) ? REFUSED.exec(text.replace(SPELLING, ''))?.[0] : undefined;
  if (refused === undefined) return undefined;
  return `must not hold the character ${codePoint(refused)}, which ${whatItIs(refused)}`;
}

/** As {@link characterProblem}, of text that may have lines. */
export function linesProblem(text: string): string | undefined {
  return characterProblem(text.replace(/[\t\n\r]/g, ''));
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function whatItIs(character: string): string {
  if (character === '\uFFFD' || character === '\uFFFC') return 'stands for one that was lost';
  if (/\p{Cc}|\p{Zl}|\p{Zp}/u.test(character)) return 'is a control character';
  if (/[\p{Cs}\p{Co}\p{Cn}]/u.test(character)) return 'not everybody reads alike';
  return /\p{Bidi_Control}/u.test(character) ? 'turns text around' : 'nobody sees';
}
