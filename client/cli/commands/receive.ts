import type { Command } from 'commander';
import { readReceivingRequest } from '../../flow/requests';
import type { ReceivingInput } from '../../inputs';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { CommandError } from '../failure';
import { followStarted, type FollowFlags } from '../follow-flow';
import { withFollowing } from '../following';
import { inOptionWords } from '../option-words';
import { readJson } from '../read-json';

interface ReceiveFlags extends CommonFlags, FollowFlags {
  readonly client?: string;
  readonly providerClient?: string;
  readonly asset?: string;
  readonly amount?: string;
  readonly id?: string;
  readonly details?: string;
}

/** Which option gives which field. */
const OPTIONS = {
  provider: '--provider',
  partnerClientId: '--client',
  providerClientId: '--provider-client',
  asset: '--asset',
  amount: '--amount',
  fundingId: '--id',
  details: '--details',
};

/** `gangway receive` */
export function receiveCommand(): Command {
  const description = 'Expect money that is wired in, at a provider that has no deposit call, until it has arrived.';
  const command = newCommand('receive', description, [
    'gangway receive --provider oceafin --client demo-client-1 --asset SGD --amount 1000.00 --id wire-7',
    'gangway receive --provider oceafin examples/oceafin-receive.json --detach',
    'gangway instructions wire-7 --provider oceafin',
  ]);
  return withFollowing(withProvider(withTemporal(command)))
    .argument('[file]', 'the request in JSON, or - for standard input, instead of the options below')
    .option('--client <id>', "the client, by the caller's own id")
    .option('--provider-client <id>', "the client, by the provider's id, if its onboarding here does not tell it")
    .option('--asset <id>', "the provider's asset, such as SGD")
    .option('--amount <decimal>', 'such as 1000.00: money of another amount is not taken for it')
    .option('--id <id>', "the caller's own id of this deposit: one arrival completes one id only")
    .option('--details <file>', 'JSON with what only this provider needs to open the account')
    .action(async (file: string | undefined, flags: ReceiveFlags) => {
      const prepare = async (): Promise<ReceivingInput> =>
        file === undefined ? await fromOptions(flags) : await fromFile(file, flags);
      await runConnected(flags, prepare, async (gangway, request, output) => {
        const started = await gangway.receive(request);
        output.say(
          `Where to wire the money, once its account is ready: npx gangway instructions ${started.workflowId}`,
        );
        return await followStarted(gangway, started, flags, output);
      });
    });
}

async function fromOptions(flags: ReceiveFlags): Promise<ReceivingInput> {
  const { provider, client, providerClient, asset, amount, id, details } = flags;
  const request = {
    provider,
    fundingId: id,
    partnerClientId: client,
    ...(providerClient === undefined ? {} : { providerClientId: providerClient }),
    asset,
    amount,
    ...(details === undefined ? {} : { details: (await readJson(details)).value }),
  };
  return inOptionWords(OPTIONS, () => readReceivingRequest(request));
}

async function fromFile(file: string, flags: ReceiveFlags): Promise<ReceivingInput> {
  const beside = Object.entries({
    '--client': flags.client,
    '--provider-client': flags.providerClient,
    '--asset': flags.asset,
    '--amount': flags.amount,
    '--id': flags.id,
    '--details': flags.details,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (beside.length > 0) throw new CommandError(`${beside.join(', ')} cannot be given beside a file.`);
  return readReceivingRequest((await readJson(file)).value);
}
