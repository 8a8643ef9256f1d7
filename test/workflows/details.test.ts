import { FUNDING_STAGES } from '../../contract/funding';
import { ONBOARDING_STAGES } from '../../contract/onboarding';
import { RECEIVING_STAGES } from '../../contract/receiving';
import { cell, describeProgress } from '../../workflows/shared/details';
import { describeWatch } from '../../workflows/watch/details';
import { howToAnswer } from '../../workflows/shared/how-to-answer';
import { nextWords } from '../../workflows/shared/next-words';

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
      '**Deposit of 1.00 USD for client c-1** is at stage **parked**. It goes on once a person has answered.',
      '### Waits for a person: APPLICATION_REFUSED',
      '**Why:** It breaks a rule. It waits since 2026-11-21 10:18:51 UTC.',
      '- `applicant.birthDate` must be earlier',
      '**What to do next:** Amend it.',
      '**How:** under *More Actions*, *Send an Update*, one of these:',
      [
        '| Update | Input | What it does |',
        '|---|---|---|',
        '| `resolve` | `{"action":"retry","by":"YOUR-ID","reason":"WHY"}` | reads the provider again, or checks again what was not sent |',
        '| `amend` | `{"patch":{"applicant":{}},"by":"YOUR-ID","reason":"WHY"}` | gives new data |',
      ].join('\n'),
      '### What was done',
      '| Time (UTC) | Step | Reference |\n|---|---|---|\n| 2026-11-21 10:18:51 | The submit ended with DUPLICATE\\_REF | `dep-1` |',
      '### What people decided',
      '| Time (UTC) | Who | Decision | Why | Evidence |\n|---|---|---|---|---|\n| 2026-11-21 10:18:51 | ops-1 | retry | asked \\| them | ticket 7 |',
    ].join('\n\n'),
  );
});

test('a wait says what it is for, until when, and why', () => {
  const waiting = { for: 'to read the order again', until: AT } as const;
  const shown = { stage: 'looking-up', steps: [], decisions: [] } as const;
  expect(describeProgress('x', { ...shown, waiting })).toContain(
    "It waits to read the order again, until 2026-11-21 10:18:51 UTC or the provider's news.",
  );
  expect(describeProgress('x', { ...shown, waiting: { ...waiting, reason: 'RATE_LIMITED' } })).toContain(
    'The call before it ended with **RATE_LIMITED**: The provider asked for a pause.',
  );
});

test('a wait for a provider that does not answer says since when, why, and what ends it', () => {
  const waiting = {
    for: 'for coinmena to answer again',
    since: AT,
    until: '2026-11-21T10:20:51.000Z',
    reason: 'UNREACHABLE',
    watch: 'provider-watch/coinmena',
  } as const;
  expect(describeProgress('x', { stage: 'looking-up', steps: [], decisions: [], waiting })).toContain(
    'It waits for coinmena to answer again, since 2026-11-21 10:18:51 UTC. ' +
      'The last call of this flow ended with **UNREACHABLE**. ' +
      '`provider-watch/coinmena` tries it in the name of all that wait, after 5 seconds first, then twice as late each ' +
      'time, up to every 5 minutes, and wakes them. It waits no longer than until 2026-11-21 10:20:51 UTC.',
  );
});

test('the page of a watch says what the provider does, when it is tried next, and who waits', () => {
  const watch = { provider: 'coinmena', since: AT, code: 'AUTH', probes: 2, waiting: 20, woken: 0 } as const;
  expect(describeWatch({ ...watch, nextProbeAt: AT })).toContain(
    '**coinmena** does not answer since 2026-11-21 10:18:51 UTC. The newest failure is **AUTH**',
  );
  expect(describeWatch({ ...watch, nextProbeAt: AT })).toContain('It is tried next at 2026-11-21 10:18:51 UTC');
  expect(describeWatch(watch)).toContain('**coinmena** answers again');
  expect(describeWatch(watch)).toContain(
    'Reads in the name of all: 2. Flows that told that they wait: 20. Woken so far: 0.',
  );
});

test('a question says when the flow looks again by itself', () => {
  const parked = {
    reason: 'UNREACHABLE',
    because: 'It is down.',
    todo: 'Wait.',
    since: AT,
    accepts: ['retry'],
  } as const;
  const shown = { stage: 'parked', steps: [], decisions: [] } as const;
  expect(describeProgress('x', { ...shown, parked })).not.toContain('looks again');
  expect(describeProgress('x', { ...shown, parked: { ...parked, looksAgainAt: AT } })).toContain(
    'It looks again by itself at 2026-11-21 10:18:51 UTC.',
  );
  const watched = { ...parked, looksAgainAt: AT, watch: 'provider-watch/coinmena' };
  expect(describeProgress('x', { ...shown, parked: watched })).toContain(
    'UTC. Before that, once the provider answers: `provider-watch/coinmena` tries it',
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

const DECISION = { by: 'YOUR-ID', reason: 'WHY' };

test.each<[string, string, object, string]>([
  ['retry', 'resolve', { action: 'retry' }, 'reads the provider again, or checks again what was not sent'],
  ['useFreshRef', 'resolve', { action: 'useFreshRef' }, 'one more attempt under the next reference'],
  [
    'markCompleted',
    'resolve',
    { action: 'markCompleted', evidence: 'WHERE THE PROOF IS' },
    'ends it as completed, by your word',
  ],
  ['abandon', 'resolve', { action: 'abandon' }, 'ends it; nothing more is sent'],
  ['amend', 'amend', { patch: { applicant: {} } }, 'gives new data'],
  ['approve', 'approve', {}, 'counts as one approval'],
  ['reject', 'reject', {}, 'ends it; nothing moves'],
  ['supplyInformation', 'supplyInformation', { information: {} }, 'gives the provider what it asked for'],
  ['anythingElse', 'anythingElse', {}, ''],
])('a person who may answer with %s is told what to send, and what it does', (answer, update, input, does) => {
  const [head, line, row = ''] = howToAnswer([answer]).split('\n');
  expect([head, line]).toEqual(['| Update | Input | What it does |', '|---|---|---|']);
  const [, called, form = '', told] = /^\| `(\w+)` \| `(.*)` \| (.*) \|$/.exec(row) ?? [];
  expect([called, told]).toEqual([update, does]);
  expect(JSON.parse(form)).toEqual({ ...input, ...DECISION });
});

test('what was seen is listed, and neither an empty list nor a missing reference leaves a trace', () => {
  const parked = { reason: 'ORDER_UNFINDABLE', because: 'Lost.', todo: 'Look.', since: AT, accepts: [] } as const;
  const shown = { stage: 'parked', steps: [{ step: 'Checked', at: AT }], decisions: [] } as const;
  expect(describeProgress('x', { ...shown, parked: { ...parked, evidence: ['Order 1', 'Order 2'] } })).toContain(
    'UTC.\n\n- Order 1\n- Order 2\n\n**What to do next:**',
  );
  const without = describeProgress('x', { ...shown, parked });
  expect(without).toContain('UTC.\n\n**What to do next:**');
  expect(without).toContain('| 2026-11-21 10:18:51 | Checked |  |');
});

test('lines that a person typed become one', () => {
  expect(cell('one\r\n\ntwo')).toBe('one two');
});

test('nothing to tell is left out', () => {
  expect(describeProgress('x', { stage: 'started', steps: [], decisions: [] })).toBe(
    '**x** is at stage **started**. It is being checked before anything is sent. There is nothing to do.',
  );
});

test.each([...FUNDING_STAGES, ...ONBOARDING_STAGES, ...RECEIVING_STAGES])(
  'whoever looks at %s is told in sentences what is done and whether to do something',
  (stage) => {
    expect(nextWords(stage)).toMatch(/^[A-Z].*\.$/);
  },
);

test.each(['ready', 'completed', 'abandoned', 'cancelled'] as const)('%s is told to be the end', (stage) => {
  expect(nextWords(stage)).toMatch(/It has ended, and nothing more is done\.$/);
});

test.each([
  ['abandoned', /^A person gave it up\. /],
  ['cancelled', /^It was cancelled\. /],
] as const)('%s is told apart from other ends', (stage, words) => {
  expect(nextWords(stage)).toMatch(words);
});
