import { policySha256 } from '../activities';
import type { WorkerStart } from '../book/records';
import { canonicalPolicy } from '../contract/approval';
import { workerIdentity } from './compose';
import type { WorkerConfig } from './config';

/** With what a worker starts, for the book: what decides what may happen, and never a secret. */
export function startOf(config: WorkerConfig): WorkerStart {
  const { providers, approvals, requesterSecrets, documents, clamd, events, temporal, payloadKeys } = config;
  return {
    worker: workerIdentity(),
    providers: providers.map(({ id }) => id),
    policy: canonicalPolicy(approvals),
    ...(approvals.length === 0 ? {} : { policySha256: policySha256(approvals) }),
    settings: {
      namespace: temporal.namespace,
      requestersProven: requesterSecrets.length > 0,
      documentRoots: documents.roots,
      documentHosts: documents.hosts,
      virusScan: clamd !== undefined,
      tellsPartners: events !== undefined,
      ...(payloadKeys === undefined ? {} : { encryptsPayloads: true, readsPlainPayloads: payloadKeys.readsPlain }),
    },
  };
}
