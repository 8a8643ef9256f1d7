import type { Command } from 'commander';
import type { Finding, ProviderAssumption } from '../../../providers/port';
import { environmentAt } from '../../../temporal/connection';
import { newCommand, run, withProvider, withTemporal, type CommonFlags } from '../command';
import { checkProvider, requireProvider } from '../doctor/provider-checks';
import { checkScanner } from '../doctor/scanner-check';
import { checkTemporal } from '../doctor/temporal-checks';
import { EXIT } from '../exit-code';
import { newTable } from '../new-table';
import type { Output } from '../output';

interface DoctorFlags extends CommonFlags {
  readonly assumptions?: boolean;
}

/** `gangway doctor` */
export function doctorCommand(): Command {
  const description =
    'Check Temporal, the worker, a provider and the virus scanner if one is set: server, namespace, retention, search ' +
    'attributes, credentials, clock, and which layout of the signed string the provider accepts. Reads only. Exits with 1 if something fails.';
  const command = newCommand('doctor', description, [
    'gangway doctor',
    'gangway doctor --assumptions',
    'COINMENA_BASE_URL=https://external-api.coinmena.com gangway doctor --json',
  ]);
  return withProvider(withTemporal(command))
    .option('--assumptions', 'list what the connector relies on and no document of the provider states')
    .action(async (flags: DoctorFlags) => {
      await run(flags, async (output) => {
        if (flags.assumptions === true) {
          printAssumptions(requireProvider(flags.provider).assumptions ?? [], output);
          return EXIT.done;
        }
        requireProvider(flags.provider);
        const env = environmentAt(flags);
        output.pass('Checking …');
        const findings = [
          ...(await checkTemporal(env, flags.provider)),
          ...(await checkProvider(env, flags.provider)),
          ...(await checkScanner(env)),
        ];
        const failed = findings.filter(({ state }) => state === 'fail').length;
        output.document({ ok: failed === 0, findings });
        printFindings(findings, output);
        return failed === 0 ? EXIT.done : EXIT.failed;
      });
    });
}

function printFindings(findings: readonly Finding[], output: Output): void {
  const table = newTable(['', 'Check', 'Found', 'What to do'], output, [8, 19, 48, 48]);
  for (const { check, state, found, todo } of findings) table.push([mark(state, output), check, found, todo ?? '']);
  output.say(table.toString());
}

function mark(state: Finding['state'], { colors }: Output): string {
  switch (state) {
    case 'ok':
      return colors.green('✓ ok');
    case 'warn':
      return colors.yellow('▲ warn');
    case 'fail':
      return colors.red('✗ fail');
  }
}

function printAssumptions(assumptions: readonly ProviderAssumption[], output: Output): void {
  output.document(assumptions);
  for (const { about, value, mark: how, because } of assumptions) {
    output.say(`${output.colors.bold(about)}\n  ${how}: ${JSON.stringify(value)}\n  ${because}.\n`);
  }
}
