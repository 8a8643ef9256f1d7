/** Text of an unknown author for a screen or a file: what a terminal would act on, or nobody would see, is replaced. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
