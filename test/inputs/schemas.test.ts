import fc from 'fast-check';
import type { z } from 'zod';
import { DECISION_NAMES } from '../../contract/decisions';
import {
  applicationSchema,
  decisionSchemas,
  fundingInputSchema,
  fundingRequestSchema,
  onboardAndFundSchema,
  parseInput,
} from '../../inputs';
import { DECISIONS_MATCH_THE_CONTRACT, SCHEMAS_MATCH_THE_CONTRACT } from '../../inputs/matches-contract';
import { applicant } from '../providers/coinmena-fixtures';

const DOCUMENT = { type: 'government_id', front: { uri: 'file:///docs/front.jpg' } };
const APPLICATION = {
  provider: 'coinmena',
  partnerClientId: 'user_12345',
  applicant: applicant('user_12345'),
  documents: [DOCUMENT],
};
const MOVEMENT = { fundingId: 'dep-1', kind: 'deposit', asset: 'USD', amount: '1000.00' };
const FUNDING = { provider: 'coinmena', partnerClientId: 'user_12345', ...MOVEMENT };
const DECISION = { by: 'operator-7', reason: 'as agreed' };

function problemsOf(schema: z.ZodType, value: unknown): Record<string, string> {
  const parsed = parseInput(schema, value);
  return parsed.ok ? {} : Object.fromEntries(parsed.problems.map(({ field, problem }) => [field, problem]));
}

test('the schemas are held to the contract by the compiler', () => {
  expect(SCHEMAS_MATCH_THE_CONTRACT).not.toContain(false);
  expect(Object.keys(DECISIONS_MATCH_THE_CONTRACT)).toEqual(DECISION_NAMES);
});

describe('good inputs', () => {
  test.each<[string, z.ZodType, object]>([
    ['an application', applicationSchema, APPLICATION],
    [
      'a full application',
      applicationSchema,
      {
        ...APPLICATION,
        applicant: applicant('a', { residencyVisa: { number: 'V1', expiresOn: '2030-01-01' } }),
        documents: [
          { type: 'a', front: { uri: 'https://host/x', sha256: 'a'.repeat(64), mime: 'image/jpeg', bytes: 1 } },
          { ...DOCUMENT, back: DOCUMENT.front },
        ],
        policy: { reactivate: true, verificationDeadlineMs: 60_000 },
      },
    ],
    ['an onboarding with movements', onboardAndFundSchema, { ...APPLICATION, funding: [MOVEMENT] }],
    ['a funding', fundingRequestSchema, { ...FUNDING, policy: { maxRefs: 1, settlementDeadlineMs: 1000 } }],
    ['a retry', decisionSchemas.resolve, { ...DECISION, action: 'retry' }],
    ['a completion', decisionSchemas.resolve, { ...DECISION, action: 'markCompleted', evidence: 'ticket 7' }],
    ['a cancellation', decisionSchemas.cancel, DECISION],
    ['an amendment', decisionSchemas.amend, { ...DECISION, patch: { applicant: { address: { city: 'Riffa' } } } }],
    ['new documents', decisionSchemas.amend, { ...DECISION, patch: { documents: [DOCUMENT] } }],
  ])('%s is handed on as it is', (_, schema, value) => {
    expect(parseInput(schema, value)).toEqual({ ok: true, value });
  });

  test('undefined is as absent', () => {
    const address = { ...APPLICATION.applicant.address, unit: undefined };
    const parsed = parseInput(applicationSchema, {
      ...APPLICATION,
      policy: undefined,
      applicant: { ...APPLICATION.applicant, address },
    });
    expect(parsed.ok && Object.keys(parsed.value.applicant.address)).toEqual(['street', 'city', 'postalCode']);
  });
});

describe('every wrong field is named', () => {
  test('all at once', () => {
    const wrong = {
      provider: 'no spaces please',
      applicant: {
        name: ' x',
        email: 'nobody',
        phone: '12345',
        birthDate: '1990-02-30',
        governmentId: { number: 1, expiresOn: '01/01/2030' },
        address: null,
        employment: { status: '' },
        accountPurposes: [],
      },
      documents: [{ type: 'a', front: { uri: 'ftp://host/x' } }, 7],
      policy: { reactivate: 'yes' },
    };
    expect(Object.keys(problemsOf(applicationSchema, wrong)).sort()).toEqual(
      [
        'provider',
        'partnerClientId',
        'applicant.name',
        'applicant.email',
        'applicant.phone',
        'applicant.residency',
        'applicant.birthDate',
        'applicant.governmentId.number',
        'applicant.governmentId.expiresOn',
        'applicant.address',
        'applicant.employment.status',
        'applicant.accountPurposes',
        'documents.0.front.uri',
        'documents.1',
        'policy.reactivate',
      ].sort(),
    );
  });

  test.each([null, undefined, 7, 'x', [], true])('%j is no input', (value) => {
    expect(Object.keys(problemsOf(fundingRequestSchema, value))).toEqual(['the input']);
  });

  test.each([
    ['a misspelt field', { fundingID: 'x' }, 'fundingID', 'is not a known field'],
    ['a field of a policy', { policy: { maxRef: 1 } }, 'policy.maxRef', 'is not a known field'],
    ['a number as amount', { amount: 1000 }, 'amount', 'must be a string'],
    ['a signed amount', { amount: '-1' }, 'amount', expect.stringContaining('plain decimal')],
    ['no amount', { amount: '0.00' }, 'amount', 'must be greater than 0'],
    ['19 decimals', { amount: `0.${'0'.repeat(18)}1` }, 'amount', expect.stringContaining('18')],
    ['a reserved character', { fundingId: 'dep-1~2' }, 'fundingId', expect.stringContaining('may hold')],
    ['no room for a suffix', { fundingId: 'x'.repeat(254) }, 'fundingId', expect.stringContaining('253')],
    ['another kind', { kind: 'refund' }, 'kind', 'must be one of deposit, withdrawal, conversion'],
    ['too many refs', { policy: { maxRefs: 51 } }, 'policy.maxRefs', 'must be at most 50'],
    ['half a ref', { policy: { maxRefs: 1.5 } }, 'policy.maxRefs', 'must be a whole number'],
    [
      'a deadline in seconds',
      { policy: { settlementDeadlineMs: 60 } },
      'policy.settlementDeadlineMs',
      'must be at least 1000',
    ],
  ])('%s', (_, over, field, problem) => {
    expect(problemsOf(fundingRequestSchema, { ...FUNDING, ...over })).toEqual({ [field]: problem });
  });

  test('a requester, of whatever is asked for', () => {
    const problem = 'must be left out: who asks is known by authentication, never by a field';
    for (const field of ['requestedBy', 'requesterProof']) {
      expect(problemsOf(fundingInputSchema, { ...FUNDING, [field]: 'ops-1' })).toEqual({ [field]: problem });
    }
  });

  test('two documents of one type', () => {
    expect(problemsOf(applicationSchema, { ...APPLICATION, documents: [DOCUMENT, DOCUMENT] })).toEqual({
      'documents.1.type': 'must differ from the types of the documents before it',
    });
  });

  test('too many documents', () => {
    const documents = Array.from({ length: 21 }, (__, index) => ({ ...DOCUMENT, type: `t${index}` }));
    expect(problemsOf(applicationSchema, { ...APPLICATION, documents })).toEqual({
      documents: 'must have at most 20 entries',
    });
  });

  test('two movements under one id', () => {
    expect(problemsOf(onboardAndFundSchema, { ...APPLICATION, funding: [MOVEMENT, MOVEMENT] })).toEqual({
      'funding.1.fundingId': 'must differ from the fundingIds before it',
    });
    expect(Object.keys(problemsOf(onboardAndFundSchema, { ...APPLICATION, funding: [] }))).toEqual(['funding']);
  });

  test('a decision without a person, a reason or its evidence', () => {
    expect(Object.keys(problemsOf(decisionSchemas.resolve, { action: 'retry' })).sort()).toEqual(['by', 'reason']);
    expect(problemsOf(decisionSchemas.resolve, { ...DECISION, action: 'markCompleted' })).toEqual({
      evidence: 'is required by markCompleted',
    });
    expect(Object.keys(problemsOf(decisionSchemas.resolve, { ...DECISION, by: 'John Doe', action: 'retry' }))).toEqual([
      'by',
    ]);
    expect(problemsOf(decisionSchemas.amend, { ...DECISION, patch: {} })).toEqual({ patch: 'must change something' });
  });
});

describe('dates', () => {
  test.each(['1990-02-29', '1990-13-01', '1990-00-10', '1990-1-1', '90-01-01', '1990-01-15T00:00:00Z', '1800-01-01'])(
    '%s is none',
    (birthDate) => {
      const wrong = { ...APPLICATION, applicant: applicant('a', { birthDate }) };
      expect(Object.keys(problemsOf(applicationSchema, wrong))).toEqual(['applicant.birthDate']);
    },
  );

  test('29 February of a leap year is one', () => {
    const good = { ...APPLICATION, applicant: applicant('a', { birthDate: '1992-02-29' }) };
    expect(problemsOf(applicationSchema, good)).toEqual({});
  });
});

describe('hostile JSON', () => {
  test('__proto__ is refused, and changes nothing', () => {
    const hostile: unknown = JSON.parse(
      JSON.stringify(FUNDING).replace('{', '{"__proto__":{"amount":"9"},"constructor":{"prototype":{"hacked":1}},'),
    );
    expect(problemsOf(fundingRequestSchema, hostile)).toEqual({ 'the input': 'must not hold a field __proto__' });
    const within: unknown = JSON.parse('{"a":{"__proto__":{"amount":"9"}}}');
    expect(problemsOf(fundingRequestSchema, { ...FUNDING, details: within })).toEqual({
      'the input': 'must not hold a field __proto__',
    });
    expect({}).not.toHaveProperty('hacked');
  });

  test('nesting of any depth is refused', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level += 1) deep = { a: [deep] };
    expect(problemsOf(decisionSchemas.amend, { ...DECISION, patch: deep })).toEqual({
      'the input': 'must not nest deeper than 32 levels',
    });
    expect(problemsOf(fundingRequestSchema, { ...FUNDING, details: { deep } })).toEqual({
      'the input': 'must not nest deeper than 32 levels',
    });
    const round: Record<string, unknown> = {};
    round['itself'] = round;
    expect(problemsOf(fundingRequestSchema, { ...FUNDING, details: round })).toEqual({
      'the input': 'must not nest deeper than 32 levels',
    });
  });

  test('a field’s name is shown only if it can be', () => {
    expect(problemsOf(decisionSchemas.cancel, { ...DECISION, 'John Doe <john@example.test>': 1 })).toEqual({
      'the input': 'has a field with a name that is not known',
    });
  });

  test('a thousand faults make fifty', () => {
    const hostile = Object.fromEntries(Array.from({ length: 1000 }, (__, index) => [`f${index}`, index]));
    const parsed = parseInput(decisionSchemas.cancel, hostile);
    expect(parsed.ok ? 0 : parsed.problems.length).toBe(50);
  });

  test('no value is ever repeated', () => {
    const secret = 'S3CRET-john@example.test';
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(APPLICATION.applicant)), (field) => {
        for (const wrong of [`${secret}\u0000`, [secret], { [secret]: secret }]) {
          const told = problemsOf(applicationSchema, {
            ...APPLICATION,
            provider: `${secret} `,
            applicant: { ...APPLICATION.applicant, [field]: wrong },
          });
          expect(Object.keys(told).length).toBeGreaterThan(0);
          expect(JSON.stringify(told)).not.toContain(secret);
        }
      }),
    );
  });

  test('whatever it is, it is read or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseInput(onboardAndFundSchema, value).ok).toBe(false);
      }),
    );
  });
});

test('every amount that can be written is taken as it is written', () => {
  const amounts = fc
    .tuple(fc.bigInt({ min: 1n, max: 10n ** 40n }), fc.stringMatching(/^\d{0,18}$/))
    .map(([whole, fraction]) => (fraction === '' ? `${whole}` : `${whole}.${fraction}`));
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(parseInput(fundingRequestSchema, { ...FUNDING, amount })).toMatchObject({ ok: true, value: { amount } });
    }),
  );
});
