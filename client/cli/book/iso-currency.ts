const ISO_CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether an asset is a currency of ISO 4217, spelled as it is there. */
export function isIsoCurrency(asset: string): boolean {
  return ISO_CURRENCIES.has(asset);
}

/** How many decimal places a currency of ISO 4217 has. */
export function minorPlaces(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 0;
}
