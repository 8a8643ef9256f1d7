import { join } from 'node:path';
import { z } from 'zod';
import { openBook } from '../book/connection';
import { startSetUpBook } from '../book/local/set-up-book';
import { bookSettings } from '../book/settings';
import { DOCUMENTS } from './application';
import { growthOf, sizeOfBook } from './book-size';
import {
  bookless,
  eager,
  gangway,
  openArena,
  plain,
  skeleton,
  type Arena,
  type Contender,
  type ContenderName,
} from './contenders';
import { directCalls } from './direct';
import { measure } from './measure';
import { startNodeProcess, type NodeProcess } from './node-process';
import { readOptions, UnusableOption, USAGE, type BenchOptions } from './options';
import { asMarkdown, report, type Report } from './report';

/** The private half of the sandbox's default key, public in RFC 8032 (7.1, TEST 1). */
const SANDBOX_PRIVATE_KEY = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

/** Those whose flows are in the book. */
const WITH_A_BOOK: readonly ContenderName[] = ['gangway', 'eager'];

/**
 * Measures `onboardAndFund` beside what Temporal itself costs (bench/README.md). Tables or JSON on stdout, progress on
 * stderr. Ends with 0 whatever the figures are, 2 on an option that it cannot use, 1 if a flow failed.
 */
async function main(): Promise<void> {
  const options = read();
  if (options === undefined) return;
  const found = await bench(options);
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : asMarkdown(found));
}

function read(): BenchOptions | undefined {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === undefined) process.stdout.write(USAGE);
    return options;
  } catch (error) {
    if (!(error instanceof UnusableOption)) throw error;
    process.stderr.write(`bench: ${error.message}\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function bench(options: BenchOptions): Promise<Report> {
  const ends: (() => Promise<void>)[] = [];
  try {
    log('starting the server, the book, the sandbox and the workers');
    const arena = await openArena();
    ends.push(() => arena.close());
    // A commit is on the disk before it is acknowledged, as in a book that is kept.
    const book = await startSetUpBook({ settings: { fsync: 'on' } });
    ends.push(() => book.stop());
    const sandbox = await startSandbox();
    ends.push(() => sandbox.stop());
    const env = { ...environment(arena, sandbox), ...book.variables };
    const contenders: Contender[] = [];
    for (const start of [gangway, bookless, plain, skeleton, eager]) {
      const contender = await start(arena, env);
      ends.push(() => contender.stop());
      contenders.push(contender);
    }
    const direct = await directCalls(env);
    ends.push(() => direct.close());
    const pids = { server: arena.server.pid, sandbox: sandbox.pid };
    const look = openBook(bookSettings(book.variables), { connections: 1, statementMs: 0 });
    ends.push(() => look.destroy());
    const before = await sizeOfBook(look);
    const { measured, direct: own } = await measure(contenders, direct, pids, options, log);
    const written = measured.filter(({ name }) => WITH_A_BOOK.includes(name));
    const flows = written.reduce((total, contender) => total + contender.flows, 0);
    return report(options, measured, own, growthOf(before, await sizeOfBook(look), flows));
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function startSandbox(): Promise<NodeProcess> {
  return await startNodeProcess({
    file: join(__dirname, '..', 'sandbox', 'main.js'),
    args: ['coinmena'],
    env: systemEnvironment(),
  });
}

const sandboxReady = z.object({ url: z.string() });

/** What every worker is told; warnings only, because a worker's log is work too. */
function environment({ server }: Arena, { ready }: NodeProcess): NodeJS.ProcessEnv {
  return {
    ...systemEnvironment(),
    TEMPORAL_ADDRESS: server.address,
    GANGWAY_PROVIDERS: 'coinmena',
    GANGWAY_DOCUMENT_ROOTS: DOCUMENTS,
    GANGWAY_HEALTH_PORT: '',
    GANGWAY_LOG_LEVEL: 'WARN',
    // As the image sets it.
    MALLOC_ARENA_MAX: '2',
    COINMENA_BASE_URL: sandboxReady.parse(ready).url,
    COINMENA_PARTNER_ID: 'sandbox-partner',
    COINMENA_PRIVATE_KEY: SANDBOX_PRIVATE_KEY,
  };
}

/** The environment without anything that is meant for a worker, a sandbox or a client. */
function systemEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(TEMPORAL|GANGWAY|COINMENA|SANDBOX)_/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

function log(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
