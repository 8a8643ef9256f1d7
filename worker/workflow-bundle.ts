import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the compiled code: `npm run build` puts both there. */
export const WORKFLOW_BUNDLES = {
  inClear: join(__dirname, '..', 'workflow-bundle.js'),
  encodesFailures: join(__dirname, '..', 'workflow-bundle-encoding.js'),
} as const;

/** In the first line of a bundle that leaves no message of a failure in clear where a codec encrypts. */
export const ENCODES_FAILURES = 'encodes failures';

const FIRST_LINE_BYTES = 200;

/** Whether it is such a bundle; false if it cannot be read. */
export function encodesFailures(path: string): boolean {
  const start = Buffer.alloc(FIRST_LINE_BYTES);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const [firstLine = ''] = start.toString('utf8', 0, readSync(file, start)).split('\n');
    return firstLine.includes(ENCODES_FAILURES);
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
