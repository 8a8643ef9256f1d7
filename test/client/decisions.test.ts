import { Connection } from '@temporalio/client';
import { connectGangway } from '../../client';
import { gangwayProgram } from '../../client/cli/program';
import { ANSWERS, DECISION_NAMES, DECISIONS, hyphenated, type DecisionName } from '../../contract/decisions';
import { RESOLVE_ACTIONS } from '../../contract/funding';
import { DECISION_UPDATES } from '../../contract/messages';
import { describeDecision, howToAnswer } from '../../workflows/shared/how-to-answer';
import { documentOf, openGateway } from '../gateway/open-gateway';

/** Whatever a person may decide can be decided everywhere: in the library, over HTTP, in a shell, in the Temporal UI. */

test('in the library, by a method of its name', async () => {
  const connection = Connection.lazy();
  const gangway = await connectGangway({ connection });
  const methods: Record<DecisionName, unknown> = gangway;
  for (const name of DECISION_NAMES) expect(methods[name]).toBeInstanceOf(Function);
  await connection.close();
});

test('over the gateway, at each of what it may be made about, for the scope that it needs', async () => {
  const gateway = await openGateway({ settings: { GANGWAY_GATEWAY_DOCS: 'true' } });
  try {
    const { paths } = await documentOf(gateway);
    const offered = Object.entries(paths).flatMap(([path, { post }]) => {
      const [, collection, decision] = /^\/v1\/(\w+)s\/\{provider\}\/\{id\}\/([\w-]+)$/.exec(path) ?? [];
      return decision === undefined ? [] : [`${collection} ${decision}: ${JSON.stringify(post)}`];
    });
    const wanted = DECISION_NAMES.flatMap((name) =>
      DECISIONS[name].about.map((what) => ({ route: `${what} ${hyphenated(name)}: `, ...DECISIONS[name] })),
    );
    expect(offered).toHaveLength(wanted.length);
    for (const { route, scope, help } of wanted) {
      const [found = ''] = offered.filter((told) => told.startsWith(route));
      expect(found).toContain(`${help} Scope \`${scope}\`.`);
    }
  } finally {
    await gateway.stop();
  }
});

test('on the command line, by a command that says the same of it', () => {
  const commands = new Map(gangwayProgram().commands.map((command) => [command.name(), command.description()]));
  for (const name of DECISION_NAMES) expect(commands.get(hyphenated(name))).toBe(DECISIONS[name].help);
});

test('in the Temporal UI, by an update of its name that says the same of it, and what to put into its form', () => {
  for (const name of DECISION_NAMES) {
    expect(DECISION_UPDATES[name].name).toBe(name);
    expect(describeDecision(name)).toMatch(new RegExp(`^${DECISIONS[name].help} \\{.*"by":.*"reason":.*\\}$`));
  }
  for (const { answer, decision, does } of ANSWERS) {
    expect(howToAnswer([answer])).toMatch(new RegExp(`\\| \`${decision}\` \\| \`\\{.*\\}\` \\| ${does} \\|$`));
  }
  const answers = ANSWERS.map(({ answer }) => answer);
  expect(answers).toEqual(expect.arrayContaining([...RESOLVE_ACTIONS]));
  // A cancel answers nothing: it is taken whatever is asked.
  const decided = DECISION_NAMES.filter((name) => name !== 'cancel');
  expect([...new Set(ANSWERS.map(({ decision }) => decision))]).toEqual(decided);
});
