import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openArena } from '../arena';
import type { ChaosOptions } from '../options';
import { backofficeKit } from './backoffice';
import { arenaProviderOf, runProviderCampaign, type ProviderResult } from './campaign';
import { coinifyKit } from './coinify';
import type { ChaosKit, SmallProvider } from './kit';
import { oceafinKit } from './oceafin';

const KITS: Readonly<Record<SmallProvider, ChaosKit>> = {
  oceafin: oceafinKit,
  backoffice: backofficeKit,
  coinify: coinifyKit,
};

/** Runs a campaign against each of the providers, one after another. */
export async function campaigns(
  providers: readonly SmallProvider[],
  options: ChaosOptions,
  data: string,
  say: (line: string) => void,
): Promise<readonly ProviderResult[]> {
  const results: ProviderResult[] = [];
  for (const provider of providers) {
    const own = join(data, provider);
    mkdirSync(own, { recursive: true });
    say(`${provider}: starting the Temporal server, the provider, the gateway and the workers`);
    const kit = KITS[provider];
    const arena = await openArena(own, options, arenaProviderOf(kit));
    try {
      results.push(await runProviderCampaign(kit, options, arena, say));
    } finally {
      await arena.close();
    }
  }
  return results;
}
