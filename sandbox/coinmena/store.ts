import { FileBlobs, MemoryBlobs, type Blobs } from '../http/blobs';
import { Book } from '../http/book';
import { FIRST_CLIENT_ID, FIRST_DOCUMENT_ID, FIRST_ORDER_ID } from './config';
import {
  change as changeSchema,
  type Change,
  type ClientRecord,
  type DocumentRecord,
  type FileRecord,
  type Holding,
  type OrderRecord,
} from './records';

/** Emails are compared without regard to case [I]; the other unique fields as written. */
function emailKey(email: string): string {
  return email.toLowerCase();
}

/** The state that changes build up, live and on replay alike. */
class State {
  readonly clients = new Map<string, ClientRecord>();
  readonly clientByEmail = new Map<string, string>();
  readonly clientByPhone = new Map<string, string>();
  readonly clientByGovernmentId = new Map<string, string>();
  readonly documents = new Map<string, DocumentRecord[]>();
  readonly filesByKey = new Map<string, FileRecord>();
  readonly ordersByRef = new Map<string, OrderRecord>();
  readonly holdings = new Map<string, Holding>();
  nextClientId = FIRST_CLIENT_ID;
  nextDocumentId = FIRST_DOCUMENT_ID;
  nextOrderId = FIRST_ORDER_ID;

  apply(change: Change): void {
    switch (change.kind) {
      case 'client':
        this.applyClient(change.client);
        return;
      case 'document': {
        const { document } = change;
        const documents = this.documents.get(document.partner_client_id) ?? [];
        this.documents.set(document.partner_client_id, [...documents, document]);
        this.filesByKey.set(document.front.key, document.front);
        if (document.back !== null) this.filesByKey.set(document.back.key, document.back);
        this.nextDocumentId = Math.max(this.nextDocumentId, document.id + 1);
        return;
      }
      case 'order':
        this.ordersByRef.set(change.order.partner_order_ref, change.order);
        this.nextOrderId = Math.max(this.nextOrderId, change.order.id + 1);
        if (change.holding !== null) this.applyHolding(change.holding);
        return;
      case 'holding':
        this.applyHolding(change.holding);
    }
  }

  private applyClient(client: ClientRecord): void {
    const id = client.profile.partner_client_id;
    const before = this.clients.get(id);
    if (before !== undefined) {
      this.clientByEmail.delete(emailKey(before.profile.email));
      this.clientByPhone.delete(before.profile.phone);
      this.clientByGovernmentId.delete(before.profile.government_id_number);
    }
    this.clients.set(id, client);
    this.clientByEmail.set(emailKey(client.profile.email), id);
    this.clientByPhone.set(client.profile.phone, id);
    this.clientByGovernmentId.set(client.profile.government_id_number, id);
    this.nextClientId = Math.max(this.nextClientId, client.id + 1);
  }

  private applyHolding(holding: Holding): void {
    this.holdings.set(holdingKey(holding.owner, holding.asset_id), holding);
  }
}

function holdingKey(owner: string | null, assetId: string): string {
  return JSON.stringify([owner, assetId]);
}

/** The book of the sandbox, and the bytes of its documents. */
export class Store {
  private constructor(
    readonly blobs: Blobs,
    private readonly book: Book<Change, State>,
  ) {}

  /**
   * @param dataFile the journal; undefined keeps everything in memory
   * @throws JournalUnreadable, or the system's error if the file cannot be opened
   */
  static async open(dataFile: string | undefined): Promise<Store> {
    const blobs = dataFile === undefined ? new MemoryBlobs() : new FileBlobs(`${dataFile}.files`);
    return new Store(blobs, await Book.open(dataFile, changeSchema, () => new State()));
  }

  /** Takes effect at once; is kept when a later `durable` has resolved. */
  commit(change: Change): void {
    this.book.commit(change);
  }

  /** Resolves when everything committed before is on the disk (sandbox/http/book.ts). */
  durable(): Promise<void> {
    return this.book.durable();
  }

  async reset(): Promise<void> {
    await this.book.reset();
    await this.blobs.clear();
  }

  close(): Promise<void> {
    return this.book.close();
  }

  private get state(): State {
    return this.book.state;
  }

  nextClientId(): number {
    return this.state.nextClientId;
  }

  nextDocumentId(): number {
    return this.state.nextDocumentId;
  }

  nextOrderId(): number {
    return this.state.nextOrderId;
  }

  clients(): readonly ClientRecord[] {
    return [...this.state.clients.values()];
  }

  client(partnerClientId: string): ClientRecord | undefined {
    return this.state.clients.get(partnerClientId);
  }

  /** The partner_client_id of whoever has this value. */
  holderOf(field: 'email' | 'phone' | 'government_id_number', value: string): string | undefined {
    switch (field) {
      case 'email':
        return this.state.clientByEmail.get(emailKey(value));
      case 'phone':
        return this.state.clientByPhone.get(value);
      case 'government_id_number':
        return this.state.clientByGovernmentId.get(value);
    }
  }

  documentsOf(partnerClientId: string): readonly DocumentRecord[] {
    return this.state.documents.get(partnerClientId) ?? [];
  }

  documents(): readonly DocumentRecord[] {
    return [...this.state.documents.values()].flat();
  }

  fileByKey(key: string): FileRecord | undefined {
    return this.state.filesByKey.get(key);
  }

  orders(): readonly OrderRecord[] {
    return [...this.state.ordersByRef.values()];
  }

  orderByRef(ref: string): OrderRecord | undefined {
    return this.state.ordersByRef.get(ref);
  }

  holding(owner: string | null, assetId: string): Holding {
    return (
      this.state.holdings.get(holdingKey(owner, assetId)) ?? { owner, asset_id: assetId, balance: '0', available: '0' }
    );
  }

  holdings(): readonly Holding[] {
    return [...this.state.holdings.values()];
  }
}
