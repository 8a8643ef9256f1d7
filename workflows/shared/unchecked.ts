/** A text of an object that is yet to be checked; empty if it is missing or of another type. */
export function textField(value: object, field: string): string {
  const found: unknown = Object.entries(value).find(([key]) => key === field)?.[1];
  return typeof found === 'string' ? found : '';
}
