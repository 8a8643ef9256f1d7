import { codeTextProblem, scientificNotationProblem, unreadableProblem } from './characters';
import { networkNames, networkOf, type NetworkName } from './networks';

/**
 * What becomes of an address of a network that nothing here knows: `strict-characters` takes it if it is visible
 * ASCII without white space, `refuse` takes none.
 */
export type UnknownNetworks = 'strict-characters' | 'refuse';

/** The networks that an address may be of; undefined if what is sent, or the network, is not known. */
type Networks = readonly NetworkName[] | undefined;

/**
 * Why money cannot be sent to an address, in words that follow the field's name; undefined if it can. Checksums are
 * proven if the network has them (Solana has none, nor has an address of Ethereum's kind that is written in one case).
 * Nobody can know whether somebody holds the key, except for the few addresses that surely nobody holds.
 */
export function addressProblem(networks: Networks, address: string, unknown: UnknownNetworks): string | undefined {
  const characters = codeTextProblem(address);
  if (characters !== undefined) return characters;
  if (networks === undefined) {
    return unknown === 'refuse' ? 'cannot be checked: its network is not known' : undefined;
  }
  const name = networks.find((one) => isSpelling(one, address));
  if (name !== undefined) return lostProblem(name, address);
  const other = networkNames().find((one) => isSpelling(one, address));
  const isOf = other === undefined ? ', or is mistyped' : `: it is one of ${other}`;
  return `is not an address of ${networks.join(' or ')}${isOf}`;
}

/** Why a tag cannot go with an address; undefined if it can. */
export function tagProblem(networks: Networks, tag: string): string | undefined {
  const unreadable = unreadableProblem(tag) ?? scientificNotationProblem(tag);
  if (unreadable !== undefined) return unreadable;
  if (networks === undefined) return codeTextProblem(tag);
  const tags = networks.flatMap((name) => networkOf(name).tag ?? []);
  if (tags.length === 0) return `must be left out: addresses of ${networks.join(' or ')} have none`;
  return tags.some(({ isTag }) => isTag(tag))
    ? undefined
    : `is not a tag as addresses of ${networks.join(' or ')} have`;
}

/** The one spelling of an address: decoded and encoded again. Undefined if it is no address of the network. */
export function canonicalAddress(name: NetworkName, address: string): string | undefined {
  const { decode, encode, isAddress } = networkOf(name);
  try {
    const bytes = decode(address);
    return isAddress(bytes) ? encode(bytes) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether two spellings are one address. If the network is not known, they must be one on a known network, or be equal.
 */
export function isSameAddress(networks: Networks, one: string, other: string): boolean {
  if (one === other) return true;
  return (networks ?? networkNames()).some((name) => {
    const canonical = canonicalAddress(name, one);
    return canonical !== undefined && canonical === canonicalAddress(name, other);
  });
}

/** Whether two tags are one; an absent tag equals an empty one. */
export function isSameTag(networks: Networks, one = '', other = ''): boolean {
  if (one === other) return true;
  return (networks ?? []).some((name) => {
    const tag = networkOf(name).tag;
    return tag?.isTag(one) === true && tag.isTag(other) && tag.canonical(one) === tag.canonical(other);
  });
}

/** Encoded again, an address must be what it was: some decoders take more spellings than their network does. */
function isSpelling(name: NetworkName, address: string): boolean {
  const canonical = canonicalAddress(name, address);
  if (canonical === undefined) return false;
  const { optionalPrefix = '', takesOneCase = false } = networkOf(name);
  const spellings = canonical.startsWith(optionalPrefix)
    ? [canonical, canonical.slice(optionalPrefix.length)]
    : [canonical];
  return spellings.some(
    (spelling) =>
      spelling === address ||
      (takesOneCase && isOfOneCase(address) && spelling.toLowerCase() === address.toLowerCase()),
  );
}

/** Hex and bech32 may be written in one case throughout. */
function isOfOneCase(address: string): boolean {
  const letters = address.replace(/^0x/, '');
  return letters === letters.toLowerCase() || letters === letters.toUpperCase();
}

/** 16 equal bytes in a row are no chance: zero and burn addresses, and those of a network's own programs. */
const NOBODYS = /(..)\1{15}/;

function lostProblem(name: NetworkName, address: string): string | undefined {
  const { decode, isWallet, tokenContracts = [] } = networkOf(name);
  const bytes = decode(address);
  if (tokenContracts.some((contract) => isSameAddress([name], contract, address))) {
    return `is the contract of a token on ${name}, and no wallet: what is sent there is lost`;
  }
  if (NOBODYS.test(Buffer.from(bytes).toString('hex'))) {
    return 'is an address that nobody holds the key of: what is sent there is lost';
  }
  if (isWallet === undefined || isWallet(bytes)) return undefined;
  return 'is no public key, so it is mistyped or belongs to a program: money goes to wallets only';
}
