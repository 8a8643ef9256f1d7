/**
 * When two texts name the same person or asset, however they are spelled: in capitals, in wide letters, with spaces
 * around. What is stored and sent keeps its spelling; only comparisons fold.
 */

/** The form that people are compared in. */
export function foldedPerson(text: string): string {
  return folded(text);
}

/** Whether two operator ids are one person's. */
export function samePerson(a: string, b: string): boolean {
  return foldedPerson(a) === foldedPerson(b);
}

/** The form that asset ids are compared in: no provider has two that differ in case alone. */
export function foldedAsset(text: string): string {
  return folded(text);
}

/** Whether two asset ids are one asset's. */
export function sameAsset(a: string, b: string): boolean {
  return foldedAsset(a) === foldedAsset(b);
}

/** Composed again at the end: a small letter can have a composed form even if its capital has none. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
}
