import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { ENCODES_FAILURES } from '../worker/workflow-bundle';

export interface BundleOptions {
  /** The directory that holds workflows/ and contract/: the checkout's root, or its compiled output. */
  readonly root: string;
  /** The package.json whose exact versions say which SDK goes into the bundle. */
  readonly packageJson: string;
  /** Where the bundle for these sources belongs. */
  readonly file: (sourceHash: string) => string;
  /** Whether failures are written so that a codec encrypts their messages (contract/failure-converter.ts). Default: false. */
  readonly encodesFailures?: boolean;
}

/** What a bundle is made of: nothing else may be imported by workflow code. */
const BUNDLED_DIRECTORIES = ['workflows', 'contract'] as const;

/** What stands around every workflow. */
const INTERCEPTORS = ['unreadable-signals', 'count-ends'] as const;

/**
 * Evaluated once in a worker instead of once in every workflow, which costs a sixth of a workflow's CPU
 * (bench/README.md). None of them keeps anything of a workflow's between calls, and the SDK freezes what they export.
 */
const SHARED_MODULES = ['@temporalio/workflow', 'decimal.js'];

/**
 * Bundles the workflows, unless the file made from the very same sources is already there. The file's first line
 * names the sources' hash.
 *
 * @returns the file's path, and whether it had to be made
 */
export async function ensureWorkflowBundle({
  root,
  packageJson,
  file,
  encodesFailures = false,
}: BundleOptions): Promise<{ readonly path: string; readonly made: boolean }> {
  const hash = await sourceHash(root, packageJson);
  const path = file(encodesFailures ? `${hash}-encoding` : hash);
  const firstLine = `// sources ${hash}${encodesFailures ? `, ${ENCODES_FAILURES}` : ''}\n`;
  if (await beginsWith(path, firstLine)) return { path, made: false };
  const code = await bundle(
    join(root, 'workflows'),
    INTERCEPTORS.map((name) => join(root, 'workflows', 'shared', name)),
    encodesFailures ? join(root, 'contract', 'failure-converter') : undefined,
  );
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, firstLine + code);
  await rename(unfinished, path);
  return { path, made: true };
}

async function sourceHash(root: string, packageJson: string): Promise<string> {
  const hash = createHash('sha256')
    .update(SHARED_MODULES.join('\0'))
    .update(await readFile(packageJson));
  for (const directory of BUNDLED_DIRECTORIES) {
    const entries = await readdir(join(root, directory), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && /(?<!\.d)\.(ts|js)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const path of files) {
      hash.update(`\0${relative(root, path)}\0`).update(await readFile(path));
    }
  }
  return hash.digest('hex').slice(0, 32);
}

async function beginsWith(path: string, text: string): Promise<boolean> {
  try {
    return (await readFile(path, 'utf8')).startsWith(text);
  } catch {
    return false;
  }
}

/** The bundler prints what is wrong and throws only that something is; both belong into the error. */
async function bundle(
  workflowsPath: string,
  workflowInterceptorModules: string[],
  failureConverterPath: string | undefined,
): Promise<string> {
  const said: string[] = [];
  const hear = (message: string): void => {
    said.push(message);
  };
  const ignore = (): undefined => undefined;
  const logger = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: hear, error: hear };
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath,
      workflowInterceptorModules,
      preloadModules: SHARED_MODULES,
      logger,
      ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
    });
    return code;
  } catch (cause) {
    throw new Error(`The workflows cannot be bundled.\n${said.join('\n')}`, { cause });
  }
}
