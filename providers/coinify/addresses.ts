import {
  decodeBchAddress,
  decodeBtcAddress,
  decodeDashAddress,
  decodeDogeAddress,
  decodeEthAddress,
  decodeLtcAddress,
  decodeSolAddress,
  decodeTrxAddress,
  decodeXlmAddress,
  decodeXrpAddress,
  encodeBchAddress,
  encodeBtcAddress,
  encodeDashAddress,
  encodeDogeAddress,
  encodeEthAddress,
  encodeLtcAddress,
  encodeSolAddress,
  encodeTrxAddress,
  encodeXlmAddress,
  encodeXrpAddress,
} from '@ensdomains/address-encoder/coders';
import { NETWORKS } from './assumptions';

/** Whether an address can be of a currency's network: what is sent to one of another network is lost for ever. */

interface Network {
  readonly decode: (address: string) => Uint8Array;
  readonly encode: (bytes: Uint8Array) => string;
  /** How a destination tag looks; undefined where the network knows none. */
  readonly tag?: RegExp;
  /** What an address may be written without. */
  readonly optionalPrefix?: string;
}

/** Tags are numbers of 32 bits at the one, memos of 28 characters at the other. */
const CODERS = {
  bitcoin: { decode: decodeBtcAddress, encode: encodeBtcAddress },
  'bitcoin-cash': { decode: decodeBchAddress, encode: encodeBchAddress, optionalPrefix: 'bitcoincash:' },
  litecoin: { decode: decodeLtcAddress, encode: encodeLtcAddress },
  dogecoin: { decode: decodeDogeAddress, encode: encodeDogeAddress },
  dash: { decode: decodeDashAddress, encode: encodeDashAddress },
  ethereum: { decode: decodeEthAddress, encode: encodeEthAddress },
  tron: { decode: decodeTrxAddress, encode: encodeTrxAddress },
  solana: { decode: decodeSolAddress, encode: encodeSolAddress },
  ripple: { decode: decodeXrpAddress, encode: encodeXrpAddress, tag: /^\d{1,10}$/ },
  stellar: { decode: decodeXlmAddress, encode: encodeXlmAddress, tag: /^[\x20-\x7e]{1,28}$/ },
} as const satisfies Record<string, Network>;

type NetworkName = keyof typeof CODERS;

const NETWORKS_OF: ReadonlyMap<string, readonly NetworkName[]> = new Map(Object.entries(NETWORKS.value));

/**
 * Why an address cannot be of a currency, in words that follow the field's name; undefined where it can, or where the
 * currency is not known. Checksums are checked; whether somebody has the key is not known to anybody.
 */
export function addressProblem(currency: string, address: string): string | undefined {
  const networks = NETWORKS_OF.get(currency);
  if (networks === undefined || networks.some((name) => isAddressOf(CODERS[name], address))) return undefined;
  return `is not an address of ${networks.join(' or ')}, which ${currency} is sent on`;
}

/** Why a tag cannot go with a currency; undefined where it can, or where the currency is not known. */
export function tagProblem(currency: string, tag: string): string | undefined {
  const networks: readonly Network[] | undefined = NETWORKS_OF.get(currency)?.map((name) => CODERS[name]);
  if (networks === undefined || networks.some((network) => network.tag?.test(tag) === true)) return undefined;
  return networks.some((network) => network.tag !== undefined)
    ? `is not a tag as addresses of ${currency} have them`
    : `must be left out: addresses of ${currency} have none`;
}

/** Written back, an address must be what it was: some decoders take more spellings than their network does. */
function isAddressOf({ decode, encode, optionalPrefix = '' }: Network, address: string): boolean {
  try {
    const canonical = encode(decode(address));
    return [canonical, canonical.slice(optionalPrefix.length)].some(
      (spelling) => spelling === address || (isOfOneCase(address) && spelling.toLowerCase() === address.toLowerCase()),
    );
  } catch {
    return false;
  }
}

/** Hex and bech32 may be written in one case throughout. */
function isOfOneCase(address: string): boolean {
  const letters = address.replace(/^0x/, '');
  return letters === letters.toLowerCase() || letters === letters.toUpperCase();
}
