import type { Command } from 'commander';
import {
  DECISION_NAMES,
  DECISIONS,
  hyphenated,
  type DecisionField,
  type DecisionName,
  type DecisionRequests,
} from '../../../contract/decisions';
import { readDecision } from '../../flow/requests';
import type { Decisions, FlowName } from '../../gangway';
import { newCommand, runConnected, withProvider, withTemporal, type CommonFlags } from '../command';
import { DECISION_OPTIONS, withDecision, type DecisionFlags } from '../decision';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';
import { readFlowName } from '../flow-name';
import { inOptionWords } from '../option-words';
import { readApplicationFile } from '../read-application';
import { readJson } from '../read-json';

/** How a field of a decision is given on the command line: as `--<field> <value>`. */
interface FieldOption {
  readonly value: string;
  readonly help: string;
  /** Where the value is a file's name, or - for standard input: reads what is in it. The option is required then. */
  readonly read?: (file: string) => Promise<unknown>;
}

interface CommandWords<Name extends DecisionName> {
  readonly fields: Readonly<Record<DecisionField<Name>, FieldOption>>;
  readonly examples: readonly string[];
}

const COMMANDS: { readonly [Name in DecisionName]: CommandWords<Name> } = {
  resolve: {
    fields: {
      action: {
        value: '<action>',
        help: 'retry, useFreshRef, markCompleted or abandon; status says which are accepted now',
      },
      evidence: { value: '<text>', help: 'where the proof is; required by markCompleted' },
      answers: {
        value: '<reason>',
        help: 'the question that is answered, as status shows it; refused if another is open by then',
      },
    },
    examples: [
      'gangway resolve funding/coinmena/deposit-7 --action retry --answers CLIENT_NOT_VERIFIED --by ops-1 --reason "client verified now"',
      'gangway resolve deposit-7 --action markCompleted --by ops-1 --reason "seen at the bank" --evidence ticket-812',
    ],
  },
  approve: {
    fields: {},
    examples: [
      'gangway list --needs-attention',
      'gangway approve funding/coinmena/payout-7 --by ops-2 --reason "invoice 7 checked"',
    ],
  },
  reject: {
    fields: {},
    examples: [
      'gangway list --needs-attention',
      'gangway reject funding/coinmena/payout-7 --by ops-2 --reason "not ordered by us"',
    ],
  },
  amend: {
    fields: {
      patch: {
        value: '<file>',
        help: 'JSON with any part of applicant and documents, or - for standard input',
        read: readApplicationFile,
      },
    },
    examples: [
      'gangway amend demo-client-1 --patch patch.json --by ops-1 --reason "corrected by the client"',
      `echo '{"applicant":{"phone":"+97300000002"}}' | gangway amend demo-client-1 --patch - --by ops-1 --reason typo`,
    ],
  },
  supplyInformation: {
    fields: {
      information: {
        value: '<file>',
        help: 'JSON as the provider wants it, or - for standard input',
        read: async (file) => (await readJson(file)).value,
      },
    },
    examples: [
      'gangway supply-information payout-7 --information answers.json --by ops-1 --reason "sent by the client"',
    ],
  },
  cancel: {
    fields: {},
    examples: ['gangway cancel funding/coinmena/deposit-7 --by ops-1 --reason "asked by the client"'],
  },
};

/** `gangway resolve ID` and its like: a command for each decision. */
export function decisionCommands(): readonly Command[] {
  return DECISION_NAMES.map((name) => decisionCommand(name));
}

function decisionCommand(name: DecisionName): Command {
  const { help, about } = DECISIONS[name];
  const { examples } = COMMANDS[name];
  const ids = about.map((what) => (what === 'intent' ? 'a fundingId' : 'a partnerClientId'));
  const command = withDecision(withProvider(withTemporal(newCommand(hyphenated(name), help, examples)))).argument(
    '<id>',
    `a workflow id, or ${ids.join(' or ')} alone`,
  );
  for (const [field, option] of optionsOf(name)) command.option(`--${field} ${option.value}`, option.help);
  return command.action(async (id: string, flags: CommonFlags & DecisionFlags) => {
    await decide(name, id, flags);
  });
}

function optionsOf(name: DecisionName): readonly (readonly [string, FieldOption])[] {
  return Object.entries<FieldOption>(COMMANDS[name].fields);
}

async function decide<Name extends DecisionName>(
  name: Name,
  id: string,
  flags: CommonFlags & DecisionFlags,
): Promise<void> {
  const prepare = async (): Promise<{ flow: FlowName; request: DecisionRequests[Name] }> => {
    const { by, reason } = flags;
    const fields = await readFields(name, flags);
    const words = Object.fromEntries(optionsOf(name).map(([field]) => [field, `--${field}`]));
    const request = inOptionWords({ ...words, ...DECISION_OPTIONS }, () =>
      readDecision(name, { ...fields, by, reason }),
    );
    return { flow: readFlowName(id, flags.provider), request };
  };
  await runConnected(flags, prepare, async (gangway, { flow, request }, output) => {
    const decisions: Decisions = gangway;
    const answer = await decisions[name](flow, request);
    output.document({ answer });
    output.say(`${output.colors.green('✓')} ${answer}. See what comes of it: npx gangway status ${id} --follow`);
    return EXIT.done;
  });
}

/** What was given beside who and why, yet to be checked. */
async function readFields(name: DecisionName, flags: object): Promise<Readonly<Record<string, unknown>>> {
  const given = new Map<string, unknown>(Object.entries(flags));
  const fields: Record<string, unknown> = {};
  for (const [field, { read }] of optionsOf(name)) {
    const value = given.get(field);
    fields[field] = read === undefined ? value : await read(requireFile(field, value));
  }
  return fields;
}

function requireFile(field: string, file: unknown): string {
  if (typeof file === 'string') return file;
  throw new CommandError(`--${field} is required: a file of JSON, or - for standard input.`);
}
