import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OnboardAndFundRequest, PlannedFunding } from '../contract/onboard-and-fund';
import type { ApplicationPatch, Application, ApplicationDocument } from '../contract/onboarding';
import { amended } from '../workflows/shared/amendments';
import { pdf } from './pdf';
import { person } from './people';
import { PROVIDER, type ClientPlan, type DocumentPlan, type IntentPlan } from './plan';

/** A client's application as it is delivered, and as a person would correct it. */
export interface ClientPapers {
  readonly delivered: Application | OnboardAndFundRequest;
  /** What the first delivery is amended with, if it holds a mistake. */
  readonly correction: ApplicationPatch | undefined;
  /** The hash of every file that must be on file in the end, front and back in one text, by document type. */
  readonly contents: ReadonlyMap<string, string>;
  /** A document that a person files in place of another, and what then must be on file. */
  readonly replacement: { readonly patch: ApplicationPatch; readonly type: string; readonly content: string };
  /** Files that come later than the application: where, and what. */
  readonly missing: readonly DocumentFile[];
}

interface DocumentFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Writes a client's documents under `directory`, but for the missing ones, and its application over them. */
export function papersOf(
  seed: number,
  plan: ClientPlan,
  movements: readonly IntentPlan[],
  directory: string,
): ClientPapers {
  const files = plan.documents.map((document) => makeDocument(seed, plan.id, document, directory));
  const replacement = makeDocument(seed, plan.id, REPLACEMENT, directory, 'another');
  for (const { path, bytes } of replacement.written) writeFileSync(path, bytes);
  const [first, ...others] = files.flatMap(({ written }) => written);
  const missing = plan.twist === 'file-missing' && first !== undefined ? [first] : [];
  for (const { path, bytes } of missing.length > 0 ? others : files.flatMap(({ written }) => written)) {
    writeFileSync(path, bytes);
  }
  const right = { applicant: person(seed, plan.id), documents: files.map(({ ref }) => ref) };
  const application: Application = {
    provider: PROVIDER,
    partnerClientId: plan.id,
    policy: plan.policy,
    ...(plan.mistake === undefined ? right : amended(right, plan.mistake)),
  };
  const funding = plan.chain.flatMap((fundingId): PlannedFunding[] => {
    const intent = movements.find(({ request }) => request.fundingId === fundingId);
    if (intent === undefined) return [];
    const { kind, asset, amount, policy } = intent.request;
    return [{ fundingId, kind, asset, amount, ...(policy === undefined ? {} : { policy }) }];
  });
  return {
    delivered: funding.length === 0 ? application : { ...application, funding },
    correction: plan.mistake === undefined ? undefined : { applicant: right.applicant },
    contents: new Map(files.map(({ ref, content }) => [ref.type, content])),
    replacement: {
      patch: { documents: [replacement.ref] },
      type: REPLACEMENT.type,
      content: replacement.content,
    },
    missing,
  };
}

/** The same request under the same id, for another sum or another person: it must be refused. */
export function differing<Request extends { readonly amount: string } | Application>(request: Request): Request {
  return 'amount' in request
    ? { ...request, amount: `1${request.amount}` }
    : { ...request, applicant: { ...request.applicant, name: 'Another Person' } };
}

const REPLACEMENT: DocumentPlan = { type: 'proof_of_address', bytes: 700, back: false };

function makeDocument(seed: number, clientId: string, plan: DocumentPlan, directory: string, which = 'front') {
  const front = makeFile(`${seed}/${clientId}/${plan.type}/${which}`, plan.bytes, directory);
  const back = plan.back ? makeFile(`${seed}/${clientId}/${plan.type}/back`, plan.bytes, directory) : undefined;
  const ref: ApplicationDocument = {
    type: plan.type,
    front: { uri: pathToFileURL(front.path).href },
    ...(back === undefined ? {} : { back: { uri: pathToFileURL(back.path).href } }),
  };
  const written = [front, ...(back === undefined ? [] : [back])];
  return { ref, written, content: contentOf(written.map(({ bytes }) => sha256(bytes))) };
}

/** What a document holds, in one text: the hashes of its files. */
export function contentOf(hashes: readonly string[]): string {
  return hashes.join('+');
}

function makeFile(name: string, bytes: number, directory: string): DocumentFile {
  const filling = createHash('sha512')
    .update(name)
    .digest('hex')
    .repeat(Math.ceil(bytes / 128))
    .slice(0, bytes);
  const content = pdf(`${name}\n${filling}`);
  return { path: join(directory, `${sha256(content)}.pdf`), bytes: content };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
