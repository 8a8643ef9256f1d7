import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PUBLISHED = 'examples/keys/rfc8032-test-1.pem';
const SECRETS = [
  'coinmena.pem',
  'deploy/tls.key',
  'client.p12',
  'nats.creds',
  'worker.token',
  'tokens',
  'tokens.txt',
  'webhook-secrets',
  '.env',
  '.env.production',
];
const OURS = [
  PUBLISHED,
  '.env.example',
  'client/gateway/tokens.ts',
  'client/cli/commands/token.ts',
  'providers/backoffice/tokens.ts',
];

function isIgnoredByGit(path: string): boolean {
  try {
    execFileSync('git', ['check-ignore', '--quiet', '--no-index', path], { cwd: ROOT });
    return true;
  } catch {
    return false;
  }
}

test('git takes no secret, and every file of ours', () => {
  expect(SECRETS.filter((path) => !isIgnoredByGit(path))).toEqual([]);
  expect(OURS.filter(isIgnoredByGit)).toEqual([]);
});

/** As Docker reads it: the last pattern that fits decides; `**` is any folders, `*` is within a name. */
function isIgnoredByDocker(path: string): boolean {
  const patterns = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return patterns.reduce((ignored, line) => {
    const pattern = line.replace(/^!/, '');
    const source = pattern
      .split('**/')
      .map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]*'))
      .join('(?:.*/)?');
    return new RegExp(`^${source}(?:/.*)?$`).test(path) ? !line.startsWith('!') : ignored;
  }, false);
}

test('an image is built without a secret, and with the key that a standard has published', () => {
  expect(SECRETS.filter((path) => !isIgnoredByDocker(path))).toEqual([]);
  expect([PUBLISHED, 'client/gateway/tokens.ts', 'package.json'].filter(isIgnoredByDocker)).toEqual([]);
});
