import { Argument, type Command } from 'commander';
import type { FundingKind } from '../../../contract/funding';
import { readFundingInput } from '../../flow/requests';
import type { FundingInput } from '../../inputs';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { CommandError } from '../failure';
import { followStarted, type FollowFlags } from '../follow-flow';
import { withFollowing } from '../following';
import { inOptionWords } from '../option-words';
import { readJson } from '../read-json';

interface FundFlags extends CommonFlags, FollowFlags {
  readonly client?: string;
  readonly asset?: string;
  readonly amount?: string;
  readonly id?: string;
  readonly details?: string;
}

const KINDS = { deposit: 'deposit', withdraw: 'withdrawal', convert: 'conversion' } as const satisfies Record<
  string,
  FundingKind
>;
type Movement = keyof typeof KINDS;

/** Which option gives which field. */
const OPTIONS = {
  provider: '--provider',
  partnerClientId: '--client',
  asset: '--asset',
  amount: '--amount',
  fundingId: '--id',
  details: '--details',
};

/** `gangway fund deposit|withdraw|convert` */
export function fundCommand(): Command {
  const command = newCommand('fund', 'Move money once, in, out or into another asset, and follow it to its end.', [
    'gangway fund deposit --client demo-client-1 --asset USD --amount 1000.00 --id deposit-7',
    'gangway fund withdraw --client demo-client-1 --asset USD --amount 250.25 --id withdrawal-3',
    'gangway fund deposit examples/deposit.json',
    'gangway fund convert examples/oceafin-conversion.json',
  ]);
  return withFollowing(withProvider(withTemporal(command)))
    .addArgument(new Argument('<movement>', 'in, out or into another asset').choices(Object.keys(KINDS)))
    .argument('[file]', 'the request in JSON, or - for standard input, instead of the options below')
    .option('--client <id>', "the client, by the caller's own id")
    .option('--asset <id>', "the provider's asset, such as USD")
    .option('--amount <decimal>', 'such as 1000.00')
    .option('--id <id>', "the caller's own id of this movement: the same id moves money once only")
    .option('--details <file>', 'JSON with what only this provider needs, such as where a withdrawal goes')
    .action(async (movement: Movement, file: string | undefined, flags: FundFlags) => {
      const kind = KINDS[movement];
      const prepare = async (): Promise<FundingInput> =>
        file === undefined ? await fromOptions(kind, flags) : await fromFile(kind, file, flags);
      await runConnected(flags, prepare, async (gangway, request, output) => {
        return await followStarted(gangway, await gangway.fund(request), flags, output);
      });
    });
}

async function fromOptions(kind: FundingKind, flags: FundFlags): Promise<FundingInput> {
  const { provider, client, asset, amount, id } = flags;
  const needs = flags.details === undefined ? {} : { details: (await readJson(flags.details)).value };
  const request = { provider, fundingId: id, kind, partnerClientId: client, asset, amount, ...needs };
  return inOptionWords(OPTIONS, () => readFundingInput(request));
}

async function fromFile(kind: FundingKind, file: string, flags: FundFlags): Promise<FundingInput> {
  const beside = Object.entries({
    '--client': flags.client,
    '--asset': flags.asset,
    '--amount': flags.amount,
    '--id': flags.id,
    '--details': flags.details,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (beside.length > 0) throw new CommandError(`${beside.join(', ')} cannot be given beside a file.`);
  const { value } = await readJson(file);
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind !== kind) {
    throw new CommandError(`Nothing was started: the kind in ${file} is not ${kind}.`);
  }
  return readFundingInput(
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { kind, ...value } : value,
  );
}
