import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fundingWorkflowId, onboardingWorkflowId } from '../../contract/ids';
import { WORKFLOW_TYPES } from '../../contract/workflow-types';
import { providerTaskQueue } from '../../contract/task-queues';
import { DEFAULT_PROVIDER } from '../../providers/registry';
import { readApplication, readFundingInput, readOnboardAndFund } from '../flow/requests';
import { withFileUris } from './document-uris';
import { packageRoot } from './package-root';

/** What there are examples of: starts, and answers to what waits for a person. */
export const EXAMPLE_KINDS = [
  'onboarding',
  'funding',
  'withdrawal',
  'onboarding-and-funding',
  'resolve',
  'amend',
  'approve',
  'reject',
  'cancel',
] as const;
export type ExampleKind = (typeof EXAMPLE_KINDS)[number];

export interface Example {
  /** The one JSON object that the form takes. */
  readonly input: object;
  /** What else to put into the form, one line each. */
  readonly hints: readonly string[];
}

interface Ids {
  readonly fundingId?: string;
  readonly partnerClientId?: string;
}

const DECIDED = { by: 'ops-1', reason: 'say why' };

/** An example that is valid as it is. Of starts: the files in `examples/`, with the ids given. */
export async function exampleOf(kind: ExampleKind, ids: Ids): Promise<Example> {
  switch (kind) {
    case 'onboarding': {
      const input = readApplication({ ...(await readExample('application.json')), ...client(ids) });
      const workflowId = onboardingWorkflowId(input.provider, input.partnerClientId);
      return start(input, input.provider, WORKFLOW_TYPES.onboardClient, workflowId);
    }
    case 'onboarding-and-funding': {
      const example = { ...(await readExample(`${DEFAULT_PROVIDER}.json`)), ...client(ids) };
      const { funding } = readOnboardAndFund(example);
      const named = funding.map((movement) => ({ ...movement, ...funded(ids) }));
      const input = readOnboardAndFund({ ...example, funding: named });
      const workflowId = onboardingWorkflowId(input.provider, input.partnerClientId);
      return start(input, input.provider, WORKFLOW_TYPES.onboardAndFund, workflowId);
    }
    case 'funding':
    case 'withdrawal': {
      const example = await readExample(kind === 'funding' ? 'deposit.json' : 'withdrawal.json');
      const input = readFundingInput({ ...example, ...client(ids), ...funded(ids) });
      const workflowId = fundingWorkflowId(input.provider, input.fundingId);
      return start(input, input.provider, WORKFLOW_TYPES.fundAccount, workflowId);
    }
    case 'resolve':
      return answer(kind, { action: 'retry', ...DECIDED });
    case 'amend':
      return answer(kind, { patch: { applicant: { phone: '+97300000002' } }, ...DECIDED });
    case 'approve':
    case 'reject':
    case 'cancel':
      return answer(kind, DECIDED);
  }
}

function client({ partnerClientId }: Ids): Pick<Ids, 'partnerClientId'> {
  return partnerClientId === undefined ? {} : { partnerClientId };
}

function funded({ fundingId }: Ids): Pick<Ids, 'fundingId'> {
  return fundingId === undefined ? {} : { fundingId };
}

function start(input: object, provider: string, type: string, workflowId: string): Example {
  return {
    input,
    hints: [`Workflow ID: ${workflowId}`, `Task Queue: ${providerTaskQueue(provider)}`, `Workflow Type: ${type}`],
  };
}

function answer(update: string, input: object): Example {
  return { input, hints: [`On the workflow's page: More actions, Send an Update, Update name: ${update}`] };
}

/** A file of `examples/`, its documents by absolute URI: the worker must be allowed to read them there. */
async function readExample(file: string): Promise<object> {
  const directory = join(packageRoot(), 'examples');
  const value: unknown = withFileUris(JSON.parse(await readFile(join(directory, file), 'utf8')), directory);
  if (typeof value !== 'object' || value === null) throw new Error(`${file} holds one JSON object`);
  return value;
}
