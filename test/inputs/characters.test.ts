import {
  applicationSchema,
  decisionSchemas,
  fundingRequestSchema,
  movementDetailsProblems,
  parseInput,
} from '../../inputs';
import { characterProblem } from '../../inputs/characters';
import { coinify } from '../../providers/coinify';
import { oceafin } from '../../providers/oceafin';
import { applicant } from '../providers/coinmena-fixtures';

describe('text of every script is welcome', () => {
  test.each([
    ["O'Brien", 'an apostrophe'],
    ['O\u2019Brien', 'a curly one'],
    ['Jean-Luc d\u2019Arc', 'a hyphen'],
    ['José', 'a combining mark'],
    ['أمينة بنت محمد', 'Arabic'],
    ['مُحَمَّد', 'Arabic with vowel signs'],
    ['علی\u200Cرضا', 'Persian, whose spelling has a joiner'],
    ['ක්\u200Dරිස්', 'Sinhala, whose spelling has another'],
    ['क्\u200Dष', 'Devanagari'],
    ['張 偉', 'Chinese'],
    ['葛\u{E0100}城', 'Japanese, with the form of a character'],
    ['山田\u3000太郎', 'a wide space'],
    ['Nguyễn Văn A', 'Vietnamese'],
    ['Ӱ ƛ ʻOkina', 'letters that few have'],
    ['M.\u00A0Dupont', 'a space that does not break'],
    ['😀', 'an emoji'],
  ])('%s: %s', (name) => {
    expect(characterProblem(name)).toBeUndefined();
  });
});

describe('what nobody sees, or sees otherwise, is refused by its code point', () => {
  test.each([
    ['\u200FAmina\u200F', 'U+200F, which turns text around'],
    ['Ami\u200Bna', 'U+200B, which nobody sees'],
    ['Ami\u200Dna', 'U+200D, which nobody sees'],
    ['علی\u200C', 'U+200C, which nobody sees'],
    ['\u202EanimA', 'U+202E, which turns text around'],
    ['a\u2066b', 'U+2066, which turns text around'],
    ['a\u00ADb', 'U+00AD, which nobody sees'],
    ['\uFEFFa', 'U+FEFF, which nobody sees'],
    ['\u3164', 'U+3164, which nobody sees'],
    ['\u2800', 'U+2800, which nobody sees'],
    ['a\u034Fb', 'U+034F, which nobody sees'],
    ['a\u{E0041}', 'U+E0041, which nobody sees'],
    ['a\uFE0F', 'U+FE0F, which nobody sees'],
    ['Amina\tSpecimen', 'U+0009, which is a control character'],
    ['a\u001b[2J', 'U+001B, which is a control character'],
    ['a\u2028b', 'U+2028, which is a control character'],
    ['a\u0085b', 'U+0085, which is a control character'],
    ['Jos\uFFFD', 'U+FFFD, which stands for one that was lost'],
    ['a\uD800b', 'U+D800, which not everybody reads alike'],
    ['a\uE000', 'U+E000, which not everybody reads alike'],
  ])('%j: %s', (text, problem) => {
    expect(characterProblem(text)).toBe(`must not hold the character ${problem}`);
  });
});

const APPLICATION = { provider: 'coinmena', partnerClientId: 'c-1', applicant: applicant('c-1'), documents: [] };
const DECISION = { by: 'ops-1', reason: 'as agreed', action: 'markCompleted', evidence: 'ticket 7' };
const HIDDEN = 'Ami\u200Bna';
const PROBLEM = 'must not hold the character U+200B, which nobody sees';

function problems(parsed: ReturnType<typeof parseInput>): Readonly<Record<string, string>> {
  return parsed.ok ? {} : Object.fromEntries(parsed.problems.map(({ field, problem }) => [field, problem]));
}

function ofApplicant(changed: object) {
  return problems(
    parseInput(applicationSchema, { ...APPLICATION, applicant: { ...APPLICATION.applicant, ...changed } }),
  );
}

describe('one rule for all text', () => {
  test('of applicants', () => {
    expect(ofApplicant({ name: HIDDEN, email: 'a@exa\u200Bmple.test' })).toEqual({
      'applicant.name': PROBLEM,
      'applicant.email': PROBLEM,
    });
    expect(ofApplicant({ address: { street: HIDDEN, city: HIDDEN, postalCode: HIDDEN } })).toEqual({
      'applicant.address.street': PROBLEM,
      'applicant.address.city': PROBLEM,
      'applicant.address.postalCode': PROBLEM,
    });
    expect(
      problems(parseInput(decisionSchemas.amend, { by: 'o', reason: 'r', patch: { applicant: { name: HIDDEN } } })),
    ).toEqual({
      'patch.applicant.name': PROBLEM,
    });
  });

  test('of decisions', () => {
    expect(problems(parseInput(decisionSchemas.resolve, { ...DECISION, reason: HIDDEN, evidence: HIDDEN }))).toEqual({
      reason: PROBLEM,
      evidence: PROBLEM,
    });
  });

  test('of details, names of fields included; lines are allowed there', () => {
    const movement = {
      provider: 'x',
      fundingId: 'f',
      kind: 'deposit',
      partnerClientId: 'c',
      asset: 'USD',
      amount: '1',
    };
    const details = (value: object) => problems(parseInput(fundingRequestSchema, { ...movement, details: value }));
    expect(details({ a: { b: ['fine', HIDDEN] } })).toEqual({ 'details.a.b.1': PROBLEM });
    expect(details({ [HIDDEN]: 1 })).toEqual({ details: `has a field whose name ${PROBLEM}` });
    expect(details({ note: 'one\n\ttwo\r\n' })).toEqual({});
  });

  test('of bank accounts, wallets and memos', () => {
    const authorization = { approvedBy: 'c-1', approvedAt: '2026-06-28T11:00:00Z', evidenceReference: 'ap-1' };
    const bankAccount = { accountNumber: '1', accountHolderName: HIDDEN, bankName: 'B', bankCountry: 'US' };
    const toBank = { details: { rail: 'fiat', bankAccount, authorization } };
    expect(movementDetailsProblems(oceafin.inputs, 'withdrawal', toBank)).toContainEqual({
      field: 'details.bankAccount.accountHolderName',
      problem: PROBLEM,
    });
    const wallet = { name: HIDDEN, network: 'TRON', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' };
    const toWallet = { details: { rail: 'crypto', wallet, authorization } };
    expect(movementDetailsProblems(oceafin.inputs, 'withdrawal', toWallet)).toContainEqual({
      field: 'details.wallet.name',
      problem: PROBLEM,
    });
    const payout = { details: { finalCurrency: 'USDC', memo: HIDDEN } };
    expect(movementDetailsProblems(coinify.inputs, 'withdrawal', payout)).toContainEqual({
      field: 'details.memo',
      problem: PROBLEM,
    });
  });

  test('is in NFC once it is read, so that the same name is the same bytes', () => {
    const parsed = parseInput(decisionSchemas.resolve, { ...DECISION, reason: 'Jose\u0301' });
    expect(parsed).toMatchObject({ ok: true, value: { reason: 'Jos\u00E9' } });
  });
});

describe('a name has a letter', () => {
  test.each(['-', '...', '12345', '😀', '\u00A0'])('%j is none', (name) => {
    expect(ofApplicant({ name })).toHaveProperty(['applicant.name']);
  });
});

describe('an email address stands alone', () => {
  test.each(['a@example.test', 'o\u2019brien+x@mail.example.test', 'أمينة@مثال.إختبار', 'a..b@example.test'])(
    '%s is one',
    (email) => {
      expect(ofApplicant({ email })).toEqual({});
    },
  );

  test.each([
    'mailto:a@example.test',
    'Amina <a@example.test>',
    'a@example.test;b@example.test',
    'a@example',
    'a@.test',
    'a@example.test.',
    'a b@example.test',
    '"a"@example.test',
    'a@b@example.test',
  ])('%s is none', (email) => {
    expect(ofApplicant({ email })).toEqual({
      'applicant.email': 'must be an email address alone, such as name@example.com',
    });
  });
});
