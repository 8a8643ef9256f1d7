import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureWorkflowBundle } from '../../scripts/workflow-bundle';

const SDK = join(__dirname, '..', '..', 'node_modules');

describe('the workflow bundle', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'gangway-bundle-'));
    await mkdir(join(root, 'workflows', 'shared'), { recursive: true });
    await mkdir(join(root, 'contract'));
    await writeFile(join(root, 'package.json'), '{}');
    await writeFile(join(root, 'contract', 'word.ts'), "export const WORD: string = 'first';\n");
    await writeFile(
      join(root, 'workflows', 'index.ts'),
      "import { WORD } from '../contract/word';\nexport async function say(): Promise<string> {\n  return WORD;\n}\n",
    );
    for (const name of ['unreadable-signals', 'count-ends']) {
      await writeFile(join(root, 'workflows', 'shared', `${name}.ts`), 'export const interceptors = () => ({});\n');
    }
    // The SDK's own code goes into every bundle and is looked up from the workflows' directory.
    await symlink(SDK, join(root, 'node_modules'));
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  const ensure = async (): Promise<{ readonly path: string; readonly made: boolean }> =>
    await ensureWorkflowBundle({
      root,
      packageJson: join(root, 'package.json'),
      file: (hash) => join(root, 'out', `${hash}.js`),
    });

  it('is made once for the same sources, and anew when a word of the contract changes', async () => {
    const first = await ensure();
    const second = await ensure();
    await writeFile(join(root, 'contract', 'word.ts'), "export const WORD: string = 'second';\n");
    const third = await ensure();

    expect([first.made, second.made, third.made]).toEqual([true, false, true]);
    expect(second.path).toBe(first.path);
    expect(third.path).not.toBe(first.path);
    expect(await readFile(first.path, 'utf8')).toContain('first');
    expect(await readFile(third.path, 'utf8')).toContain('second');
  });

  it('shares the SDK and the decimals between the workflows of a worker, and nothing of ours', async () => {
    const code = await readFile((await ensure()).path, 'utf8');
    const shared = /preloadModules\(\) \{(.*?)\n\}/s.exec(code)?.[1] ?? '';

    expect([...shared.matchAll(/\/\*! (\S+) \*\//g)].map(([, module]) => module)).toEqual([
      '@temporalio/workflow',
      'decimal.js',
    ]);
  });

  it('reports sources that cannot be bundled', async () => {
    await writeFile(join(root, 'workflows', 'index.ts'), "import { no } from './absent';\nexport const run = no;\n");
    await expect(ensure()).rejects.toThrow(/absent/);
  });
});
