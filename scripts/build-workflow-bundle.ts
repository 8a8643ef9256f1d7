import { join } from 'node:path';
import { ensureWorkflowBundle } from './workflow-bundle';

/**
 * Makes dist/workflow-bundle.js from the compiled workflows, so that a worker in production starts without bundling and
 * runs exactly the tested code. Run by `npm run build` after the compiler.
 */
async function main(): Promise<void> {
  const dist = join(__dirname, '..');
  const bundle = join(dist, 'workflow-bundle.js');
  const { made } = await ensureWorkflowBundle({
    root: dist,
    packageJson: join(dist, '..', 'package.json'),
    file: () => bundle,
  });
  console.log(made ? 'Bundled the workflows.' : 'The workflow bundle is up to date.');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
