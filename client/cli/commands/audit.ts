import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Command } from 'commander';
import type { Fault } from '../../../book/audit/chain';
import { verifyRoot, writeRoot, RootError, type RootReport } from '../../../book/audit/root';
import { verifyAudit } from '../../../book/audit/verify';
import { readPublicFile, readSecretFile } from '../../../inputs';
import { replaceFileWith } from '../../private-file';
import { readMoment } from '../book/dates';
import { runOnBook, withBook, type BookFlags } from '../book/opened-book';
import { counted } from '../book/story-words';
import { newCommand } from '../command';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from '../exit-code';
import { CommandError } from '../failure';
import type { Output } from '../output';

/** `gangway audit verify`, `gangway audit root` */
export function auditCommand(): Command {
  return new Command('audit')
    .description('Prove that nothing in the book was changed, or sign what it is.')
    .addCommand(verifyCommand())
    .addCommand(rootCommand())
    .addHelpText('after', '\nExamples:\n  $ gangway audit verify\n  $ gangway audit verify --help')
    .addHelpText('after', EXIT_CODES_HELP);
}

interface VerifyFlags extends BookFlags {
  readonly since?: string;
  readonly root?: string;
  readonly publicKey?: string;
}

const EXIT_HELP = `
Exit codes of this command:
  0  the audit holds
  1  it does not: every entry that is named is not what was written, or is missing
  2  bad input, or a root that the key did not sign`;

function verifyCommand(): Command {
  const description =
    "Prove every chain of the audit and every row that it tells of; with a root also that no chain's end was cut off " +
    'and none was made anew since it was signed.';
  const command = newCommand('verify', description, [
    'gangway audit verify',
    'gangway audit verify --since 2026-12-01 --json',
    'gangway audit verify --root 2026-12-01.root --public-key audit-public.pem',
  ]).addHelpText('after', EXIT_HELP);
  return withBook(command)
    .option('--since <time>', 'only chains with an entry since then, a day or a time in UTC')
    .option('--root <file>', 'a root that `gangway audit root` wrote')
    .option('--public-key <file>', 'of the key that signed it: PEM, or raw in Base64')
    .action(async (flags: VerifyFlags) => {
      await runOnBook(
        flags,
        () => readVerify(flags),
        async (book, { since, root }, output) => {
          const began = Date.now();
          const report = await verifyAudit(book, { since });
          const rootReport =
            root === undefined
              ? undefined
              : await ofRoot(root.file, (lines) => verifyRoot(book, lines, root.publicKey));
          const seconds = (Date.now() - began) / 1000;
          const faultCount = report.faultCount + (rootReport?.faults.length ?? 0);
          const faults = [...report.faults, ...(rootReport?.faults ?? [])];
          output.document({
            holds: faultCount === 0,
            ...report,
            faults,
            faultCount,
            ...(rootReport === undefined ? {} : { root: { madeAt: rootReport.madeAt, chains: rootReport.chains } }),
          });
          printReport({ ...report, faults, faultCount, seconds }, rootReport, output);
          return faultCount === 0 ? EXIT.done : EXIT.failed;
        },
      );
    });
}

interface Verify {
  readonly since: Date | undefined;
  readonly root: { readonly file: string; readonly publicKey: KeyObject } | undefined;
}

function readVerify({ since, root, publicKey }: VerifyFlags): Verify {
  if ((root === undefined) !== (publicKey === undefined)) {
    throw new CommandError('--root and --public-key belong together: a root proves nothing without its key.');
  }
  return {
    since: since === undefined ? undefined : readMoment('--since', since),
    root:
      root === undefined || publicKey === undefined ? undefined : { file: root, publicKey: readPublicKey(publicKey) },
  };
}

const RAW_KEY = /^[A-Za-z0-9+/]{43}=$/;
/** What comes before the 32 bytes of an Ed25519 key in SPKI (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

function readPublicKey(path: string): KeyObject {
  const read = readPublicFile(path);
  if ('problem' in read) throw new CommandError(`--public-key ${read.problem}.`);
  const text = read.bytes.toString('latin1').trim();
  const key = keyFrom(() =>
    RAW_KEY.test(text)
      ? createPublicKey({ key: Buffer.concat([SPKI_PREFIX, Buffer.from(text, 'base64')]), format: 'der', type: 'spki' })
      : createPublicKey(text),
  );
  // Given a private key, it would be read as its public one, and be where no private key should be.
  if (key === undefined || text.includes('PRIVATE KEY')) {
    throw new CommandError('--public-key must name an Ed25519 public key, as PEM or raw in Base64.');
  }
  return key;
}

function keyFrom(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read();
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a root, one after the other: there is one for each chain. */
async function ofRoot(file: string, work: (lines: AsyncIterable<string>) => Promise<RootReport>): Promise<RootReport> {
  const handle = await open(file).catch(() => {
    throw new CommandError(`--root: ${file} cannot be read.`);
  });
  try {
    return await work(handle.readLines());
  } catch (error) {
    throw error instanceof RootError
      ? new CommandError(`--root: ${file} is no root of this key: ${error.message}.`)
      : error;
  } finally {
    await handle.close();
  }
}

interface Printed {
  readonly chains: number;
  readonly entries: number;
  readonly rows: number;
  readonly faults: readonly Fault[];
  readonly faultCount: number;
  readonly seconds: number;
}

function printReport(
  { chains, entries, rows, faults, faultCount, seconds }: Printed,
  root: RootReport | undefined,
  output: Output,
): void {
  const { colors } = output;
  const read = `${counted(entries, 'entry', 'entries')} of ${counted(chains, 'chain')}, and ${counted(rows, 'row')}, in ${seconds.toFixed(1)} s`;
  const held = root === undefined ? '' : `; held to the root of ${root.madeAt}, of ${root.chains} chains`;
  if (faultCount === 0) {
    output.say(`${colors.green('✓')} The audit holds: ${read}${held}.`);
    return;
  }
  output.say(`${colors.red('✗')} The audit does not hold: ${counted(faultCount, 'fault')} in ${read}${held}.`);
  for (const { subject, entry, problem } of faults) {
    output.say(`  ${colors.bold(subject)}${entry === undefined ? '' : `, entry ${entry}`}: ${problem}`);
  }
  if (faultCount > faults.length) output.say(`  and ${faultCount - faults.length} more`);
}

interface RootFlags extends BookFlags {
  readonly key: string;
  readonly out: string;
}

function rootCommand(): Command {
  const description =
    'Write the head of every chain into a file, signed. Kept where whoever owns the database cannot write, it shows what ' +
    'was changed there: make one a day.';
  const command = newCommand('root', description, [
    'gangway keygen --out audit-key.pem',
    'gangway audit root --key audit-key.pem --out roots/2026-12-01.root',
  ]);
  return withBook(command)
    .requiredOption('--key <file>', 'the Ed25519 private key that signs it, PKCS#8 PEM, readable to nobody else')
    .requiredOption('--out <file>', 'where the root goes')
    .action(async (flags: RootFlags) => {
      await runOnBook(
        flags,
        () => readKey(flags.key),
        async (book, key, output): Promise<ExitCode> => {
          const statement = await writing(flags.out, (write) => writeRoot(book, key, write));
          output.document({ file: flags.out, ...statement });
          const { chains, entries } = statement;
          output.say(
            `${output.colors.green('✓')} ${flags.out}: the heads of ${counted(chains, 'chain')}, of ${counted(entries, 'entry', 'entries')}.`,
          );
          return EXIT.done;
        },
      );
    });
}

function readKey(path: string): KeyObject {
  const read = readSecretFile(path);
  if ('problem' in read) throw new CommandError(`--key ${read.problem}.`);
  const key = keyFrom(() => createPrivateKey(read.bytes));
  if (key === undefined)
    throw new CommandError('--key must name an Ed25519 private key, as `gangway keygen` makes it.');
  return key;
}

async function writing<Result>(
  file: string,
  work: (write: (text: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  return await replaceFileWith(file, work, () => new CommandError(`--out: ${file} cannot be written.`));
}
