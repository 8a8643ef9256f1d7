import type { FundingInput } from '../contract/funding';
import type { DecimalText } from '../contract/money';

/**
 * What `gangway up` runs at a provider's sandbox: how the two know each other, and an example. The keys and secrets are
 * public, and the same in the sandbox's own defaults: everybody knows them, so they open nothing but a sandbox.
 */
export interface ProviderSetup {
  /** The sandbox's arguments that make it know the partner. */
  readonly sandboxArguments: readonly string[];
  /** The connector's variables that make it that partner. */
  credentials(url: string): Readonly<Record<string, string>>;
  readonly example: Example;
}

export interface Example {
  /** In the order in which they run; the first that does not end well is the last. */
  readonly flows: readonly ExampleFlow[];
  /** What the client holds before it, in an asset whose balance is read back; absent if no balance can be read. */
  readonly balance?: { readonly asset: string; readonly opening: DecimalText };
  /** What else to try: arguments of `npx gangway`. */
  readonly more: readonly string[];
}

export type ExampleFlow =
  /** `file` is in examples/. */
  | { readonly does: 'onboard-and-fund'; readonly title: string; readonly file: string }
  | { readonly does: 'fund'; readonly title: string; readonly request: FundingInput | { readonly file: string } };
