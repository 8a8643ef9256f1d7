import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ProviderModule } from '../../providers/port';
import { declarationChecks, structureChecks, type Check } from './report';

/**
 * `npm run conformance NAME`: everything that a provider still lacks, whether it is registered or not. Ends with 1 if
 * something is missing. What its calls do under faults is tried by `npx jest test/conformance -t NAME`.
 */
function main(): void {
  const [id = ''] = process.argv.slice(2);
  if (!/^[a-z][a-z0-9-]*$/.test(id)) {
    process.stderr.write('conformance: the argument must be the id of a provider\n');
    process.exitCode = 2;
    return;
  }
  const root = process.cwd();
  const module = moduleIn(join(root, 'providers', id), id);
  const checks = [
    ...structureChecks(root, id),
    ...(module === undefined
      ? [{ name: `providers/${id}`, broken: [`exports no module whose provider is ${id}`] }]
      : declarationChecks(module, settingsOf(root, id))),
  ];
  print(id, checks);
}

/** A folder that nothing names yet can be loaded by its path only. */
const load = createRequire(__filename);

/** The settings that the tests use, if they have any for it; else those of the environment. */
function settingsOf(root: string, id: string): unknown {
  const file = join(root, 'test', 'providers', 'settings');
  if (!existsSync(`${file}.ts`)) return process.env;
  const exported: unknown = load(file);
  const all: unknown =
    typeof exported === 'object' && exported !== null && 'SETTINGS' in exported ? exported.SETTINGS : {};
  const settings: unknown =
    typeof all === 'object' && all !== null ? new Map<string, unknown>(Object.entries(all)).get(id) : undefined;
  return settings ?? process.env;
}

function moduleIn(folder: string, id: string): ProviderModule | undefined {
  try {
    const exported: unknown = load(folder);
    const values = typeof exported === 'object' && exported !== null ? Object.values(exported) : [];
    return values.find((value: unknown): value is ProviderModule => isModuleOf(value, id));
  } catch (error) {
    process.stderr.write(`conformance: ${error instanceof Error ? error.message : 'it cannot be loaded'}\n`);
    return undefined;
  }
}

function isModuleOf(value: unknown, id: string): value is ProviderModule {
  if (typeof value !== 'object' || value === null || !('semantics' in value) || !('create' in value)) return false;
  const { semantics } = value;
  return typeof semantics === 'object' && semantics !== null && 'provider' in semantics && semantics.provider === id;
}

function print(id: string, checks: readonly Check[]): void {
  const broken = checks.filter((check) => check.broken.length > 0);
  for (const { name, broken: problems } of broken) {
    for (const problem of problems) process.stdout.write(`✗ ${name}: ${problem}\n`);
  }
  process.stdout.write(`${id}: ${checks.length - broken.length} of ${checks.length} checks pass.\n`);
  if (broken.length === 0) process.stdout.write(`Now its calls: npx jest test/conformance -t ${id}\n`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}

main();
