import type { Capability, ProviderSemantics } from './provider';

type Capabilities = Pick<ProviderSemantics, 'capabilities'>;

/** What a provider lacks, in words that follow its name. */
const LACKS: Record<Capability, string> = {
  'create-client': 'has no call that creates a client: its clients are made elsewhere',
  'upload-documents': 'takes no documents',
  'submit-for-verification': 'has no call that submits a client for verification',
  'read-client': 'has no call that reads a client',
  'activate-client': 'has no call that activates a client',
  deposit: 'has no deposit call',
  withdrawal: 'has no withdrawal call',
  conversion: 'has no conversion call',
  'receive-deposit': 'does not show deposits that arrive by themselves',
  quote: 'quotes no terms',
  'confirm-order': 'has no call that confirms an order: what it accepts moves by itself',
  'cancel-order': 'has no call that cancels an order',
  'supply-information': 'takes no further information about an order',
  balances: 'shows no balances',
  transactions: 'cannot be reconciled: nothing shows its transactions',
  assets: 'lists no assets',
  countries: 'lists no countries',
  callbacks: 'sends no callbacks',
};

/**
 * Why a capability is missing, in words that follow the provider's name, and what to use instead, if there is anything.
 */
export function lackOf({ capabilities }: Capabilities, capability: Capability): string {
  if (capability === 'deposit' && capabilities.includes('receive-deposit')) {
    return `${LACKS.deposit}: money is wired in and observed; use \`gangway receive\``;
  }
  if (capability === 'receive-deposit' && capabilities.includes('deposit')) {
    return `${LACKS['receive-deposit']}; use \`gangway fund deposit\``;
  }
  return LACKS[capability];
}

/** Everything of `needed` that the provider lacks, in the order in which it is needed. */
export function lacking({ capabilities }: Capabilities, needed: readonly Capability[]): readonly Capability[] {
  return needed.filter((capability) => !capabilities.includes(capability));
}
