const ISO_CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether an asset is a currency of ISO 4217, spelled as it is there. */
export function isIsoCurrency(asset: string): boolean {
  return ISO_CURRENCIES.has(asset);
}

/** Of each currency that was asked for: making a format takes longer than all else of an entry. */
const PLACES = new Map<string, number>();

/** How many decimal places a currency of ISO 4217 has. */
export function minorPlaces(currency: string): number {
  const known = PLACES.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const places = format.resolvedOptions().maximumFractionDigits ?? 0;
  PLACES.set(currency, places);
  return places;
}
