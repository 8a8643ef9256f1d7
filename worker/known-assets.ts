import type { ApprovalRule } from '../contract/approval';
import { sameAsset } from '../contract/fold';
import type { ProviderConnector } from '../providers/port';

/** How long a provider has to say which assets it has. */
const ASSETS_MS = 5_000;

/**
 * Rules whose asset no provider of theirs has, by their place in the list, counted from 0: no movement could ever meet them. A
 * provider that lists no assets, or does not answer, says nothing: a worker starts without it.
 */
export async function unknownAssets(
  rules: readonly ApprovalRule[],
  connectors: ReadonlyMap<string, Pick<ProviderConnector, 'assets'>>,
): Promise<readonly string[]> {
  if (rules.length === 0) return [];
  const listed = new Map<string, readonly string[] | undefined>();
  await Promise.all([...connectors].map(async ([id, connector]) => listed.set(id, await assetsOf(connector))));
  return rules.flatMap(({ asset, provider }, index) => {
    const meant = provider === undefined ? [...listed.keys()] : [provider];
    const isUnknown = meant.every((id) => listed.get(id)?.every((known) => !sameAsset(known, asset)) === true);
    return isUnknown ? [`GANGWAY_APPROVALS ${index}.asset: is none that ${meant.join(', ')} has`] : [];
  });
}

async function assetsOf(connector: Pick<ProviderConnector, 'assets'>): Promise<readonly string[] | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((settle) => {
    timer = setTimeout(() => settle(undefined), ASSETS_MS);
  });
  try {
    return await Promise.race([connector.assets?.(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
