import type { OceafinApi } from '../../../../providers/oceafin/client';
import { OPERATIONS, type Operation } from '../../../../providers/oceafin/layout/operations';
import { countOf, type Arranged, type Endpoint, type Subject } from '../../kit';

export type ApiSubject = Subject<OceafinApi>;
export type ApiEndpoint = Endpoint<OceafinApi>;

/** An amount that no floating point number holds. */
export const AMOUNT = '12.34567891';

/** What is sent of people and must be in no error. */
export const PERSON = {
  name: 'Layla Example',
  email: 'layla@example.test',
  accountNumber: '000987654321',
  wallet: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
} as const;

/** One operation of the typed client. */
export function endpoint(
  operation: Operation,
  arrange: (subject: ApiSubject) => Promise<Arranged<OceafinApi>>,
): ApiEndpoint {
  return { name: OPERATIONS[operation].published, operation, arrange };
}

/** A write under the key of its subject, which its one request must hold beside `carries`. */
export function write(
  { id }: ApiSubject,
  applied: (book: unknown) => number,
  call: (api: OceafinApi, key: string) => Promise<unknown>,
  carries: readonly string[] = [],
): Arranged<OceafinApi> {
  const key = `${id}:the-write`;
  return { call: (api) => call(api, key), write: { applied, repeated: 'replays', carries: [key, ...carries] } };
}

/** How often the book shows a resource of the subject's customer. */
export function inBook(
  { id }: ApiSubject,
  kind: string,
  shown: Readonly<Record<string, unknown>> = {},
): (book: unknown) => number {
  return (book) => countOf(book, 'resources', { kind, partnerCustomerRef: id, ...shown });
}

/** A customer who may use everything; returns its id. */
export async function approved(subject: ApiSubject): Promise<string> {
  const { id, well } = subject;
  const { customerId } = await well.customers.create(
    { partnerCustomerRef: id, customerType: 'INDIVIDUAL', displayName: PERSON.name },
    `${id}:customer`,
  );
  await subject.control('POST', `/customers/${id}`, { status: 'APPROVED' });
  return customerId;
}

/** Brings a resource into a status, as a reviewer at the provider would. */
export async function decided(subject: ApiSubject, resourceId: string, status: string): Promise<void> {
  await subject.control('POST', `/resources/${resourceId}`, { status });
}

/** Money that was wired in: more of it than a page of a list holds. */
export async function wired(subject: ApiSubject): Promise<void> {
  for (const amount of [AMOUNT, '2.02', '3.03']) {
    await subject.control('POST', '/deposits', { partner_customer_ref: subject.id, currency: 'USD', amount });
  }
}

/** The first of what there is. */
export function first<Item>([item]: readonly Item[]): Item {
  if (item === undefined) throw new Error('nothing was arranged');
  return item;
}
