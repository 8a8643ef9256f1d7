/** What JSON can hold. Amounts are text here too, never numbers. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** One JSON object. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}
