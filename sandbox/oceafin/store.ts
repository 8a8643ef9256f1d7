import { Book } from '../http/book';
import {
  change,
  type Change,
  type CustomerRecord,
  type FileRecord,
  type Holding,
  type Part,
  type ResourceKind,
  type ResourceRecord,
  type StoredAnswer,
} from './records';

/** The state that changes build up, live and on replay alike. */
class State {
  readonly customers = new Map<string, CustomerRecord>();
  readonly customerIdByRef = new Map<string, string>();
  readonly files = new Map<string, FileRecord>();
  readonly resources = new Map<string, ResourceRecord>();
  readonly holdings = new Map<string, Holding>();
  readonly answers = new Map<string, StoredAnswer>();

  apply({ parts }: Change): void {
    for (const part of parts) this.applyPart(part);
  }

  private applyPart(part: Part): void {
    switch (part.part) {
      case 'customer':
        this.customers.set(part.customer.customerId, part.customer);
        this.customerIdByRef.set(part.customer.partnerCustomerRef, part.customer.customerId);
        return;
      case 'file':
        this.files.set(part.file.fileAssetId, part.file);
        return;
      case 'resource':
        this.resources.set(part.resource.id, part.resource);
        return;
      case 'holding':
        this.holdings.set(holdingKey(part.holding.customerId, part.holding.asset), part.holding);
        return;
      case 'answer':
        this.answers.set(part.answer.key, part.answer);
    }
  }
}

function holdingKey(customerId: string, asset: string): string {
  return JSON.stringify([customerId, asset]);
}

/** The book of the sandbox (sandbox/http/book.ts). */
export class Store {
  private constructor(private readonly book: Book<Change, State>) {}

  static async open(dataFile: string | undefined): Promise<Store> {
    return new Store(await Book.open(dataFile, change, () => new State()));
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

  customers(): readonly CustomerRecord[] {
    return [...this.book.state.customers.values()];
  }

  customer(customerId: string): CustomerRecord | undefined {
    return this.book.state.customers.get(customerId);
  }

  customerByRef(partnerCustomerRef: string): CustomerRecord | undefined {
    return this.customer(this.book.state.customerIdByRef.get(partnerCustomerRef) ?? '');
  }

  files(): readonly FileRecord[] {
    return [...this.book.state.files.values()];
  }

  file(fileAssetId: string): FileRecord | undefined {
    return this.book.state.files.get(fileAssetId);
  }

  /** In the order in which they were made. */
  resources(kind?: ResourceKind, customerId?: string): readonly ResourceRecord[] {
    return [...this.book.state.resources.values()].filter(
      (resource) =>
        (kind === undefined || resource.kind === kind) &&
        (customerId === undefined || resource.customerId === customerId),
    );
  }

  resource(kind: ResourceKind, id: string): ResourceRecord | undefined {
    const found = this.book.state.resources.get(id);
    return found?.kind === kind ? found : undefined;
  }

  holding(customerId: string, asset: string): Holding {
    const none = { customerId, asset, total: '0', available: '0' };
    return this.book.state.holdings.get(holdingKey(customerId, asset)) ?? none;
  }

  holdings(customerId?: string): readonly Holding[] {
    const all = [...this.book.state.holdings.values()];
    return customerId === undefined ? all : all.filter((holding) => holding.customerId === customerId);
  }

  answer(key: string): StoredAnswer | undefined {
    return this.book.state.answers.get(key);
  }
}
