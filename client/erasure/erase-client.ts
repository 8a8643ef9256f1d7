import { setTimeout as pause } from 'node:timers/promises';
import { openBook } from '../../book/connection';
import { PostgresErasures, type ErasedClient } from '../../book/erasures';
import type { BookSettings } from '../../book/settings';
import { BookVersionError, requireCurrentBook } from '../../book/version';
import {
  CANCELLED_TO_FORGET,
  type ErasureCertificate,
  type ErasureRequest,
  type HeldOfClient,
  type RetentionRule,
} from '../../contract/erasure';
import { onboardingWorkflowId } from '../../contract/ids';
import type { ClientKey } from '../../contract/records';
import { BookUnavailable } from '../../contract/send-log';
import { clientKeySchema, erasureRequestSchema, parseInput } from '../../inputs';
import { LONGEST_WITHOUT_BOOK_MS } from '../../keys/data-keys';
import { NOTICED_WITHIN_MS } from '../../keys/destructions';
import { findProvider, providerIds } from '../../providers/registry';
import { fromTemporal } from '../flow/from-temporal';
import { sendDecision } from '../flow/steer';
import type { TemporalAccess } from '../flow/temporal-access';
import { GangwayError, invalidRequest } from '../gangway-error';
import { flowsOf, listedOf, type FlowsOfClient } from './flows-of-client';
import { keptStill, keptWords } from './retention';

/** What came of the wish to forget a client. */
export type Erasure =
  | {
      readonly is: 'erased';
      readonly certificate: ErasureCertificate;
      /** UTC ISO time until which a process that does not reach the book may have a key of the client's; no other has one. */
      readonly heldUntil: string;
    }
  /** There was nothing to erase any more. */
  | { readonly is: 'erased-before'; readonly certificate: ErasureCertificate }
  | { readonly is: 'would-erase'; readonly plan: ErasurePlan };

/** What an erasure would do now. Workflow ids, and counts. */
export interface ErasurePlan {
  /** What waits for a person, and would be ended. */
  readonly ends: readonly string[];
  /** Flows whose keys would be destroyed. */
  readonly keysOf: readonly string[];
  /** Ended batches with rows of the client, whose keys would be destroyed too. */
  readonly batches: readonly string[];
  readonly documents: number;
  readonly words: number;
  readonly wordsKept: number;
  readonly blindIndexes: number;
  readonly inClear: number;
}

export interface ErasureSettings {
  readonly book: BookSettings;
  readonly retention: readonly RetentionRule[];
  /** How long what is ended has to end, in milliseconds. Default: a minute. */
  readonly endsWithinMs?: number;
}

const ENDS_WITHIN_MS = 60_000;
/** Deliveries to a partner that takes nothing are not waited for as long. */
const DELIVERIES_END_WITHIN_MS = 5_000;
const ENDS_BY_ITSELF_WITHIN_MS = 5_000;
const LOOK_AGAIN_MS = 200;
/** How often something new may come while the client is being forgotten. */
const MOST_ROUNDS = 5;
/** The answer's way, beside how rarely a process asks. */
const GRACE_MS = 1_000;
const MOST_NAMED = 5;

/**
 * Forgets a client: refuses while money is under way or a law has something kept, ends what waits for a person, destroys the keys
 * of all that was encrypted and what stands beside the book's rows, and leaves a certificate. May be repeated, also after a crash:
 * it goes on from wherever it is, and answers the same certificate once there is nothing left.
 *
 * @throws GangwayError INVALID_REQUEST, UNKNOWN_ID, RETENTION, CLIENT_BUSY, BOOK_UNAVAILABLE, TEMPORAL_UNREACHABLE, NO_WORKER
 */
export async function eraseClient(
  temporal: TemporalAccess,
  settings: ErasureSettings,
  key: ClientKey,
  asked: ErasureRequest,
): Promise<Erasure> {
  const { client, request } = readErasure(key, asked);
  const book = openBook(settings.book, { connections: 2, statementMs: 0, actor: `erase/${request.by}` });
  try {
    await requireCurrentBook(book);
    return await new ErasureOfClient(temporal, new PostgresErasures(book), settings, client, request).run();
  } catch (error) {
    if (error instanceof BookUnavailable) {
      const message = `The book cannot be reached: ${error.message}. What was begun goes on when this is repeated.`;
      throw new GangwayError('BOOK_UNAVAILABLE', message, { cause: error });
    }
    if (error instanceof BookVersionError) throw new GangwayError('BOOK_UNAVAILABLE', error.message, { cause: error });
    throw error;
  } finally {
    await book.destroy();
  }
}

/**
 * Whom to forget, and who says so.
 *
 * @throws GangwayError INVALID_REQUEST with every wrong field
 */
export function readErasure(
  key: unknown,
  asked: unknown,
): { readonly client: ErasedClient; readonly request: ErasureRequest } {
  const [client, request] = [parseInput(clientKeySchema, key), parseInput(erasureRequestSchema, asked)];
  if (client.ok && request.ok) return { client: atProvider(client.value), request: request.value };
  throw invalidRequest([client, request].flatMap((parsed) => (parsed.ok ? [] : parsed.problems)));
}

function atProvider(client: ClientKey): ErasedClient {
  const module = findProvider(client.provider);
  if (module === undefined) {
    throw invalidRequest([{ field: 'provider', problem: `must be one of ${providerIds().join(', ')}` }]);
  }
  return { ...client, foldsCase: module.semantics.clientIds === 'guid' };
}

class ErasureOfClient {
  private readonly onboardingId: string;

  constructor(
    private readonly temporal: TemporalAccess,
    private readonly erasures: PostgresErasures,
    private readonly settings: ErasureSettings,
    private readonly client: ErasedClient,
    private readonly request: ErasureRequest,
  ) {
    this.onboardingId = onboardingWorkflowId(client.provider, client.partnerClientId);
  }

  async run(): Promise<Erasure> {
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      const erasure = await this.round();
      if (erasure !== undefined) return erasure;
    }
    throw this.busy('something of it begins again and again: stop that first');
  }

  /** Undefined if something of the client's came meanwhile. */
  private async round(): Promise<Erasure | undefined> {
    const listed = await listedOf(this.temporal, this.client);
    const held = await this.erasures.held(this.client, listed);
    const flows = await flowsOf(this.temporal, held);
    const before = this.before(held, flows, listed);
    if (before !== undefined) return { is: 'erased-before', certificate: before };
    this.requireNoLaw(held);
    this.requireStill(flows);
    const inClear = listed.filter((id) => !held.everWithKey.includes(id)).length;
    if (this.request.dryRun === true) return { is: 'would-erase', plan: planOf(held, flows, inClear) };
    if (flows.parked.length + flows.onboardings.length + flows.deliveries.length > 0) {
      await this.end(flows);
      return undefined;
    }
    return await this.destroy(held, flows, inClear);
  }

  /** The certificate, if nothing has come since. */
  private before(held: HeldOfClient, flows: FlowsOfClient, listed: readonly string[]): ErasureCertificate | undefined {
    const { withKey, secrets, blindIndexes, movements, erasure, latest } = held;
    const runs = flows.moving.length + flows.parked.length + flows.onboardings.length + flows.deliveries.length > 0;
    if (withKey.length + secrets + blindIndexes > 0 || runs) return undefined;
    if (erasure !== undefined) return erasure;
    if (listed.length > 0 || movements.length > 0 || Object.keys(latest).length > 0) return undefined;
    const message = `Neither the book nor Temporal knows a client ${this.client.partnerClientId} at ${this.client.provider}.`;
    throw new GangwayError('UNKNOWN_ID', message, { workflowId: this.onboardingId });
  }

  private requireNoLaw(held: HeldOfClient): void {
    const kept = keptStill(held, this.settings.retention, this.client.provider, new Date());
    if (kept.length === 0) return;
    const message = `The client is not erased: a law has kept ${keptWords(kept)}. Nothing was changed.`;
    throw new GangwayError('RETENTION', message, { workflowId: this.onboardingId });
  }

  private requireStill({ moving, batches }: FlowsOfClient): void {
    if (moving.length > 0)
      throw this.busy(`money of it may be under way: ${named(moving)}. Erase it once that has ended`);
    if (batches.length > 0)
      throw this.busy(`a batch with rows of it runs: ${named(batches)}. Erase it once that has ended`);
  }

  private busy(why: string): GangwayError {
    const message = `The client is not erased: ${why}. Nothing was destroyed.`;
    return new GangwayError('CLIENT_BUSY', message, { workflowId: this.onboardingId });
  }

  /** Movements first: what they follow from ends by itself then, or has nothing in doubt any more. */
  private async end({ parked, onboardings, deliveries }: FlowsOfClient): Promise<void> {
    const { endsWithinMs = ENDS_WITHIN_MS } = this.settings;
    const waiting = parked.length > 0 ? parked : onboardings;
    if (waiting.length > 0) {
      for (const id of waiting) await this.cancel(id);
      await this.waitForEnds(waiting, endsWithinMs);
      return;
    }
    const left = await this.stillRunning(deliveries, Math.min(endsWithinMs, DELIVERIES_END_WITHIN_MS));
    // The book has the event, which `gangway book deliver-events` tells again.
    for (const id of left) await this.terminate(id);
  }

  private async cancel(workflowId: string): Promise<void> {
    const { by } = this.request;
    try {
      await sendDecision(this.temporal, workflowId, 'cancel', { by, reason: CANCELLED_TO_FORGET });
    } catch (error) {
      if (!(error instanceof GangwayError)) throw error;
      // What a movement follows from ends by itself once that has.
      if ((await this.stillRunning([workflowId], ENDS_BY_ITSELF_WITHIN_MS)).length === 0) return;
      throw error.code === 'REFUSED'
        ? this.busy(`${workflowId} does not end: ${error.message.replace(/\.$/, '')}`)
        : error;
    }
  }

  private async waitForEnds(workflowIds: readonly string[], withinMs: number): Promise<void> {
    const left = await this.stillRunning(workflowIds, withinMs);
    if (left.length > 0) throw this.busy(`${named(left)} was told to end, and has not yet. Repeat this`);
  }

  /** Those that have not ended after a time. */
  private async stillRunning(workflowIds: readonly string[], withinMs: number): Promise<readonly string[]> {
    const until = Date.now() + withinMs;
    let left = workflowIds;
    for (;;) {
      const running = await Promise.all(left.map(async (id) => ((await this.isRunning(id)) ? [id] : [])));
      left = running.flat();
      if (left.length === 0 || Date.now() >= until) return left;
      await pause(LOOK_AGAIN_MS);
    }
  }

  private async isRunning(workflowId: string): Promise<boolean> {
    try {
      return (await this.temporal.client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
    } catch (error) {
      const told = fromTemporal(error, workflowId);
      if (told.code === 'UNKNOWN_ID') return false;
      throw told;
    }
  }

  private async terminate(workflowId: string): Promise<void> {
    try {
      await this.temporal.client.workflow.getHandle(workflowId).terminate('the client was forgotten');
    } catch (error) {
      const told = fromTemporal(error, workflowId);
      if (told.code !== 'UNKNOWN_ID') throw told;
    }
  }

  private async destroy(held: HeldOfClient, flows: FlowsOfClient, inClear: number): Promise<Erasure | undefined> {
    const { by, reason } = this.request;
    const erasable = { by, reason, ended: flows.ended, batches: held.batches, inClear };
    const erased = await this.erasures.erase(this.client, erasable);
    if (erased.is === 'grown') return undefined;
    const { certificate } = erased;
    await this.erasures.vacuum();
    // Whoever signs up once this has answered is encrypted under another key, whichever process takes it.
    await pause(NOTICED_WITHIN_MS + GRACE_MS);
    const heldUntil = new Date(Date.parse(certificate.erasedAt) + LONGEST_WITHOUT_BOOK_MS).toISOString();
    return { is: 'erased', certificate, heldUntil };
  }
}

function planOf(held: HeldOfClient, { parked, onboardings }: FlowsOfClient, inClear: number): ErasurePlan {
  const { withKey, batches, documents, words, wordsKept, blindIndexes } = held;
  return {
    ends: [...parked, ...onboardings].sort(),
    keysOf: withKey,
    batches,
    documents,
    words,
    wordsKept,
    blindIndexes,
    inClear,
  };
}

function named(workflowIds: readonly string[]): string {
  const [first, rest] = [workflowIds.slice(0, MOST_NAMED), workflowIds.length - MOST_NAMED];
  return `${first.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
