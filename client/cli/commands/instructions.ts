import type { Command } from 'commander';
import type { JsonObject, JsonValue } from '../../../contract/json';
import type { ExpectedDeposit } from '../../../contract/receiving';
import type { FlowName } from '../../gangway';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { requireProvider } from '../doctor/provider-checks';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';
import { readFlowName } from '../flow-name';

/** `gangway instructions ID` */
export function instructionsCommand(): Command {
  const description =
    "Show where the money of an expected deposit is to be wired, read from the provider now: it is personal, and kept nowhere. Needs the provider's settings, as a worker has them.";
  const command = newCommand('instructions', description, ['gangway instructions wire-7 --provider oceafin']);
  return withProvider(withTemporal(command))
    .argument('<id>', 'a workflow id, or a fundingId alone')
    .action(async (id: string, flags: CommonFlags) => {
      const prepare = (): FlowName => readFlowName(id, flags.provider);
      await runConnected(flags, prepare, async (gangway, flow, output) => {
        const status = await gangway.status(flow);
        if (status.kind !== 'receiving') {
          throw new CommandError(`${status.workflowId} expects no money: only \`gangway receive\` does.`);
        }
        if (status.account?.state !== 'ready') {
          throw new CommandError(`The account of ${status.workflowId} is not ready yet. Look again later.`);
        }
        const instructions = await readInstructions(status.expected);
        output.document(instructions);
        output.say(linesOf(instructions, '').join('\n'));
        return EXIT.done;
      });
    });
}

async function readInstructions(expected: ExpectedDeposit): Promise<JsonObject> {
  const { provider, fundingId, partnerClientId, providerClientId, asset } = expected;
  const module = requireProvider(provider);
  const config = module.configSchema.safeParse(process.env);
  if (!config.success) {
    const wrong = config.error.issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`);
    throw new CommandError(
      `${module.name} cannot be asked without its settings: ${wrong.join('; ')}. ` +
        "Set them as for a worker, or read the account's instructions at the provider.",
    );
  }
  const connector = module.create(config.data);
  try {
    const { received } = connector;
    if (received === undefined) throw new CommandError(`${module.name} tells no instructions.`);
    return await received.instructions({
      partnerClientId,
      ...(providerClientId === undefined ? {} : { providerClientId }),
      asset,
      ref: fundingId,
    });
  } finally {
    await connector.close();
  }
}

/** `bankDetails.bankName: ...`, one value per line; what could steer a terminal is left out. */
function linesOf(value: JsonValue, at: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${at}: ${String(value).replaceAll(/\p{Cc}/gu, ' ')}`];
  return Object.entries(value).flatMap(([name, inner]: [string, JsonValue]) =>
    linesOf(inner, at === '' ? name : `${at}.${name}`),
  );
}
