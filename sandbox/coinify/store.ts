import { Book } from '../http/book';
import { change, type Change, type WithdrawalRecord } from './records';

/** The state that changes build up, live and on replay alike. */
class State {
  readonly withdrawals = new Map<string, WithdrawalRecord>();
  readonly balances = new Map<string, string>();

  apply({ parts }: Change): void {
    for (const part of parts) {
      if (part.part === 'withdrawal') this.withdrawals.set(part.withdrawal.id, part.withdrawal);
      else this.balances.set(part.currency, part.amount);
    }
  }
}

/** The book of the sandbox (sandbox/http/book.ts). */
export class Store {
  private constructor(
    private readonly book: Book<Change, State>,
    private readonly openingBalances: Readonly<Record<string, string>>,
  ) {}

  static async open(dataFile: string | undefined, openingBalances: Readonly<Record<string, string>>): Promise<Store> {
    return new Store(await Book.open(dataFile, change, () => new State()), openingBalances);
  }

  commit(parts: Change['parts']): void {
    this.book.commit({ parts });
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

  /** In the order in which they were made. */
  withdrawals(): readonly WithdrawalRecord[] {
    return [...this.book.state.withdrawals.values()];
  }

  withdrawal(id: string): WithdrawalRecord | undefined {
    return this.book.state.withdrawals.get(id);
  }

  /** More than one only if duplicates are accepted. */
  withdrawalsOf(orderId: string): readonly WithdrawalRecord[] {
    return this.withdrawals().filter((withdrawal) => withdrawal.orderId === orderId);
  }

  /** What the merchant holds. */
  balance(currency: string): string {
    return this.book.state.balances.get(currency) ?? this.openingBalances[currency] ?? '0';
  }

  balances(): Readonly<Record<string, string>> {
    return { ...this.openingBalances, ...Object.fromEntries(this.book.state.balances) };
  }
}
