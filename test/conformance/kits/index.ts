import type { Check } from '../../../scripts/conformance/report';
import { checkCalls } from '../calls';
import { backofficeKit } from './backoffice';
import { coinifyKit } from './coinify';
import { coinmenaKit } from './coinmena';
import { oceafinKit } from './oceafin';

/** How each provider's calls are tried: one line each. Without one, the suite says what is missing. */
export const KITS: Readonly<Record<string, () => Promise<readonly Check[]>>> = {
  coinmena: () => checkCalls(coinmenaKit),
  backoffice: () => checkCalls(backofficeKit),
  coinify: () => checkCalls(coinifyKit),
  oceafin: () => checkCalls(oceafinKit),
};
