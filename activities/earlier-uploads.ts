import { Context } from '@temporalio/activity';
import { isErrorCode } from '../contract/errors';
import type { InspectedDocument } from '../contract/onboarding';
import { type CallElsewhere, findInOtherRuns } from './other-runs';

/** What the workflow's other runs did about a document. */
export interface EarlierUploads {
  /** Ids that the provider gave the same document. */
  readonly same: readonly string[];
  /** Ids that it gave others of its type. */
  readonly others: readonly string[];
  /** Whether one more upload of it may have arrived, and no answer tells. */
  readonly inDoubt: boolean;
}

type Payloads = CallElsewhere['scheduled']['input'];
type ActivityId = CallElsewhere['scheduled']['activityId'];
type Failed = NonNullable<CallElsewhere['closed']>['activityTaskFailedEventAttributes'];
type Said = NonNullable<NonNullable<NonNullable<Failed>['failure']>['applicationFailureInfo']>;

/** What is told of an upload. */
type Told =
  | { readonly is: 'another type' | 'not applied' | 'in doubt' }
  | { readonly is: 'same' | 'other'; readonly providerDocumentId: string };

/**
 * What other runs of this workflow uploaded, of which this run's own history does not tell. What they sent is read from their
 * histories, and not from activity ids: ids are not encrypted, and the hash of a document is somebody's.
 *
 * @param withinMs the time it has, in milliseconds
 * @throws if Temporal does not answer in time: nothing is known then, and nothing may be sent
 */
export async function uploadsOfOtherRuns(document: InspectedDocument, withinMs: number): Promise<EarlierUploads> {
  const calls: CallElsewhere[] = [];
  await findInOtherRuns((call) => {
    if (call.scheduled.activityType?.name === UPLOAD) calls.push(call);
    return false;
  }, withinMs);
  const told = await Promise.all(calls.map((call) => tell(call, document)));
  const idsOf = (what: 'same' | 'other'): readonly string[] =>
    told.flatMap((one) => (one.is === what ? [one.providerDocumentId] : []));
  return { same: idsOf('same'), others: idsOf('other'), inDoubt: told.some(({ is }) => is === 'in doubt') };
}

/** The type of the activity that uploads. */
const UPLOAD = 'uploadDocument';

async function tell({ scheduled, closed }: CallElsewhere, document: InspectedDocument): Promise<Told> {
  const { activityId, input } = scheduled;
  const sent = memberOf(await firstOf(input, activityId), 'document');
  // What cannot be read may be this document.
  const mayBeSame = sent === undefined || isSameContent(sent, document);
  if (sent !== undefined && memberOf(sent, 'type') !== document.type) return { is: 'another type' };
  const result = closed?.activityTaskCompletedEventAttributes?.result;
  const providerDocumentId = memberOf(await firstOf(result, activityId), 'providerDocumentId');
  if (sent !== undefined && typeof providerDocumentId === 'string') {
    return { is: mayBeSame ? 'same' : 'other', providerDocumentId };
  }
  const failure = closed?.activityTaskFailedEventAttributes?.failure?.applicationFailureInfo;
  const isInDoubt = mayBeSame && !(await wasNotApplied(failure, activityId));
  return { is: isInDoubt ? 'in doubt' : 'not applied' };
}

function isSameContent(sent: unknown, { front, back }: InspectedDocument): boolean {
  const hashOf = (side: 'front' | 'back'): unknown => memberOf(memberOf(sent, side), 'sha256');
  return hashOf('front') === front.sha256 && hashOf('back') === back?.sha256;
}

/** Whether it says of itself that nothing came of it (failure.ts). */
async function wasNotApplied(failure: Said | null | undefined, activityId: ActivityId): Promise<boolean> {
  if (failure == null || !isErrorCode(failure.type)) return false;
  return memberOf(await firstOf(failure.details, activityId), 'outcome') === 'not-applied';
}

/** The first of a call's payloads, as its worker read or wrote it; undefined if there is none or it cannot be read. */
async function firstOf(payloads: Payloads, activityId: ActivityId): Promise<unknown> {
  const { client, info } = Context.current();
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  const context = {
    type: 'activity',
    namespace: info.namespace,
    isLocal: false,
    ...(activityId == null ? {} : { activityId }),
    ...(info.workflowExecution === undefined ? {} : { workflowId: info.workflowExecution.workflowId }),
  } as const;
  try {
    let read = payloads?.payloads?.slice(0, 1) ?? [];
    for (const codec of payloadCodecs.toReversed()) read = await codec.decode(read, context);
    const [payload] = read;
    return payload === undefined ? undefined : payloadConverter.fromPayload<unknown>(payload, context);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
