import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { sha256Of } from '../http/blobs';
import type { Clock } from '../http/clock';
import { credited, kept, newResource, view } from './resources';
import {
  MalformedMultipart,
  isMultipart,
  multipartBoundary,
  parseMultipart,
  type Part as FormPart,
} from '../http/multipart';
import { MAX_FILE_BYTES } from './config';
import type { Call, Done, Sandbox } from './context';
import { Problem } from './errors';
import { anything, bodyOf, pageOf, text } from './input';
import type { CustomerRecord, FileRecord, Part } from './records';

const createBody = z.object({
  partnerCustomerRef: text,
  customerType: z.enum(['INDIVIDUAL', 'CORPORATE']),
  displayName: text.optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

/**
 * `POST /partner/v1/customers`: creates a customer, or answers with the one that has this reference (create partner
 * customer page), unchanged whatever else the body says [I].
 */
export function createCustomer(call: Call): Done {
  const { store, clock } = call.sandbox;
  const body = bodyOf(call, createBody);
  const existing = store.customerByRef(body.partnerCustomerRef);
  if (existing !== undefined) {
    const { customer, parts } = customerAfterRead(call.sandbox, existing);
    return { status: 200, body: customerView(customer), parts };
  }
  const customer = newCustomer(clock, body.partnerCustomerRef, body.customerType);
  return { status: 201, body: customerView(customer), parts: [{ part: 'customer', customer }] };
}

export function newCustomer(
  clock: Clock,
  partnerCustomerRef: string,
  customerType: CustomerRecord['customerType'],
): CustomerRecord {
  const now = clock.timestamp();
  return {
    customerId: randomUUID(),
    partnerCustomerRef,
    customerType,
    status: 'DRAFT',
    next: [],
    createdAt: now,
    updatedAt: now,
  };
}

function customerView(customer: CustomerRecord): object {
  const { customerId, partnerCustomerRef, customerType, status, createdAt, updatedAt } = customer;
  return { customerId, partnerCustomerRef, customerType, status, createdAt, updatedAt };
}

/** Every read lets the review go on by one step. */
function customerAfterRead(
  sandbox: Sandbox,
  before: CustomerRecord,
): { readonly customer: CustomerRecord; readonly parts: readonly Part[] } {
  const [status, ...next] = before.next;
  if (status === undefined) return { customer: before, parts: [] };
  return withStatus(sandbox, { ...before, next }, status);
}

/** A customer in a status. What it holds when first approved is the sandbox's own setting. */
export function withStatus(
  { store, clock, market }: Sandbox,
  before: CustomerRecord,
  status: string,
): { readonly customer: CustomerRecord; readonly parts: readonly Part[] } {
  const customer = { ...before, status, updatedAt: clock.timestamp() };
  const isFirst = status === 'APPROVED' && store.holdings(before.customerId).length === 0;
  const opening = isFirst ? Object.entries(market.openingBalances) : [];
  const holdings = opening.map(([asset, amount]): Part => {
    return { part: 'holding', holding: credited(store.holding(before.customerId, asset), amount) };
  });
  return { customer, parts: [{ part: 'customer', customer }, ...holdings] };
}

/** @throws Problem PARTNER_CUSTOMER_NOT_FOUND */
export function customerOf({ sandbox, params }: Call): CustomerRecord {
  const customer = sandbox.store.customer(params['customerId'] ?? '');
  if (customer === undefined) throw new Problem('PARTNER_CUSTOMER_NOT_FOUND', 'There is no such customer.');
  return customer;
}

/** A customer that may use products. @throws Problem PARTNER_RESOURCE_STATE_INVALID [I] */
export function requireApproved(customer: CustomerRecord | undefined): void {
  if (customer?.status === 'APPROVED') return;
  throw new Problem('PARTNER_RESOURCE_STATE_INVALID', `The customer is ${customer?.status ?? 'unknown'}.`);
}

/** `POST …/files`: one file as multipart/form-data, or a JSON link to a file asset (Customers And Onboarding page). */
export function addFile(call: Call): Done {
  const customer = customerOf(call);
  const contentType = call.received.headers['content-type'];
  if (isMultipart(contentType)) return uploaded(call, customer, contentType);
  const { fileAssetId } = bodyOf(call, z.object({ fileAssetId: text, documentType: text.optional() }));
  const file = call.sandbox.store.file(fileAssetId);
  if (file?.customerId !== customer.customerId) {
    throw new Problem('PARTNER_RESOURCE_NOT_FOUND', 'There is no such file asset.');
  }
  return { status: 200, body: fileView(file) };
}

function uploaded(call: Call, customer: CustomerRecord, contentType: string | undefined): Done {
  const parts = partsOf(call.received.body, contentType);
  const content = parts.get('file');
  const documentType = parts.get('documentType')?.bytes.toString('utf8') ?? '';
  if (content?.filename === undefined || content.bytes.length === 0 || content.bytes.length > MAX_FILE_BYTES) {
    throw invalid('file', 'must be a file that is neither empty nor too large');
  }
  if (documentType === '') throw invalid('documentType', 'is required');
  const file: FileRecord = {
    fileAssetId: randomUUID(),
    customerId: customer.customerId,
    documentType,
    side: parts.get('side')?.bytes.toString('utf8') ?? 'FRONT',
    sha256: sha256Of(content.bytes),
    bytes: content.bytes.length,
    createdAt: call.sandbox.clock.timestamp(),
  };
  return { status: 201, body: fileView(file), parts: [{ part: 'file', file }] };
}

function partsOf(body: Buffer, contentType: string | undefined): ReadonlyMap<string, FormPart> {
  try {
    return new Map(parseMultipart(body, multipartBoundary(contentType) ?? '').map((part) => [part.name, part]));
  } catch (error) {
    if (error instanceof MalformedMultipart) throw invalid('body', error.message);
    throw error;
  }
}

function invalid(field: string, message: string): Problem {
  return new Problem('SANDBOX_VALIDATION_FAILED', 'The body is not valid.', [{ field, message }]);
}

function fileView({ fileAssetId, customerId, documentType, createdAt }: FileRecord): object {
  return { fileAssetId, customerId, documentType, createdAt };
}

const evidence = {
  supportingDocuments: z.array(z.object({ documentType: text, fileAssetId: text })),
  consentEvidence: anything,
  partnerAttestation: z.looseObject({ attestedByClientId: text }),
};

const evidenceBody = z.discriminatedUnion('submissionType', [
  z.object({
    ...evidence,
    submissionType: z.literal('KYC'),
    individual: z.object({
      personalDetails: z.looseObject({ fullName: text, dateOfBirth: text, nationality: text }),
      additionalPersonalDetails: anything,
    }),
  }),
  z.object({
    ...evidence,
    submissionType: z.literal('KYB'),
    corporate: z.object({
      corporationDetails: z.looseObject({ legalName: text, registrationNumber: text }),
      additionalCorporationDetails: anything,
      contactPerson: anything,
      keyPersons: z.array(anything).min(1),
    }),
  }),
]);

/** [I] The statuses in which evidence can be submitted. */
const TAKES_EVIDENCE: readonly string[] = ['DRAFT', 'MISSING_INFO_REQUIRED'];

/**
 * `POST …/onboarding-submissions`: the customer is `SUBMITTED` (Customers And Onboarding page), and is reviewed while it
 * is read. Documents must be files of this customer [I]; KYC is of individuals, KYB of corporations [I].
 */
export function submitEvidence(call: Call): Done {
  const { sandbox } = call;
  const before = customerOf(call);
  const body = bodyOf(call, evidenceBody);
  if (!TAKES_EVIDENCE.includes(before.status)) {
    throw new Problem('PARTNER_RESOURCE_STATE_INVALID', `The customer is ${before.status}.`);
  }
  if ((body.submissionType === 'KYB') !== (before.customerType === 'CORPORATE')) {
    throw invalid('submissionType', 'does not go with the type of the customer');
  }
  const isForeign = body.supportingDocuments.some(
    ({ fileAssetId }) => sandbox.store.file(fileAssetId)?.customerId !== before.customerId,
  );
  if (isForeign) throw new Problem('PARTNER_RESOURCE_NOT_FOUND', 'There is no such file asset.');
  const outcome = sandbox.faults.take(['outcome'], call.subject)?.rule.params.status ?? 'APPROVED';
  const next = outcome === 'PROCESSING' ? ['PROCESSING'] : ['PROCESSING', outcome];
  const { customer, parts } = withStatus(sandbox, { ...before, next }, 'SUBMITTED');
  const submission = newResource(sandbox, 'submission', customer.customerId, 'ACCEPTED', {
    submissionType: body.submissionType,
    attestedByClientId: body.partnerAttestation.attestedByClientId,
    documents: body.supportingDocuments.length,
  });
  return {
    status: 201,
    body: view(submission),
    parts: [...parts, kept(submission)],
    events: [
      {
        eventType: 'customer.onboarding.submitted',
        customer,
        resourceType: 'onboarding_submission',
        resourceId: submission.id,
      },
    ],
  };
}

/** `GET …/balances`. An unapproved customer has none to show [I]. */
export function listBalances(call: Call): Done {
  const customer = customerOf(call);
  requireApproved(customer);
  const items = call.sandbox.store
    .holdings(customer.customerId)
    .map(({ asset, total, available }) => ({ asset, total, available }));
  return { status: 200, body: pageOf(call, items) };
}
