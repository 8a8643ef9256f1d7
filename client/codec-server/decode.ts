import type { Payload } from '@temporalio/common';
import type { Decodes } from '../../contract/decodes';
import { BookUnavailable } from '../../contract/send-log';
import { parseInput } from '../../inputs';
import { codecRequestSchema, type EncodedPayload } from '../../inputs/codec-request';
import type { PayloadReader, ReadPayload } from '../../keys/reader';
import { invalidRequest } from '../gangway-error';
import { HttpProblem } from '../gateway/problem';
import { mayRead, type Reader } from './reader';

/** Says in a payload that is not shown why, beside what it came with. */
const REFUSED = 'gangway-refused';
const RETRY_AFTER_SECONDS = 5;

export interface DecodeDeps {
  readonly payloads: PayloadReader;
  readonly decodes: Decodes;
}

export interface DecodeRequest {
  readonly reader: Reader;
  /** Of `x-namespace`. */
  readonly namespace: string | undefined;
  /** JSON. */
  readonly body: unknown;
}

/** What was asked, and what was shown of it. */
export interface Decoded {
  readonly payloads: readonly EncodedPayload[];
  /** Of which something was shown or refused. */
  readonly workflowIds: readonly string[];
}

/**
 * Decodes what a reader may see, in the order in which it came. What it may not see, or what cannot be decoded, comes back as it was,
 * with the reason in its metadata: the UI shows the rest. Nothing leaves before the book has an entry of it.
 *
 * @throws GangwayError INVALID_REQUEST; HttpProblem 503 if the book cannot be asked or told
 */
export async function decode({ payloads, decodes }: DecodeDeps, request: DecodeRequest): Promise<Decoded> {
  const parsed = parseInput(codecRequestSchema, request.body);
  if (!parsed.ok) throw invalidRequest(parsed.problems);
  const asked = parsed.value.payloads;
  const { reader, namespace } = request;
  try {
    const results = await payloads.read(asked.map(toPayload), {
      ...(namespace === undefined ? {} : { namespace }),
      mayRead: (what) => mayRead(reader, what),
    });
    const [workflows, refusedWorkflows] = [workflowsOf(results, 'read'), workflowsOf(results, 'refused')];
    await decodes.record({
      reader: reader.name,
      workflows,
      refusedWorkflows,
      payloads: asked.length,
      decoded: results.filter(({ is }) => is === 'read').length,
      refused: refusalsOf(results),
    });
    return {
      payloads: asked.map((payload, index) => shown(payload, results[index])),
      workflowIds: [...new Set([...workflows, ...refusedWorkflows])],
    };
  } catch (error) {
    if (error instanceof BookUnavailable) throw away();
    throw error;
  }
}

function away(): HttpProblem {
  return new HttpProblem({
    status: 503,
    code: 'KEYS_UNAVAILABLE',
    detail: 'The book, which has the keys and is told who reads, cannot be reached. Nothing was decoded.',
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  });
}

function workflowsOf(results: readonly ReadPayload[], is: 'read' | 'refused'): readonly string[] {
  const ids = results.flatMap((result) =>
    result.is !== 'plain' && result.is === is && result.workflowId !== undefined ? [result.workflowId] : [],
  );
  return [...new Set(ids)];
}

function refusalsOf(results: readonly ReadPayload[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    if (result.is === 'refused') counts[result.code] = (counts[result.code] ?? 0) + 1;
  }
  return counts;
}

function toPayload({ metadata = {}, data = '' }: EncodedPayload): Payload {
  return {
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')])),
    data: Buffer.from(data, 'base64'),
  };
}

function shown(asked: EncodedPayload, result: ReadPayload | undefined): EncodedPayload {
  switch (result?.is) {
    case undefined:
    case 'plain':
      return asked;
    case 'refused':
      return { ...asked, metadata: { ...asked.metadata, [REFUSED]: base64(Buffer.from(result.code)) } };
    case 'read':
      return fromPayload(result.payload);
  }
}

function fromPayload({ metadata, data }: Payload): EncodedPayload {
  return {
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)])),
    data: base64(data ?? new Uint8Array()),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
