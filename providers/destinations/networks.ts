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
import { ed25519 } from '@noble/curves/ed25519';

/** A main network's addresses. The library proves checksums; this says what the library does not look at. */
export interface Network {
  readonly decode: (address: string) => Uint8Array;
  readonly encode: (bytes: Uint8Array) => string;
  /** Whether what was decoded is an address at all: some decoders take keys, and other networks' addresses, too. */
  readonly isAddress: (bytes: Uint8Array) => boolean;
  /** Whether an address is a person's to have, if that can be seen. */
  readonly isWallet?: (bytes: Uint8Array) => boolean;
  /** Whether an address may be written in capitals or small letters throughout. */
  readonly takesOneCase?: boolean;
  /** What an address may be written without. */
  readonly optionalPrefix?: string;
  /** How its destination tags are; undefined if it has none. */
  readonly tag?: Tag;
  /** Of the tokens that are sent on it: what arrives there is lost. */
  readonly tokenContracts?: readonly string[];
}

interface Tag {
  readonly isTag: (tag: string) => boolean;
  /** The one spelling of a tag. */
  readonly canonical: (tag: string) => string;
}

const LARGEST_32_BITS = 0xffff_ffff;

/** Ripple's destination tag: a number of 32 bits. */
const NUMBER_TAG: Tag = {
  isTag: (tag) => /^\d{1,10}$/.test(tag) && Number(tag) <= LARGEST_32_BITS,
  canonical: (tag) => String(Number(tag)),
};
/** Stellar's memo: 28 bytes of text. */
const TEXT_TAG: Tag = { isTag: (tag) => /^[\x20-\x7e]{1,28}$/.test(tag), canonical: (tag) => tag };

const WITNESS_V0 = 0x00;
const WITNESS_V1 = 0x51;

/**
 * A script of the standard kinds. Of witnesses, only versions 0 and 1 in their lengths: anybody can take money at
 * another one (BIP 141, BIP 350).
 */
function isStandardScript(script: Uint8Array): boolean {
  const [version, length] = script;
  if (version === WITNESS_V0) return length === 20 || length === 32;
  if (version === WITNESS_V1) return length === 32;
  return isLegacyScript(script);
}

const isLegacyScript = (script: Uint8Array): boolean => script.length === 25 || script.length === 23;
const hasLength =
  (length: number) =>
  (bytes: Uint8Array): boolean =>
    bytes.length === length;
const hasVersion =
  (version: number, length: number) =>
  (bytes: Uint8Array): boolean =>
    bytes[0] === version && bytes.length === length;

/** Addresses of programs are made so that they are no points of the curve. */
function isPublicKey(bytes: Uint8Array): boolean {
  try {
    ed25519.Point.fromHex(bytes);
    return true;
  } catch {
    return false;
  }
}

function evm(tokenContracts: readonly string[]): Network {
  return {
    decode: decodeEthAddress,
    encode: encodeEthAddress,
    isAddress: hasLength(20),
    takesOneCase: true,
    tokenContracts,
  };
}

/** The networks that are known here, by the names that assumptions use. */
const NETWORKS = {
  bitcoin: { decode: decodeBtcAddress, encode: encodeBtcAddress, isAddress: isStandardScript, takesOneCase: true },
  'bitcoin-cash': {
    decode: decodeBchAddress,
    encode: encodeBchAddress,
    isAddress: isLegacyScript,
    takesOneCase: true,
    optionalPrefix: 'bitcoincash:',
  },
  litecoin: { decode: decodeLtcAddress, encode: encodeLtcAddress, isAddress: isStandardScript, takesOneCase: true },
  dogecoin: { decode: decodeDogeAddress, encode: encodeDogeAddress, isAddress: isLegacyScript },
  dash: { decode: decodeDashAddress, encode: encodeDashAddress, isAddress: isLegacyScript },
  ethereum: evm(['0xdAC17F958D2ee523a2206206994597C13D831ec7', '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48']),
  polygon: evm(['0xc2132D05D31c914a87C6611C10748AEb04B58e8F', '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359']),
  'bnb-smart-chain': evm(['0x55d398326f99059fF775485246999027B3197955', '0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d']),
  arbitrum: evm(['0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9', '0xaf88d065e77c8cC2239327C5EDb3A432268e5831']),
  optimism: evm(['0x94b008aA00579c1307B0EF2c499aD98a8ce58e58', '0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85']),
  base: evm(['0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913']),
  avalanche: evm(['0x9702230A8Ea53601f5cD2dc00fDBc13d4dF4A8c7', '0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E']),
  tron: {
    decode: decodeTrxAddress,
    encode: encodeTrxAddress,
    isAddress: hasVersion(0x41, 21),
    tokenContracts: ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'TEkxiTehnzSmSe2XqrBj4w32RUN966rdz8'],
  },
  solana: {
    decode: decodeSolAddress,
    encode: encodeSolAddress,
    isAddress: hasLength(32),
    isWallet: isPublicKey,
    tokenContracts: ['Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'],
  },
  ripple: {
    decode: decodeXrpAddress,
    encode: encodeXrpAddress,
    isAddress: hasVersion(0x00, 21),
    tag: NUMBER_TAG,
  },
  stellar: { decode: decodeXlmAddress, encode: encodeXlmAddress, isAddress: hasLength(32), tag: TEXT_TAG },
} as const satisfies Record<string, Network>;

export type NetworkName = keyof typeof NETWORKS;

/** A network by its name. */
export function networkOf(name: NetworkName): Network {
  return NETWORKS[name];
}

/** All that are known. */
export function networkNames(): readonly NetworkName[] {
  return Object.keys(NETWORKS).filter((name): name is NetworkName => Object.hasOwn(NETWORKS, name));
}
