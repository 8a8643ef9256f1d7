import type { UploadArgument, VerifiedClient } from '../../activities/arguments';
import type { ClientState, FiledDocument } from '../../contract/onboarding';
import { readAtOnce, reads, writes } from '../shared/activity-proxies';
import type { Amendable } from '../shared/amendments';
import type { FilingCall } from './state';

/** A client as calls name it: by the provider's own id too, if it knows clients by that only. */
export interface ClientKey {
  readonly provider: string;
  readonly partnerClientId: string;
  readonly providerClientId?: string;
}

/** What a client is made from. */
export type Person = Pick<Amendable, 'applicant' | 'details'>;

/** What a workflow asks of a provider about one client. Each call is one activity, tried once. */

export async function createClient(client: ClientKey, person: Person): Promise<ClientState> {
  const options = { summary: `Create client ${client.partnerClientId}` };
  return await writes.createClient.executeWithOptions(options, [{ ...client, ...person }]);
}

/** Looks whether a document is on file, or uploads it; undefined if it was looked for and is absent. */
export async function fileOnce(
  client: ClientKey,
  { document, next, others, lookedFor }: FilingCall,
): Promise<FiledDocument | undefined> {
  if (next === 'upload') return await upload({ ...client, document, ...(lookedFor === true ? { lookedFor } : {}) });
  const search = others.length === 0 ? {} : { others };
  const fetched = await reads.fetchDocument({ ...client, document, ...search });
  return fetched.found ? fetched.document : undefined;
}

async function upload(argument: UploadArgument): Promise<FiledDocument> {
  const options = { summary: `Upload ${argument.document.type}` };
  return await writes.uploadDocument.executeWithOptions(options, [argument]);
}

/** The client as it is now, and the documents that the provider lists for it, if it does. */
export async function verify(client: ClientKey & Partial<Person>): Promise<VerifiedClient> {
  return await readAtOnce((activities) => activities.verifyClient(client));
}

/** @returns the provider's word for the status */
export async function submitForVerification(
  client: ClientKey,
  person: Person,
  filed: readonly FiledDocument[],
  attempt: number,
): Promise<string> {
  const documents = filed.map(({ type, providerDocumentId }) => ({ type, providerDocumentId }));
  const options = { summary: `Submit for verification, attempt ${attempt}` };
  const argument = { ...client, ...person, documents, attempt };
  return (await writes.submitForVerification.executeWithOptions(options, [argument])).status;
}

export async function activate(client: ClientKey): Promise<void> {
  await writes.activateClient.executeWithOptions({ summary: 'Reactivate the client' }, [client]);
}
