import type { FundingRequest } from '../../../contract/funding';
import type { DecimalText } from '../../../contract/money';

/** What `gangway up` runs at a provider's sandbox: how the two know each other, and an example. */
export interface ProviderSetup {
  /** The sandbox's arguments that make it know the partner. */
  readonly sandboxArguments: readonly string[];
  /** The connector's variables that make it that partner. */
  credentials(url: string): Readonly<Record<string, string>>;
  readonly example: Example;
}

export interface Example {
  /** In the order in which they run; the first that does not end well is the last. */
  readonly steps: readonly ExampleStep[];
  /** What the client holds before it, in an asset whose balance is read back; absent where no balance can be read. */
  readonly balance?: { readonly asset: string; readonly opening: DecimalText };
  /** What else to try: arguments of `npx gangway`. */
  readonly more: readonly string[];
}

export type ExampleStep =
  /** `file` is in examples/. */
  | { readonly does: 'onboard-and-fund'; readonly title: string; readonly file: string }
  | { readonly does: 'fund'; readonly title: string; readonly request: FundingRequest | { readonly file: string } };
