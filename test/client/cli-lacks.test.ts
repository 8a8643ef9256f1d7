import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../client/cli/command-line';

/** What a provider lacks is refused on the command line, in a sentence, before Temporal is asked anything. */

const EXAMPLE: object = JSON.parse(readFileSync(join(__dirname, '..', '..', 'examples', 'application.json'), 'utf8'));

let directory: string;
let said: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gangway-lacks-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
  process.exitCode = undefined;
});

beforeEach(() => {
  said = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function typed(...args: readonly string[]): Promise<string> {
  // Nobody listens there: whatever gets as far as Temporal says something else.
  await runCommandLine([...args, '--address', '127.0.0.1:1']);
  expect(process.exitCode).toBe(2);
  return said;
}

function movement(provider: string): readonly string[] {
  return ['--provider', provider, '--client', 'c-1', '--asset', 'USD', '--amount', '10.00', '--id', 'i-1'];
}

function applicationFile(provider: string, application: object = EXAMPLE): string {
  const file = join(directory, `${provider}.json`);
  writeFileSync(file, JSON.stringify({ ...application, provider }));
  return file;
}

test.each([
  [
    'oceafin',
    ['fund', 'deposit'],
    'oceafin has no deposit call: money is wired in and observed; use `gangway receive`',
  ],
  ['coinify', ['fund', 'deposit'], 'coinify has no deposit call'],
  ['coinify', ['fund', 'convert'], 'coinify has no conversion call'],
  ['backoffice', ['fund', 'convert'], 'backoffice has no conversion call'],
  ['coinmena', ['receive'], 'coinmena does not show deposits that arrive by themselves; use `gangway fund deposit`'],
  ['coinify', ['receive'], 'coinify does not show deposits that arrive by themselves'],
])('%s: gangway %j', async (provider, command, sentence) => {
  expect(await typed(...command, ...movement(provider))).toContain(sentence);
});

test.each(['coinify', 'backoffice'])('%s: no onboarding, and no documents', async (provider) => {
  const told = await typed('onboard', applicationFile(provider));
  expect(told).toContain(`${provider} has no call that creates a client: its clients are made elsewhere`);
  expect(told).toContain(`${provider} takes no documents`);
});

test('an application that is wrong as well hears of the lack first', async () => {
  const told = await typed('onboard', applicationFile('coinify', { partnerClientId: 'c-1' }));
  expect(told).toMatch(/wrong:\s+provider coinify has no call that creates a client/);
});
