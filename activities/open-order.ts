import type { OpenOrder } from '../contract/order-requests';
import { informationProblems } from '../inputs';
import type { AtProvider, CheckInformationArgument, SupplyInformationArgument } from './arguments';
import type { ActivityDeps } from './deps';
import { capabilityMissing, invalidRequest } from './refusal';
import { requireCapabilities, servedProvider } from './served';

/** What some open orders need. Each is one write, sent once; what came of it is read afterwards. */

/** Confirms an order that was created and awaits it: what moves the money. */
export function confirmOrder(deps: ActivityDeps) {
  return async ({ provider, ...order }: AtProvider<OpenOrder>): Promise<void> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { orders } = connector;
    if (orders?.confirm === undefined) throw capabilityMissing(semantics, ['confirm-order']);
    await orders.confirm(order);
  };
}

/** Cancels an order that was created and awaits confirmation. */
export function cancelOrder(deps: ActivityDeps) {
  return async ({ provider, ...order }: AtProvider<OpenOrder>): Promise<void> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { orders } = connector;
    if (orders?.cancel === undefined) throw capabilityMissing(semantics, ['cancel-order']);
    await orders.cancel(order);
  };
}

/** Gives an order under way what the provider asked for. */
export function supplyOrderInformation(deps: ActivityDeps) {
  return async ({ provider, information, ...order }: SupplyInformationArgument): Promise<void> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { orders } = connector;
    if (orders?.supplyInformation === undefined) throw capabilityMissing(semantics, ['supply-information']);
    await orders.supplyInformation(order, information);
  };
}

/**
 * Refuses information that an order under way cannot be given.
 *
 * @throws Refusal INVALID_REQUEST with every wrong field, or CAPABILITY_MISSING
 */
export function checkInformation(deps: ActivityDeps) {
  return async ({ provider, information }: CheckInformationArgument): Promise<void> => {
    const { semantics, inputs } = servedProvider(deps, provider);
    requireCapabilities(semantics, ['supply-information']);
    const problems = informationProblems(inputs, information);
    if (problems.length > 0) throw invalidRequest(problems);
    await Promise.resolve();
  };
}
