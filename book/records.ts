import { sql } from 'kysely';
import { type BatchRequest, batchWorkflowId } from '../contract/batch';
import { onboardingWorkflowId } from '../contract/ids';
import type { FiledDocument } from '../contract/onboarding';
import type { ClientKey, ClientRecord, DecisionRecord, Records, RowRecord, StartRecord } from '../contract/records';
import type { BookDatabase } from './connection';
import { toldBeside } from './read/words';
import { unavailable } from './unavailable';

/** Of a client, and not read before what is known. */
const IS_NEWS = sql<boolean>`clients.read_at <= excluded.read_at AND
  (clients.provider_client_id, clients.status, clients.verified, clients.active, clients.rejected) IS DISTINCT FROM
  (excluded.provider_client_id, excluded.status, excluded.verified, excluded.active, excluded.rejected)`;

/** What the book keeps beside the movements, in PostgreSQL: a statement each, which changes nothing when it is repeated. */
export class PostgresRecords implements Records {
  constructor(private readonly book: BookDatabase) {}

  async started(start: StartRecord): Promise<void> {
    const { requestedBy = null } = start;
    const row = { subject: start.subject, run_id: start.runId, requested_by: requestedBy, proven: start.proven };
    await unavailable(() =>
      this.book
        .insertInto('starts')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async decided(decision: DecisionRecord): Promise<void> {
    const { subject, updateId, by, reason, authority, at } = decision;
    const { action = null, question = null, evidence = null, refused = null } = decision;
    await unavailable(() =>
      this.book
        .insertInto('decisions')
        .values({
          subject,
          update_id: updateId,
          decision: decision.decision,
          action,
          question,
          decided_by: by,
          reason: printable(reason),
          evidence: evidence === null ? null : printable(evidence),
          authority,
          refused: refused === null ? null : printable(refused),
          decided_at: new Date(at),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async sawClient({ provider, partnerClientId, state, readAt }: ClientRecord): Promise<void> {
    const subject = onboardingWorkflowId(provider, partnerClientId);
    const shown = {
      provider_client_id: state?.providerClientId ?? null,
      status: state?.status ?? null,
      verified: state?.verified ?? false,
      active: state?.active ?? false,
      rejected: state?.rejected ?? false,
    };
    const row = { subject, provider, client_id: partnerClientId, ...shown, read_at: new Date(readAt) };
    await unavailable(() =>
      this.book
        .insertInto('clients')
        .values(row)
        .onConflict((conflict) =>
          state === undefined
            ? conflict.doNothing()
            : conflict
                .column('subject')
                .doUpdateSet({ ...shown, read_at: row.read_at, version: sql<number>`clients.version + 1` })
                .where(IS_NEWS),
        )
        .execute(),
    );
  }

  async filed({ provider, partnerClientId }: ClientKey, document: FiledDocument): Promise<void> {
    const { type, providerDocumentId, sha256, how } = document;
    const subject = onboardingWorkflowId(provider, partnerClientId);
    await unavailable(() =>
      this.book
        .insertInto('documents')
        .values({ subject, type, provider_document_id: providerDocumentId, sha256, how })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async wasFiled(
    { provider, partnerClientId }: ClientKey,
    { type, sha256 }: Pick<FiledDocument, 'type' | 'sha256'>,
  ): Promise<boolean> {
    const row = await unavailable(() =>
      this.book
        .selectFrom('documents')
        .select('type')
        .where('subject', '=', onboardingWorkflowId(provider, partnerClientId))
        .where('type', '=', type)
        .where(toldBeside('subject', 'sha256'), '=', sha256)
        .executeTakeFirst(),
    );
    return row !== undefined;
  }

  async begunBatch({ provider, batchId, sha256, rows }: BatchRequest): Promise<void> {
    const subject = batchWorkflowId(provider, batchId);
    await unavailable(() =>
      this.book
        .insertInto('batches')
        .values({ subject, provider, batch_id: batchId, file_sha256: sha256, row_count: rows })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async ranRow({ batch, line, id, flow, outcome, ...row }: RowRecord): Promise<void> {
    const code = row.code ?? null;
    await unavailable(() =>
      this.book
        .insertInto('batch_rows')
        .values({ subject: batch, line, id, flow, outcome, code })
        .onConflict((conflict) =>
          conflict
            .columns(['subject', 'line'])
            .doUpdateSet({ outcome, code, version: sql<number>`batch_rows.version + 1` })
            .where(
              sql<boolean>`(batch_rows.outcome, batch_rows.code) IS DISTINCT FROM (excluded.outcome, excluded.code)`,
            ),
        )
        .execute(),
    );
  }

  /** With what a worker starts: who may move what without approval, and what else decides what may happen. */
  async workerStarted({ worker, providers, policy, policySha256, settings }: WorkerStart): Promise<void> {
    await unavailable(() =>
      this.book
        .insertInto('worker_starts')
        .values({
          worker,
          providers: providers.join(', '),
          policy,
          policy_sha256: policySha256 ?? null,
          settings: JSON.stringify(settings),
        })
        .execute(),
    );
  }
}

export interface WorkerStart {
  readonly worker: string;
  readonly providers: readonly string[];
  /** Its approval rules in their one spelling; empty if it has none. */
  readonly policy: string;
  readonly policySha256?: string;
  /** Never a secret. */
  readonly settings: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** PostgreSQL takes no NUL in a text: what a person typed is kept as far as it can be. */
function printable(text: string): string {
  return text.replaceAll('\0', ' ');
}
