import { Book } from '../http/book';
import { FIRST_TRANSACTION_ID, FIRST_TRANSFER_ID, type BackofficeSandboxConfig } from './config';
import { change, type Change, type Holding, type Part, type TransferRecord, type UserRecord } from './records';

/** What is there from the start. */
export type Opening = Pick<BackofficeSandboxConfig, 'users' | 'openingBalances'>;

/** The state that changes build up, live and on replay alike. */
class State {
  readonly users = new Map<string, UserRecord>();
  readonly transfers = new Map<number, TransferRecord>();
  readonly holdings = new Map<string, Holding>();

  constructor({ users, openingBalances }: Opening) {
    for (const userId of users) {
      this.applyPart({ part: 'user', user: { userId: userId.toLowerCase(), userName: userId, email: '' } });
      for (const [asset, total] of Object.entries(openingBalances)) {
        const holding = { userId: userId.toLowerCase(), asset, total, available: total };
        this.applyPart({ part: 'holding', holding });
      }
    }
  }

  apply({ parts }: Change): void {
    for (const part of parts) this.applyPart(part);
  }

  private applyPart(part: Part): void {
    switch (part.part) {
      case 'user':
        this.users.set(part.user.userId, part.user);
        return;
      case 'transfer':
        this.transfers.set(part.transfer.transferId, part.transfer);
        return;
      case 'holding':
        this.holdings.set(holdingKey(part.holding.userId, part.holding.asset), part.holding);
    }
  }
}

function holdingKey(userId: string, asset: string): string {
  return JSON.stringify([userId, asset]);
}

/** The book of the sandbox (sandbox/http/book.ts). User ids are in lower case. */
export class Store {
  private constructor(private readonly book: Book<Change, State>) {}

  static async open(dataFile: string | undefined, opening: Opening): Promise<Store> {
    return new Store(await Book.open(dataFile, change, () => new State(opening)));
  }

  commit(parts: readonly Part[]): void {
    if (parts.length > 0) this.book.commit({ parts: [...parts] });
  }

  durable(): Promise<void> {
    return this.book.durable();
  }

  reset(): Promise<void> {
    return this.book.reset();
  }

  close(): Promise<void> {
    return this.book.close();
  }

  users(): readonly UserRecord[] {
    return [...this.book.state.users.values()];
  }

  user(userId: string): UserRecord | undefined {
    return this.book.state.users.get(userId.toLowerCase());
  }

  /** In the order in which they were made. */
  transfers(): readonly TransferRecord[] {
    return [...this.book.state.transfers.values()];
  }

  transfer(transferId: number): TransferRecord | undefined {
    return this.book.state.transfers.get(transferId);
  }

  /** The ids of the next transfer. Gaps in the second sequence keep the two from being taken for one another. */
  nextIds(): { readonly transferId: number; readonly transactionId: number } {
    const made = this.book.state.transfers.size;
    return { transferId: FIRST_TRANSFER_ID + made, transactionId: FIRST_TRANSACTION_ID + 3 * made };
  }

  holding(userId: string, asset: string): Holding {
    const none = { userId, asset, total: '0', available: '0' };
    return this.book.state.holdings.get(holdingKey(userId, asset)) ?? none;
  }

  holdings(): readonly Holding[] {
    return [...this.book.state.holdings.values()];
  }
}
