import { CoinmenaConnector } from '../providers/coinmena/connector';
import { configSchema } from '../providers/coinmena/config';
import type { DocumentContent, UploadedFile } from '../providers/port';
import { createDocumentStore } from '../activities/documents/store';
import { application, DOCUMENTS } from './application';
import { runBatch, type Batch, type BatchResult } from './batch';

/** The calls of a flow without Temporal. */
export interface DirectCalls {
  run(batch: Batch): Promise<BatchResult>;
  close(): Promise<void>;
}

/**
 * The provider's own time: the calls that `onboardAndFund` makes, in its order, with the connector straight, from
 * files that are in memory already.
 */
export async function directCalls(env: NodeJS.ProcessEnv): Promise<DirectCalls> {
  const connector = new CoinmenaConnector(configSchema.parse(env));
  const documents = await readDocuments(connector.documents.maxFileBytes);
  const flow = async (id: string): Promise<readonly string[]> => {
    const { provider, partnerClientId, applicant, funding } = application(id);
    await connector.checkApplication({ partnerClientId, applicant }, []);
    await connector.clients.create({ partnerClientId, applicant });
    await Promise.all(documents.map((document) => connector.documents.upload({ partnerClientId }, document)));
    await Promise.all([connector.clients.read({ partnerClientId }), connector.documents.list({ partnerClientId })]);
    for (const { fundingId, kind, asset, amount } of funding) {
      await connector.orders.check({ provider, fundingId, kind, partnerClientId, asset, amount });
      await connector.orders.submit({ kind, partnerClientId, asset, amount, ref: fundingId });
      await connector.balances.read({ partnerClientId }, asset);
    }
    return [];
  };
  return { run: (batch) => runBatch(batch, flow), close: () => connector.close() };
}

async function readDocuments(maxBytes: number): Promise<readonly DocumentContent[]> {
  const store = createDocumentStore({ roots: [DOCUMENTS], hosts: [] });
  const read = async (file: { readonly uri: string }): Promise<UploadedFile> =>
    await store.read(file.uri, { maxBytes });
  return await Promise.all(
    application('specimen').documents.map(async (document) => ({
      type: document.type,
      front: await read(document.front),
      ...(document.back === undefined ? {} : { back: await read(document.back) }),
    })),
  );
}
