import { join } from 'node:path';
import { WORKFLOW_BUNDLES } from '../worker/workflow-bundle';
import { ensureWorkflowBundle } from './workflow-bundle';

/**
 * Makes dist/workflow-bundle.js from the compiled workflows, and dist/workflow-bundle-encoding.js for workers that encrypt
 * payloads, so that a worker in production starts without bundling and runs exactly the tested code. Run by `npm run build` after the compiler.
 */
async function main(): Promise<void> {
  const dist = join(__dirname, '..');
  const packageJson = join(dist, '..', 'package.json');
  const both = [
    { file: () => WORKFLOW_BUNDLES.inClear, encodesFailures: false },
    { file: () => WORKFLOW_BUNDLES.encodesFailures, encodesFailures: true },
  ];
  let made = false;
  for (const each of both) if ((await ensureWorkflowBundle({ root: dist, packageJson, ...each })).made) made = true;
  console.log(made ? 'Bundled the workflows.' : 'The workflow bundles are up to date.');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
