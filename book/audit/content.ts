/** The row of an entry, every value as text. */
export type Content = Readonly<Record<string, string | null>>;

/** The row that an entry's text tells of. Undefined if it is no such text: then its hash says so too. */
export function contentOf(text: string): Content | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isContent(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

function isContent(value: unknown): value is Content {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((field) => field === null || typeof field === 'string')
  );
}
