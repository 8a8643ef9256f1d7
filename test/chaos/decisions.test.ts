import { DecisionLog } from '../../chaos/decisions';
import { GangwayError } from '../../client';

const LOST = new GangwayError('NO_WORKER', 'No worker answered in time.');
const ENDED = new GangwayError('REFUSED', 'w has ended: nothing can be changed any more.');
const REFUSED = new GangwayError('REFUSED', 'there is no question to answer');

async function noted(how: 'useFreshRef' | 'abandon' | 'retry', error?: Error): Promise<readonly string[]> {
  const log = new DecisionLog();
  const answer = (): Promise<void> => (error === undefined ? Promise.resolve() : Promise.reject(error));
  await log.noteTaken({ workflowId: 'w', how, begunAt: 1, hurried: undefined }, answer).catch((thrown: unknown) => {
    expect(thrown).toBe(error);
  });
  return log.all.map((decision) => decision.how);
}

test('an answer that was acknowledged is noted, and one that was refused is not', async () => {
  expect(await noted('useFreshRef')).toEqual(['useFreshRef']);
  expect(await noted('abandon')).toEqual(['abandon']);
  expect(await noted('retry')).toEqual([]);
  expect(await noted('useFreshRef', REFUSED)).toEqual([]);
});

test('of an answer whose acknowledgement was lost, only what it allows is noted', async () => {
  expect(await noted('useFreshRef', LOST)).toEqual(['useFreshRef']);
  expect(await noted('useFreshRef', ENDED)).toEqual(['useFreshRef']);
  expect(await noted('abandon', LOST)).toEqual([]);
});
