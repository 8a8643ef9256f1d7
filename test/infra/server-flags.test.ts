import { serverFlags } from '../../temporal/server-flags';

const FLAGS = { port: 7233, uiPort: undefined, namespace: 'default', data: undefined };

test('dynamic configuration is passed on beside our own', () => {
  const before = serverFlags(FLAGS);
  const key = 'limit.historyCount.suggestContinueAsNew';
  const after = serverFlags({ ...FLAGS, dynamicConfig: { [key]: '60' } });
  expect(after.filter((flag) => !before.includes(flag))).toEqual([`${key}=60`]);
  expect(after).toHaveLength(before.length + 2);
});

test('a caller may set otherwise what we set', () => {
  const flags = serverFlags({ ...FLAGS, dynamicConfig: { 'system.enableActivityEagerExecution': 'false' } });
  expect(flags).toContain('system.enableActivityEagerExecution=false');
  expect(flags).not.toContain('system.enableActivityEagerExecution=true');
});
