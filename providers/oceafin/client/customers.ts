import { createHash } from 'node:crypto';
import { multipartBody, type MultipartPart, type RequestBody } from '../../http/body';
import type { CallOptions } from '../../port';
import { CREATED_STATUS, FILE_PART } from '../assumptions';
import { canonicalBody } from '../canonical-json';
import {
  balances,
  customer,
  customerFile,
  submission,
  transaction,
  transactions,
  type CreateCustomer,
  type LinkFile,
  type SubmitEvidence,
  type UploadFile,
  type WireBalance,
  type WireCustomer,
  type WireFile,
  type WireSubmission,
  type WireTransaction,
} from '../wire/customers';
import type { Caller } from './caller';

/** A customer, and whether the request that its key was first used for created it. */
export interface CreatedCustomer extends WireCustomer {
  readonly isNew: boolean;
}

/** Customers, their files, evidence, balances and transactions (Customers And Onboarding page). */
export class CustomersApi {
  constructor(private readonly caller: Caller) {}

  /**
   * Creates a customer, or answers with the one that has this reference. A key that was used before gets the answer
   * from then, even if the status has changed since.
   */
  async create(request: CreateCustomer, key: string, { signal }: CallOptions = {}): Promise<CreatedCustomer> {
    const write = { key, body: canonicalBody(request), signal };
    const { status, answer } = await this.caller.writeTold('createCustomer', customer, write);
    return { ...answer, isNew: status === CREATED_STATUS.value };
  }

  /** Uploads one file. */
  async uploadFile(customerId: string, file: UploadFile, key: string, { signal }: CallOptions = {}): Promise<WireFile> {
    const body = fileBody(file);
    return await this.caller.write('addCustomerFile', customerFile, { parameters: { customerId }, key, body, signal });
  }

  /** Links a file asset that exists already. */
  async linkFile(customerId: string, request: LinkFile, key: string): Promise<WireFile> {
    const body = canonicalBody(request);
    return await this.caller.write('addCustomerFile', customerFile, { parameters: { customerId }, key, body });
  }

  /** Submits KYC or KYB evidence that the partner attests. */
  async submitEvidence(customerId: string, request: SubmitEvidence, key: string): Promise<WireSubmission> {
    const body = canonicalBody(request);
    return await this.caller.write('submitEvidence', submission, { parameters: { customerId }, key, body });
  }

  async balances(customerId: string, options?: CallOptions): Promise<readonly WireBalance[]> {
    return await this.caller.list('listBalances', balances, { customerId }, options);
  }

  async transactions(customerId: string, options?: CallOptions): Promise<readonly WireTransaction[]> {
    return await this.caller.list('listTransactions', transactions, { customerId }, options);
  }

  async transaction(transactionId: string, options?: CallOptions): Promise<WireTransaction> {
    return await this.caller.read('getTransaction', transaction, { transactionId }, options);
  }
}

const FILE_ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'application/pdf': 'pdf',
};

/**
 * The parts of an upload. The same file makes the same bytes: the boundary is made from its content. The file name is
 * made here, because the original might hold a person's name.
 */
export function fileBody({ documentType, side, mime, bytes }: UploadFile): RequestBody {
  const filename = `${side.toLowerCase()}.${FILE_ENDINGS[mime] ?? 'bin'}`;
  const parts: readonly MultipartPart[] = [
    { name: FILE_PART.value.documentType, value: documentType },
    { name: FILE_PART.value.side, value: side },
    { name: FILE_PART.value.file, filename, contentType: mime, content: bytes },
  ];
  return multipartBody(parts, `gangway-${createHash('sha256').update(bytes).digest('hex').slice(0, 48)}`);
}
