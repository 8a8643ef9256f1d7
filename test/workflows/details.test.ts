import { describeProgress } from '../../workflows/steps/details';

const AT = '2026-11-21T10:18:51.305Z';

test('the details say where it stands, what it waits for, what was done and what was decided', () => {
  const details = describeProgress('Deposit of 1.00 USD for client c-1', {
    stage: 'parked',
    steps: [{ step: 'The submit ended with DUPLICATE_REF', at: AT, ref: 'dep-1' }],
    decisions: [{ action: 'retry', by: 'ops-1', reason: 'asked | them', at: AT, evidence: 'ticket 7' }],
    parked: {
      reason: 'APPLICATION_REFUSED',
      because: 'It breaks a rule.',
      todo: 'Amend it.',
      since: AT,
      fields: [{ field: 'applicant.birthDate', problem: 'must be earlier' }],
      accepts: ['retry', 'amend'],
    },
  });
  expect(details).toBe(
    [
      '**Deposit of 1.00 USD for client c-1** is at stage **parked**.',
      '### Waits for a person: APPLICATION_REFUSED',
      'It breaks a rule. Amend it.',
      '- `applicant.birthDate` must be earlier',
      'Accepted now: `retry`, `amend`. Waiting since 2026-11-21 10:18:51 UTC.',
      '| Time (UTC) | Step | Reference |\n|---|---|---|\n| 2026-11-21 10:18:51 | The submit ended with DUPLICATE\\_REF | `dep-1` |',
      '| Time (UTC) | Who | Decision | Why | Evidence |\n|---|---|---|---|---|\n| 2026-11-21 10:18:51 | ops-1 | retry | asked \\| them | ticket 7 |',
    ].join('\n\n'),
  );
});

test('what a person typed cannot break out of its cell', () => {
  const details = describeProgress('x', {
    stage: 'parked',
    steps: [],
    decisions: [{ action: 'retry', by: 'ops', reason: '`a`\n| b | <script>[c](d)*_\\', at: AT }],
  });
  expect(details.split('\n').at(-1)).toBe(
    '| 2026-11-21 10:18:51 | ops | retry | \\`a\\` \\| b \\| \\<script\\>\\[c\\](d)\\*\\_\\\\ |  |',
  );
});

test('nothing to tell is left out', () => {
  expect(describeProgress('x', { stage: 'started', steps: [], decisions: [] })).toBe('**x** is at stage **started**.');
});
