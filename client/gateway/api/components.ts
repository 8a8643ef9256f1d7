import { z } from 'zod';
import { FUNDING_KINDS } from '../../../contract/funding';
import { applicationSchema, fundingInputSchema, onboardAndFundSchema } from '../../../inputs';
import { BODIES } from '../../../inputs/over-http';

/**
 * The named parts of the OpenAPI document. Requests are described by the schemas that every input is read with, answers
 * by those below. They name what callers may rely on: more fields may come.
 */

const time = z.iso.datetime().describe('UTC');
const amount = z.string().describe('A decimal as text, such as "1000.00"');

const fieldProblem = z.object({
  field: z.string().describe('Dotted path, such as applicant.birthDate'),
  problem: z.string().describe('Words that follow the field; they never repeat a value'),
});

const parked = z.looseObject({
  reason: z.string().describe('Such as INSUFFICIENT_FUNDS; because and todo say what it means here'),
  because: z.string(),
  todo: z.string(),
  since: time,
  looksAgainAt: time.optional().describe('When it looks again by itself; absent: only a person can help'),
  watch: z.string().optional().describe('The watch that wakes it before, once the provider answers: a workflow id'),
  fields: z.array(fieldProblem).optional(),
  differences: z
    .array(z.looseObject({ field: z.string(), asked: z.string(), shown: z.string() }))
    .optional()
    .describe('Both sides, if what the provider shows is not what was asked'),
  accepts: z.array(z.string()).describe('The answers that are accepted now'),
});

const waiting = z.looseObject({
  for: z.string().describe('Words that follow "waits", such as: to read the order again'),
  until: time,
  reason: z.string().optional().describe('What the call before it met, such as RATE_LIMITED'),
  since: time.optional().describe('Where the provider does not answer: since when'),
  watch: z.string().optional().describe('The watch that wakes it once the provider answers: a workflow id'),
});

const decision = z.looseObject({
  action: z.string(),
  by: z.string(),
  reason: z.string(),
  evidence: z.string().optional(),
  at: time,
});

const flow = {
  workflowId: z.string(),
  runId: z.string(),
  provider: z.string(),
  partnerClientId: z.string(),
  state: z
    .enum(['running', 'parked', 'done', 'abandoned', 'cancelled', 'failed'])
    .describe('parked: waits for a person. failed: the request was wrong, or Temporal ended it'),
  stage: z.string().optional(),
  startedAt: time,
  endedAt: time.optional(),
  steps: z.array(z.looseObject({ step: z.string(), at: time, ref: z.string().optional() })),
  decisions: z.array(decision),
  parked: parked.optional(),
  waiting: waiting.optional(),
  failure: z.looseObject({ code: z.string(), message: z.string(), fields: z.array(fieldProblem) }).optional(),
  workerAnswers: z.boolean().describe('false: no worker answered in time, and steps are not known'),
};

const order = z.looseObject({
  orderId: z.string(),
  ref: z.string(),
  state: z.enum(['completed', 'failed', 'open']),
  status: z.string().describe("The provider's own word"),
  amount,
  asset: z.string(),
});

const intentStatus = z.looseObject({
  kind: z.literal('funding'),
  ...flow,
  fundingId: z.string(),
  intent: z.looseObject({ kind: z.enum(FUNDING_KINDS), asset: z.string(), amount }),
  refs: z.array(z.looseObject({ ref: z.string(), attempt: z.int(), sent: z.int(), state: z.string() })),
  order: order.optional(),
  adopted: z.boolean().optional(),
  approval: z
    .looseObject({
      needed: z.int(),
      requestedBy: z.string().optional(),
      requesterProven: z.literal(true).optional().describe('Absent: one approver more is needed'),
      approvals: z.array(z.looseObject({ by: z.string(), reason: z.string(), at: time })),
      expiresAt: time,
    })
    .optional()
    .describe('Present if it needs approval'),
  approvalPolicy: z
    .looseObject({ sha256: z.string() })
    .optional()
    .describe('The policy of approvals that holds for it, whatever the policy says later'),
  balanceAfter: z.looseObject({ asset: z.string(), balance: amount, available: amount }).optional(),
});

const onboardingStatus = z.looseObject({
  kind: z.literal('onboarding'),
  ...flow,
  client: z
    .looseObject({ providerClientId: z.string(), status: z.string(), verified: z.boolean(), active: z.boolean() })
    .optional(),
  how: z.enum(['created', 'adopted']).optional(),
  documents: z.array(z.looseObject({ type: z.string(), providerDocumentId: z.string(), sha256: z.string() })),
  planned: z.array(z.looseObject({ fundingId: z.string() })).describe('The movements that follow'),
  funding: z.array(intentStatus).describe('Those of them that have begun'),
});

const accepted = z.object({
  workflowId: z.string().describe('What Temporal knows it by; the same each time the same is sent'),
  provider: z.string(),
  partnerClientId: z.string().optional(),
  fundingId: z.string().optional(),
  status: z.string().describe('Where to read how it stands'),
});

const problem = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('For programs, such as INVALID_REQUEST or ID_TAKEN'),
  errors: z.array(fieldProblem).optional(),
  workflowId: z.string().optional(),
});

export const COMPONENTS = {
  Application: applicationSchema,
  OnboardAndFund: onboardAndFundSchema,
  Intent: fundingInputSchema,
  ...BODIES,
  Accepted: accepted,
  Answer: z.object({ answer: z.string().describe("The workflow's answer, in a sentence") }),
  OnboardingStatus: onboardingStatus,
  IntentStatus: intentStatus,
  Problem: problem,
  Taken: z.object({ taken: z.literal(true) }),
  Health: z.looseObject({ live: z.boolean().optional(), ready: z.boolean().optional() }),
} as const satisfies Record<string, z.ZodType>;

export type ComponentName = keyof typeof COMPONENTS;

export function isComponent(name: unknown): name is ComponentName {
  return typeof name === 'string' && Object.hasOwn(COMPONENTS, name);
}

/** `shown` refers to a component of the document and checks nothing: the handler reads the body with the facade. */
export function shown(component: ComponentName): z.ZodUnknown {
  return z.unknown().meta({ component });
}

/**
 * An answer that is one of the components.
 *
 * @param headers what its headers say, by their names
 */
export function answer(
  component: ComponentName,
  description: string,
  headers?: Readonly<Record<string, string>>,
): z.ZodUnknown {
  return z.unknown().meta({ component, description, ...(headers === undefined ? {} : { headers }) });
}
