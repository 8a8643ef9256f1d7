import type { ProviderAssumption } from './port';

/** A fact that no document states, with the value that the connector works with. */
export interface Assumption<Value> extends ProviderAssumption {
  readonly value: Value;
}

/** Keeps an assumption's value as narrow as it is written. */
export function assumed<const Value>(assumption: Assumption<Value>): Assumption<Value> {
  return assumption;
}
