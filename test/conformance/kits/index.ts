import type { Check } from '../../../scripts/conformance/report';
import { OPERATIONS } from '../../../providers/oceafin/layout/operations';
import { checkCalls, operationsTried } from '../calls';
import { backofficeKit } from './backoffice';
import { coinifyKit } from './coinify';
import { checkIdentity } from '../identity';
import { coinmenaIdentity, coinmenaKit } from './coinmena';
import { oceafinIdentity, oceafinKit } from './oceafin';
import { oceafinApiKit } from './oceafin-api';

/** How each provider's calls are tried: one line each. Without one, the suite says what is missing. */
export const KITS: Readonly<Record<string, () => Promise<readonly Check[]>>> = {
  coinmena: checkCoinmena,
  backoffice: () => checkCalls(backofficeKit),
  coinify: () => checkCalls(coinifyKit),
  oceafin: checkOceafin,
};

async function checkCoinmena(): Promise<readonly Check[]> {
  return [...(await checkCalls(coinmenaKit)), ...(await checkIdentity(coinmenaIdentity))];
}

/** Its connector's calls, and beside them the typed client's, which together are every operation that it publishes. */
async function checkOceafin(): Promise<readonly Check[]> {
  // One after the other: more at once would keep each other from being answered in time.
  const ofConnector = await checkCalls(oceafinKit);
  const ofClient = await checkCalls(oceafinApiKit);
  const tried = [...oceafinKit.endpoints, ...oceafinApiKit.endpoints];
  const ofClients = await checkIdentity(oceafinIdentity);
  return [...ofConnector, ...ofClient, ...ofClients, operationsTried(Object.keys(OPERATIONS), tried)];
}
