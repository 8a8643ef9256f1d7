import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REF_ATTEMPT_SEPARATOR } from '../../contract/ids';
import { CAPABILITIES } from '../../contract/provider';
import type { ProviderModule } from '../../providers/port';
import { callProblems } from '../../providers/required-calls';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** Every rule that is broken; none, as it should be. */
  readonly broken: readonly string[];
}

const FILES = ['index', 'config', 'client', 'schemas', 'mapping', 'errors', 'assumptions', 'connector'];

/** The parts of a provider's folders, tests and documents that are missing. `root` is the repository's. */
export function structureChecks(root: string, id: string): readonly Check[] {
  const has = (path: string): boolean => existsSync(join(root, path));
  const names = (path: string, word = id): boolean =>
    has(path) && readFileSync(join(root, path), 'utf8').includes(word);
  const file = (path: string, why: string): Check => ({ name: path, broken: has(path) ? [] : [`is missing: ${why}`] });
  const entry = (path: string, why: string): Check => ({
    name: path,
    broken: names(path) ? [] : [`does not name ${id}: ${why}`],
  });
  const folder = `providers/${id}`;
  const prefix = `${id.toUpperCase().replaceAll('-', '_')}_`;
  return [
    ...FILES.filter((name) => name !== 'schemas' || !has(`${folder}/wire`)).map((name) =>
      file(`${folder}/${name}.ts`, 'every connector has the same files'),
    ),
    file(`${folder}/README.md`, 'what is in the folder'),
    file(`docs/providers/${id}.md`, 'what the API is known to be, each fact with its mark'),
    entry('providers/registry.ts', 'one line'),
    file(`sandbox/${id}/index.ts`, 'a sandbox as strict as the documents, and faulty on demand'),
    file(`sandbox/${id}/README.md`, 'how it is steered'),
    file(`sandbox/${id}/program.ts`, 'so that it runs as a process'),
    file(`${folder}/setup.ts`, 'credentials for the sandbox and an example, for gangway up'),
    entry('test/providers/settings.ts', 'settings under which the connector can be made'),
    entry('test/setup/provider-rigs.ts', 'the sandbox, for tests of workflows'),
    file(`test/conformance/kits/${id}.ts`, 'its endpoints, for the faults of the suite'),
    entry('test/conformance/kits/index.ts', 'one line'),
    {
      name: '.env.example',
      broken: names('.env.example', prefix) ? [] : [`names no ${prefix}...: every variable that it reads stands there`],
    },
  ];
}

/** Whether what a module declares holds together, and whether its connector has what it declares. */
export function declarationChecks(module: ProviderModule, settings: unknown): readonly Check[] {
  const { semantics, inputs = {}, assumptions = [] } = module;
  const { capabilities, quotes = [], confirms = [], refSymbols } = semantics;
  const moves = ['deposit', 'withdrawal', 'conversion'].some((kind) => capabilities.some((one) => one === kind));
  const config = module.configSchema.safeParse(settings);
  const rule = (name: string, holds: boolean, otherwise: string): Check => ({
    name,
    broken: holds ? [] : [otherwise],
  });
  return [
    rule('capabilities', capabilities.length > 0, 'declares none'),
    rule('each capability once', new Set(capabilities).size === capabilities.length, 'one is named twice'),
    rule(
      'known capabilities',
      capabilities.every((one) => CAPABILITIES.includes(one)),
      'one is unknown',
    ),
    rule('name', module.name !== '' && module.name !== semantics.provider, 'is not the name it gives itself'),
    rule('quotes', capabilities.includes('quote') === quotes.length > 0, 'quote and quotes do not go together'),
    rule(
      'confirms',
      capabilities.includes('confirm-order') === confirms.length > 0,
      'confirms and confirm-order do not go together',
    ),
    rule(
      'kinds',
      [...quotes, ...confirms].every((kind) => capabilities.includes(kind)),
      'quotes or confirms what it does not offer',
    ),
    rule(
      'movement details',
      Object.keys(inputs.movementDetails ?? {}).every(
        (kind) => kind === 'receive' || capabilities.some((one) => one === kind),
      ),
      'details of a kind that it does not offer',
    ),
    rule('settle window', semantics.settleWindowMs > 0, 'must be above 0: an answer is never instant'),
    rule('settle window, longest', semantics.settleWindowMs <= 86_400_000, 'is longer than a day'),
    rule('ref length', semantics.maxRefLength >= 16, 'is too short for a fundingId'),
    rule(
      'ref symbols',
      refSymbols === undefined || refSymbols.includes(REF_ATTEMPT_SEPARATOR),
      `must hold ${REF_ATTEMPT_SEPARATOR}, which a second attempt's ref has`,
    ),
    rule('decimals', semantics.maxAmountDecimals >= 0 && semantics.maxAmountDecimals <= 30, 'is no number of places'),
    rule(
      'in-call settlement',
      semantics.settlement === 'later' || confirms.length === 0,
      'what awaits confirmation settles later',
    ),
    rule(
      'by-callback',
      semantics.orderLookup !== 'by-callback' || capabilities.includes('callbacks'),
      'looks orders up by callbacks that it does not send',
    ),
    rule(
      'by-resending',
      semantics.orderLookup !== 'by-resending' || semantics.repeatedRef === 'replays',
      'looks orders up by resending what would not be replayed',
    ),
    rule('moves money or observes it', moves || capabilities.includes('receive-deposit'), 'does neither'),
    rule('assumptions', assumptions.length > 0, 'lists none: no API is documented to the end'),
    rule(
      'assumptions, each with a reason',
      assumptions.every(({ about, because }) => about !== '' && because !== ''),
      'one has none',
    ),
    rule('settings of nothing', !module.configSchema.safeParse({}).success, 'takes no settings at all for enough'),
    rule('settings', config.success, 'are not given to the tests, or are not taken'),
    ...(config.success ? [callCheck(module, config.data)] : []),
  ];
}

function callCheck(module: ProviderModule, config: unknown): Check {
  const connector = module.create(config);
  const broken = callProblems(module, connector);
  void connector.close();
  return { name: 'calls', broken };
}
