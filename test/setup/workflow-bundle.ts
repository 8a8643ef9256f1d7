import { join } from 'node:path';
import { ensureWorkflowBundle } from '../../scripts/workflow-bundle';

const ROOT = join(__dirname, '..', '..');
const CACHE = join(ROOT, 'node_modules', '.cache', 'gangway');

/**
 * The bundle of the workflows as they are in the sources now, as a worker's `workflowBundle` option wants it. Made once
 * for all tests, and again only when workflows/ or contract/ change.
 *
 * @param encodesFailures for a worker that encrypts payloads
 */
export async function workflowBundle(encodesFailures = false): Promise<{ readonly codePath: string }> {
  const { path } = await ensureWorkflowBundle({
    root: ROOT,
    packageJson: join(ROOT, 'package.json'),
    encodesFailures,
    file: (hash) => join(CACHE, `workflow-bundle-${hash}.js`),
  });
  return { codePath: path };
}
