import { setupIds, setupOf } from '../../client/cli/up/setups';
import { documents, runCli } from '../client/run-cli';

/** Everything from one command, at every provider: what its example starts is done in the end. */

test.each(setupIds().filter((id) => id !== 'coinmena'))('gangway up --provider %s --once', async (id) => {
  const { flows, balance } = setupOf(id).example;
  const result = await runCli(['up', '--provider', id, '--once', '--json']);
  expect(result.stderr).toBe('');
  expect(result.exitCode).toBe(0);
  const told = documents(result);
  const started = told.filter(({ event }) => event === 'started');
  expect(started.map(({ workflowId }) => String(workflowId).split('/')[1])).toEqual(flows.map(() => id));
  expect(told.at(-1)).toMatchObject({
    event: 'result',
    exitCode: 0,
    flows: flows.map(() => ({ provider: id, state: 'done' })),
    ...(balance === undefined ? {} : { balance: { asset: balance.asset, matches: true } }),
  });
});
