import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { sql } from 'kysely';
import { type BookDatabase, SCHEMA } from '../connection';
import { unavailable } from '../unavailable';
import type { ChainHead, Fault } from './chain';
import { atOneMoment } from './verify';

/**
 * A root: a file with the head of every chain, a line each, and at its end a line that says how many they are and when, signed
 * with an Ed25519 key. Kept where whoever owns the database cannot write, it shows what was changed there with its hashes
 * made anew, and what was cut off.
 */

/** The last line of a root. What is signed is the line without its `signature`. */
interface RootStatement {
  readonly gangwayRoot: 1;
  /** UTC ISO time. */
  readonly madeAt: string;
  readonly chains: number;
  readonly entries: number;
  /** Of all lines before it, in hex. */
  readonly headsSha256: string;
}

const PAGE = 10_000;

/**
 * Writes a root, some thousand lines at a time.
 *
 * @param write takes the text of lines, one piece after the other
 * @throws BookUnavailable
 */
export async function writeRoot(
  book: BookDatabase,
  key: KeyObject,
  write: (text: string) => Promise<void>,
): Promise<RootStatement> {
  const hash = createHash('sha256');
  let [chains, entries, after] = [0, 0, '0'];
  await unavailable(() =>
    atOneMoment(book, async (within) => {
      for (;;) {
        const heads = await headsAfter(within, after);
        if (heads.length === 0) return;
        const text = heads.map(headLine).join('');
        hash.update(text);
        await write(text);
        chains += heads.length;
        entries += heads.reduce((sum, head) => sum + head.entries, 0);
        after = heads.at(-1)?.chainId ?? after;
      }
    }),
  );
  const madeAt = new Date().toISOString();
  const statement: RootStatement = { gangwayRoot: 1, madeAt, chains, entries, headsSha256: hash.digest('hex') };
  const signature = sign(null, Buffer.from(JSON.stringify(statement)), key).toString('base64');
  await write(`${JSON.stringify({ ...statement, signature })}\n`);
  return statement;
}

interface Head extends ChainHead {
  readonly chainId: string;
  readonly subject: string;
}

async function headsAfter(book: BookDatabase, after: string): Promise<readonly Head[]> {
  return await book
    .selectFrom('chains')
    .select(['chain_id as chainId', 'subject', 'entries', 'head_sha256 as sha256'])
    .where('chain_id', '>', after)
    .where('entries', '>', 0)
    .orderBy('chain_id')
    .limit(PAGE)
    .execute();
}

function headLine({ subject, entries, sha256 }: Head): string {
  return `${JSON.stringify({ subject, entries, sha256: sha256.toString('hex') })}\n`;
}

/** Why a file is no root that the key signed. */
export class RootError extends Error {
  override readonly name = 'RootError';
}

export interface RootReport extends RootStatement {
  readonly faults: readonly Fault[];
}

/**
 * Holds the book to a root: each chain has the entry that the root has as its head, with the same hash. Whether the entries
 * before it are what was written, `verifyAudit` proves.
 *
 * @param lines of the file
 * @throws RootError if it is no root, or another key signed it; BookUnavailable
 */
export async function verifyRoot(
  book: BookDatabase,
  lines: AsyncIterable<string>,
  publicKey: KeyObject,
): Promise<RootReport> {
  const faults: Fault[] = [];
  const hash = createHash('sha256');
  let [chains, entries] = [0, 0];
  let page: RootHead[] = [];
  let end: SignedStatement | undefined;
  for await (const line of lines) {
    if (end !== undefined) throw new RootError('it goes on after its signature');
    const read = readLine(line);
    if ('gangwayRoot' in read) {
      end = read;
      continue;
    }
    hash.update(`${line}\n`);
    chains += 1;
    entries += read.entries;
    page.push(read);
    if (page.length < PAGE) continue;
    faults.push(...(await unavailable(() => missingHeads(book, page))));
    page = [];
  }
  if (end === undefined) throw new RootError('it has no signature at its end: it is not whole');
  const { signature, ...statement } = end;
  if (!verify(null, Buffer.from(JSON.stringify(statement)), publicKey, Buffer.from(signature, 'base64'))) {
    throw new RootError('its signature is not of this key, or what was signed was changed');
  }
  if (statement.headsSha256 !== hash.digest('hex') || statement.chains !== chains || statement.entries !== entries) {
    throw new RootError('its lines are not those that were signed');
  }
  faults.push(...(await unavailable(() => missingHeads(book, page))));
  return { ...statement, faults };
}

interface RootHead {
  readonly subject: string;
  readonly entries: number;
  readonly sha256: string;
}

type SignedStatement = RootStatement & { readonly signature: string };

async function missingHeads(book: BookDatabase, heads: readonly RootHead[]): Promise<readonly Fault[]> {
  if (heads.length === 0) return [];
  const { rows } = await sql<{ subject: string; entries: number; problem: string }>`
    SELECT head.subject, head.entries, CASE WHEN audit.entry IS NULL
        THEN 'is missing, and the root has it'
        ELSE 'is not the one that the root has' END AS problem
      FROM unnest(${heads.map(({ subject }) => subject)}::text[], ${heads.map(({ entries }) => entries)}::integer[],
          ${heads.map(({ sha256 }) => sha256)}::text[]) AS head (subject, entries, sha256)
      LEFT JOIN ${sql.table(`${SCHEMA}.chains`)} AS chains ON chains.subject = head.subject
      LEFT JOIN ${sql.table(`${SCHEMA}.audit`)} AS audit
        ON audit.chain_id = chains.chain_id AND audit.entry = head.entries
      WHERE audit.sha256 IS DISTINCT FROM decode(head.sha256, 'hex')`.execute(book);
  return rows.map(({ subject, entries, problem }) => ({ subject, entry: entries, problem }));
}

function readLine(line: string): RootHead | SignedStatement {
  const value = parsed(line);
  if (isSignedStatement(value)) return value;
  if (isHead(value)) return value;
  throw new RootError('it holds a line that no root has');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isHead(value: unknown): value is RootHead {
  return (
    hasFields(value, { subject: 'string', entries: 'number', sha256: 'string' }) &&
    'sha256' in value &&
    /^[0-9a-f]{64}$/.test(String(value.sha256))
  );
}

function isSignedStatement(value: unknown): value is SignedStatement {
  const fields = { madeAt: 'string', chains: 'number', entries: 'number', headsSha256: 'string', signature: 'string' };
  return hasFields(value, { gangwayRoot: 'number', ...fields }) && 'gangwayRoot' in value && value.gangwayRoot === 1;
}

/** Whether it is an object of these fields alone, each of its type. */
function hasFields(value: unknown, fields: Readonly<Record<string, string>>): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const found: readonly (readonly [string, unknown])[] = Object.entries(value);
  return found.length === Object.keys(fields).length && found.every(([name, each]) => typeof each === fields[name]);
}
