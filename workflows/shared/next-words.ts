import type { FundingStage } from '../../contract/funding';
import type { OnboardingStage } from '../../contract/onboarding';
import type { ReceivingStage } from '../../contract/receiving';

/** Every stage that a flow can be at. */
export type FlowStage = FundingStage | OnboardingStage | ReceivingStage;

const ENDED = 'It has ended, and nothing more is done.';

/** What is done at a stage, and what follows, for whoever looks at a flow and asks whether to do something. */
const NEXT: Record<FlowStage, string> = {
  started: 'It is being checked before anything is sent. There is nothing to do.',
  'awaiting-approval': 'Nothing moves before other people have approved it.',
  submitting: 'The order is on its way to the provider. Its answer comes next; there is nothing to do.',
  'looking-up': 'The order is read at the provider before anything else is sent. There is nothing to do.',
  settling: 'The provider has the order. It is read again until it has settled; there is nothing to do.',
  creating: 'The client is being created at the provider. Its documents come next; there is nothing to do.',
  uploading: 'The documents are being uploaded. The verification comes next; there is nothing to do.',
  verifying: 'The provider decides over the client. It is read again until it has; there is nothing to do.',
  'opening-account': 'The account that the money arrives at is being opened. There is nothing to do.',
  'awaiting-money': 'The money is to be wired by whoever sends it. The provider is read until it has arrived.',
  parked: 'It goes on once a person has answered.',
  ready: 'The client is verified and active. It has ended, and nothing more is done.',
  completed: ENDED,
  abandoned: `A person gave it up. ${ENDED}`,
  cancelled: `It was cancelled. ${ENDED}`,
};

export function nextWords(stage: FlowStage): string {
  return NEXT[stage];
}
