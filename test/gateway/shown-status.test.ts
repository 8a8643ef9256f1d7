import type { FundingStatus, OnboardingStatus } from '../../client';
import { shownStatus } from '../../client/gateway/routes/shown-status';

const PERSONAL = { iban: 'secret-iban' };
const basics = {
  runId: 'r',
  provider: 'p',
  partnerClientId: 'c',
  state: 'running',
  startedAt: '2026-11-21T10:00:00.000Z',
  steps: [],
  decisions: [],
  workerAnswers: true,
} as const;
const movement = { fundingId: 'f', kind: 'withdrawal', asset: 'EUR', amount: '1.00', details: PERSONAL } as const;
const funding: FundingStatus = {
  ...basics,
  kind: 'funding',
  workflowId: 'funding/p/f',
  fundingId: 'f',
  intent: { ...movement, provider: 'p', partnerClientId: 'c' },
  refs: [],
};
const onboarding: OnboardingStatus = {
  ...basics,
  kind: 'onboarding',
  workflowId: 'onboarding/p/c',
  documents: [],
  planned: [movement],
  funding: [funding],
};

test.each([funding, onboarding])(
  'a $kind is shown without the details of its movements, and with all else',
  (status) => {
    const shown = JSON.stringify(shownStatus(status));
    expect(shown).not.toContain('secret-iban');
    expect(shown).toBe(JSON.stringify(status).replaceAll(`,"details":${JSON.stringify(PERSONAL)}`, ''));
  },
);
