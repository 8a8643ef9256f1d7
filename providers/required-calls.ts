import type { Capability, ProviderSemantics } from '../contract/provider';
import type { ProviderConnector, ProviderModule } from './port';

/** A connector's call, as `group.call`. */
type CallName =
  | 'clients.create'
  | 'clients.read'
  | 'clients.compare'
  | 'clients.activate'
  | 'clients.submitForVerification'
  | 'documents.upload'
  | 'documents.list'
  | 'documents.find'
  | 'orders.check'
  | 'orders.quote'
  | 'orders.submit'
  | 'orders.findByRef'
  | 'orders.find'
  | 'orders.suspects'
  | 'orders.confirm'
  | 'orders.cancel'
  | 'orders.supplyInformation'
  | 'received.account'
  | 'received.apply'
  | 'received.instructions'
  | 'received.list'
  | 'received.supplyInformation'
  | 'balances.read'
  | 'transactions.read';

/** The calls that a capability cannot do without. Those it names none for are the connector's own business. */
const CALLS: Record<Capability, readonly CallName[]> = {
  'create-client': ['clients.create'],
  'upload-documents': ['documents.upload'],
  'submit-for-verification': ['clients.submitForVerification'],
  'read-client': ['clients.read', 'clients.compare'],
  'activate-client': ['clients.activate'],
  deposit: ['orders.submit'],
  withdrawal: ['orders.submit'],
  conversion: ['orders.submit'],
  'receive-deposit': ['received.account', 'received.apply', 'received.instructions', 'received.list'],
  quote: ['orders.quote'],
  'confirm-order': ['orders.confirm'],
  'cancel-order': ['orders.cancel'],
  'supply-information': ['orders.supplyInformation'],
  balances: ['balances.read'],
  transactions: ['transactions.read'],
  assets: [],
  countries: [],
  callbacks: [],
};

/** Calls that may be there or not, whatever is declared. */
const FREE: readonly CallName[] = [
  'documents.list',
  'documents.find',
  'orders.check',
  'orders.suspects',
  'received.supplyInformation',
];

const MOVES_MONEY: readonly Capability[] = ['deposit', 'withdrawal', 'conversion'];

/** Every call that a connector with these semantics must have. */
function requiredCalls({ capabilities, orderLookup }: ProviderSemantics): readonly CallName[] {
  const lookUp: CallName = orderLookup === 'by-ref' ? 'orders.findByRef' : 'orders.find';
  const moves = MOVES_MONEY.some((capability) => capabilities.includes(capability));
  return [...new Set([...capabilities.flatMap((capability) => CALLS[capability]), ...(moves ? [lookUp] : [])])];
}

/** The calls that a connector has. */
function presentCalls(connector: ProviderConnector): readonly CallName[] {
  const { clients, documents, orders, received, balances, transactions } = connector;
  const groups: readonly (readonly [name: string, calls: object | undefined])[] = Object.entries({
    clients,
    documents,
    orders,
    received,
    balances,
    transactions,
  });
  return CALL_NAMES.filter((name) =>
    groups.some(([group, calls]) => name.startsWith(`${group}.`) && hasCall(calls, name.slice(group.length + 1))),
  );
}

function hasCall(calls: object | undefined, name: string): boolean {
  return calls !== undefined && typeof Reflect.get(calls, name) === 'function';
}

const CALL_NAMES: readonly CallName[] = [
  ...new Set<CallName>([...Object.values(CALLS).flat(), ...FREE, 'orders.findByRef', 'orders.find']),
];

/** In which calls a connector and what its module declares differ; nothing if they fit. */
export function callProblems(
  { semantics, callbacks }: Pick<ProviderModule, 'semantics' | 'callbacks'>,
  connector: ProviderConnector,
): readonly string[] {
  const required = requiredCalls(semantics);
  const present = presentCalls(connector);
  const sendsCallbacks = semantics.capabilities.includes('callbacks');
  return [
    ...required.filter((name) => !present.includes(name)).map((name) => `${name} is declared and missing`),
    ...present
      .filter((name) => !required.includes(name) && !FREE.includes(name))
      .map((name) => `${name} is there and nothing declares it`),
    ...(connector.probe === undefined
      ? ['probe is missing: one harmless read, by which it is seen that the provider answers']
      : []),
    ...(sendsCallbacks === (callbacks !== undefined)
      ? []
      : ['callbacks() and the capability callbacks do not go together']),
  ];
}
