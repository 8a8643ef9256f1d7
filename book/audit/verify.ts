import { type BookDatabase } from '../connection';
import { unavailable } from '../unavailable';
import { ChainProof, type ChainHead, type Fault } from './chain';
import { entriesAfter, type AuditEntry, type ChainFilter } from './entries';
import { particularFaults } from './particulars';
import { RowProof, rowsWithoutChain } from './rows';

/** What was proved, and what is not as it was written. */
export interface AuditReport {
  readonly chains: number;
  readonly entries: number;
  /** Rows of the book that were held to what the audit tells of them. */
  readonly rows: number;
  /** The first {@link MOST_FAULTS} of them. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
}

const MOST_FAULTS = 100;

/**
 * Proves the audit: every entry is what was written, none is missing up to the head of its chain, and every row of the book
 * is what its last entry says. It reads as the book was at one moment, however long it takes, and holds little of it at once.
 *
 * @param book opened without a bound on its statements
 * @throws BookUnavailable
 */
export async function verifyAudit(book: BookDatabase, filter: ChainFilter = {}): Promise<AuditReport> {
  return await unavailable(() => atOneMoment(book, (within) => proveAudit(within, filter)));
}

/** The same, within a transaction that reads the book as it was at one moment. */
export async function proveAudit(within: BookDatabase, filter: ChainFilter): Promise<AuditReport> {
  return await new AuditProof(within, filter).run();
}

/** Reads the book as it was at one moment, and writes nothing. */
export async function atOneMoment<Result>(
  book: BookDatabase,
  read: (within: BookDatabase) => Promise<Result>,
): Promise<Result> {
  return await book
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((within) => read(within));
}

/** After how many entries the rows that they tell of are read. */
const ENTRIES_A_COMPARISON = 3_000;

class AuditProof {
  private readonly faults: Fault[] = [];
  private faultCount = 0;
  private chains = 0;
  private entries = 0;
  private readonly rows = new RowProof();
  /** Of how many entries the rows are to be compared. */
  private entriesTaken = 0;
  private ofOpenChain: AuditEntry[] = [];
  private proof: ChainProof | undefined;
  private heads: ReadonlyMap<string, ChainHead> = new Map();

  constructor(
    private readonly book: BookDatabase,
    private readonly filter: ChainFilter,
  ) {}

  async run(): Promise<AuditReport> {
    let page = await entriesAfter(this.book, this.filter);
    for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
      this.heads = new Map([...this.headOfOpenChain(), ...(await this.headsOf(page))]);
      // PostgreSQL reads the next ones while these are hashed. Nothing else is asked meanwhile: it is one connection.
      const next = entriesAfter(this.book, this.filter, last);
      next.catch(() => undefined);
      for (const entry of page) this.follow(entry);
      page = await next;
      if (this.entriesTaken > ENTRIES_A_COMPARISON) await this.compareRows();
    }
    this.endChain();
    await this.compareRows();
    this.tell(await particularFaults(this.book, this.filter));
    if (this.filter.subject === undefined) {
      this.tell(await this.chainsWithoutEntries());
      this.tell(await rowsWithoutChain(this.book));
    }
    const { chains, entries, faults, faultCount } = this;
    return { chains, entries, rows: this.rows.rows, faults, faultCount };
  }

  private tell(faults: readonly Fault[]): void {
    this.faultCount += faults.length;
    this.faults.push(...faults.slice(0, Math.max(0, MOST_FAULTS - this.faults.length)));
  }

  private follow(entry: AuditEntry): void {
    let { proof } = this;
    if (proof?.chainId !== entry.chainId) {
      this.endChain();
      proof = new ChainProof(entry.chainId, entry.subject);
      this.proof = proof;
      this.chains += 1;
    }
    this.entries += 1;
    this.tell(proof.follow(entry));
    this.ofOpenChain.push(entry);
  }

  /** What its rows are is known once its last entry is. */
  private endChain(): void {
    if (this.proof === undefined) return;
    const head = this.heads.get(this.proof.chainId);
    if (head !== undefined) this.tell(this.proof.end(head));
    this.proof = undefined;
    for (const entry of this.ofOpenChain) this.rows.take(entry);
    this.entriesTaken += this.ofOpenChain.length;
    this.ofOpenChain = [];
  }

  private async compareRows(): Promise<void> {
    this.entriesTaken = 0;
    this.tell(await this.rows.compare(this.book));
  }

  private headOfOpenChain(): readonly (readonly [string, ChainHead])[] {
    const head = this.proof === undefined ? undefined : this.heads.get(this.proof.chainId);
    return this.proof === undefined || head === undefined ? [] : [[this.proof.chainId, head]];
  }

  private async headsOf(page: readonly AuditEntry[]): Promise<readonly (readonly [string, ChainHead])[]> {
    const rows = await this.book
      .selectFrom('chains')
      .select(['chain_id', 'entries', 'head_sha256 as sha256'])
      .where('chain_id', '>=', page[0]?.chainId ?? '0')
      .where('chain_id', '<=', page.at(-1)?.chainId ?? '0')
      .execute();
    return rows.map(({ chain_id: chainId, ...head }) => [chainId, head]);
  }

  private async chainsWithoutEntries(): Promise<readonly Fault[]> {
    const rows = await this.book
      .selectFrom('chains')
      .select('subject')
      .where('entries', '>', 0)
      .where((chain) =>
        chain.not(
          chain.exists(chain.selectFrom('audit').select('entry').whereRef('audit.chain_id', '=', 'chains.chain_id')),
        ),
      )
      .execute();
    return rows.map(({ subject }) => ({ subject, entry: 1, problem: 'is missing, and all after it' }));
  }
}
