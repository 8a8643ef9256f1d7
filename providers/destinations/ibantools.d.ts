/**
 * The used part of ibantools. Its package is CommonJS and ES module, but its own types say only that it is an ES module
 * (its `exports` have no `types` under `require`), so a CommonJS program cannot import it with them.
 */
declare module 'ibantools' {
  /** Whether an IBAN in electronic form fits its country's structure, national check digits included, and ISO 7064. */
  export function isValidIBAN(iban: string): boolean;
  /** Whether a BIC of 8 or 11 characters has the form of ISO 9362, with a country that exists. */
  export function isValidBIC(bic: string): boolean;
  /** Every country, by its ISO 3166-1 code of two capitals. */
  export function getCountrySpecifications(): Readonly<Record<string, { readonly IBANRegistry: boolean }>>;
}
