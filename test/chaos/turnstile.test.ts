import { setImmediate as turn } from 'node:timers/promises';
import { Turnstile } from '../../chaos/turnstile';

test('shuts once all that is inside has ended, and lets through again afterwards', async () => {
  const turnstile = new Turnstile();
  const seen: string[] = [];
  let end = (): void => undefined;
  const inside = turnstile.pass(async () => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    seen.push('inside');
  });
  const shut = turnstile.shutFor(async () => {
    await turn();
    seen.push('shut');
  });
  const later = turnstile.pass(() => Promise.resolve(seen.push('later')));
  await turn();
  expect(seen).toEqual([]);
  end();
  await Promise.all([inside, shut, later]);
  expect(seen).toEqual(['inside', 'shut', 'later']);
});

test('opens again if what it was shut for failed', async () => {
  const turnstile = new Turnstile();
  await expect(turnstile.shutFor(() => Promise.reject(new Error('no backup')))).rejects.toThrow('no backup');
  await expect(turnstile.pass(() => Promise.resolve('through'))).resolves.toBe('through');
});
