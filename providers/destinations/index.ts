/** Where money goes: whether it can, and whether two spellings are one place. Every provider's destinations are read here. */
export {
  addressProblem,
  canonicalAddress,
  isSameAddress,
  isSameTag,
  tagProblem,
  type UnknownNetworks,
} from './addresses';
export {
  accountNumberProblem,
  bankCountryProblem,
  bicProblem,
  canonicalAccountNumber,
  isSameAccountNumber,
  routingNumberProblem,
} from './bank-accounts';
export { payeeTextProblem } from './characters';
export type { NetworkName } from './networks';
export { payeeDataProblems } from './payee-data';
