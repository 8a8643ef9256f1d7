import type { JsonObject } from '../../contract/json';
import {
  accountNumberProblem,
  addressProblem,
  bankCountryProblem,
  bicProblem,
  isSameAccountNumber,
  isSameAddress,
  payeeDataProblems,
  payeeTextProblem,
  routingNumberProblem,
  type NetworkName,
} from '../destinations';
import { isShowableName } from '../../inputs';
import { ASSET_NETWORKS, NETWORK_NAMES, UNKNOWN_NETWORKS } from './assumptions';
import type { BankAccountDetails, WalletDetails } from './inputs';
import type { WireBeneficiary } from './wire/crypto';
import type { WireBankAccount } from './wire/fiat-withdrawals';

/** Whether money can arrive at a bank account or wallet, and whether Oceafin shows the one that it was given. */

/** What is wrong with a field of a destination, by its path in it. */
export interface DestinationProblem {
  readonly path: readonly string[];
  readonly problem: string;
}

const NETWORKS: ReadonlyMap<string, NetworkName> = new Map(Object.entries(NETWORK_NAMES.value));
const NETWORKS_OF: ReadonlyMap<string, readonly NetworkName[]> = new Map(Object.entries(ASSET_NETWORKS.value));

/** The network that a name means; undefined if it is not known. */
function networkNamed(name: string): NetworkName | undefined {
  return NETWORKS.get(name.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''));
}

function networksNamed(name: string): readonly NetworkName[] | undefined {
  const known = networkNamed(name);
  return known === undefined ? undefined : [known];
}

export function walletProblems(wallet: WalletDetails): readonly DestinationProblem[] {
  const { name, network, address, beneficiary } = wallet;
  return [
    ...problemsOf({
      name: payeeTextProblem(name),
      address: addressProblem(networksNamed(network), address, UNKNOWN_NETWORKS.value),
    }),
    ...payeeProblems('beneficiary', beneficiary),
  ];
}

/** Why an asset cannot be sent on a network; undefined if it can, or if one of both is not known. */
export function networkProblem(asset: string, network: string): string | undefined {
  const known = networkNamed(network);
  const networks = NETWORKS_OF.get(asset.toUpperCase());
  if (known === undefined || networks === undefined || networks.includes(known)) return undefined;
  return `is not a network that ${asset} is sent on, as are ${networks.join(', ')}`;
}

export function bankAccountProblems(account: BankAccountDetails): readonly DestinationProblem[] {
  const { accountNumber, accountHolderName, bankName, bankCountry, swiftCode, routingNumber } = account;
  return [
    ...problemsOf({
      accountNumber: accountNumberProblem(accountNumber, bankCountry),
      accountHolderName: payeeTextProblem(accountHolderName),
      bankName: payeeTextProblem(bankName),
      bankCountry: bankCountryProblem(bankCountry),
      swiftCode: swiftCode === undefined ? undefined : bicProblem(swiftCode, bankCountry),
      routingNumber: routingNumber === undefined ? undefined : routingNumberProblem(routingNumber, bankCountry),
    }),
    ...payeeProblems('thirdPartyBeneficiary', account.thirdPartyBeneficiary),
  ];
}

/** Our fields in which a beneficiary is a different wallet; a field that is not shown contradicts nothing. */
export function differingWallet(shown: WireBeneficiary, asset: string, wallet: WalletDetails): readonly string[] {
  const network = networkNamed(wallet.network);
  return differing({
    asset: isShown(shown.asset) ? shown.asset === asset : true,
    'details.wallet.network': isShown(shown.network)
      ? shown.network === wallet.network || (network !== undefined && networkNamed(shown.network) === network)
      : true,
    'details.wallet.address': isShown(shown.address)
      ? isSameAddress(networksNamed(wallet.network), shown.address, wallet.address)
      : true,
  });
}

/** Our fields in which a bank account is a different one; numbers may be masked. */
export function differingAccount(
  shown: WireBankAccount,
  asset: string,
  account: BankAccountDetails,
): readonly string[] {
  return differing({
    asset: isShown(shown.currency) ? shown.currency === asset : true,
    'details.bankAccount.accountNumber': isShown(shown.accountNumber)
      ? isSameAccountNumber(account.accountNumber, shown.accountNumber)
      : true,
  });
}

function isShown(text: string | null | undefined): text is string {
  return text != null && text !== '';
}

function differing(same: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(same).flatMap(([field, equal]) => (equal ? [] : [field]));
}

function problemsOf(problems: Readonly<Record<string, string | undefined>>): readonly DestinationProblem[] {
  return Object.entries(problems).flatMap(([field, problem]) =>
    problem === undefined ? [] : [{ path: [field], problem }],
  );
}

function payeeProblems(field: string, data: JsonObject | undefined): readonly DestinationProblem[] {
  if (data === undefined) return [];
  return payeeDataProblems(data).map(({ path, problem }) =>
    path.every((name) => isShowableName(name) || /^\d+$/.test(name))
      ? { path: [field, ...path], problem }
      : { path: [field], problem: `holds a text that ${problem}` },
  );
}
