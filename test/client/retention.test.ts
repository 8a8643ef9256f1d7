import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptStill, keptWords } from '../../client/erasure/retention';
import { RetentionSettingsError, retentionRules } from '../../client/erasure/retention-settings';
import { keptUntil } from '../../contract/erasure';

const RULE = { kind: 'movement', keep: '5y', law: 'AML Act, section 8' } as const;

function rulesOf(value: unknown): unknown {
  return retentionRules({ GANGWAY_RETENTION: typeof value === 'string' ? value : JSON.stringify(value) });
}

test('a policy is a list, or a file that holds it; without one no law has anything kept', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gangway-retention-'));
  const path = join(directory, 'retention.json');
  writeFileSync(path, JSON.stringify([RULE]));
  const fromFile = rulesOf(path);
  rmSync(directory, { recursive: true, force: true });
  expect(fromFile).toEqual([RULE]);
  expect(rulesOf([RULE, { ...RULE, provider: 'coinmena' }])).toHaveLength(2);
  expect([rulesOf(''), retentionRules({})]).toEqual([[], []]);
});

test.each<[string, unknown, RegExp]>([
  ['no JSON', '[', /^GANGWAY_RETENTION must be a JSON list of rules: it /],
  ['no list', '/nowhere/retention.json', /^GANGWAY_RETENTION names a file that cannot be read/],
  ['a kind that there is not', [{ ...RULE, kind: 'money' }], /^GANGWAY_RETENTION 0\.kind: /],
  ['a time that is none', [{ ...RULE, keep: '5' }], /^GANGWAY_RETENTION 0\.keep: must be days or years/],
  ['no time at all', [{ ...RULE, keep: '0y' }], /^GANGWAY_RETENTION 0\.keep: /],
  ['more than a century', [{ ...RULE, keep: '101y' }], /^GANGWAY_RETENTION 0\.keep: /],
  ['no law', [{ ...RULE, law: '' }], /^GANGWAY_RETENTION 0\.law: /],
  ['a field too many', [{ ...RULE, until: '2030' }], /^GANGWAY_RETENTION 0\.until: /],
  ['a kind twice', [RULE, { ...RULE, keep: '1y' }], /^GANGWAY_RETENTION 1\.kind: must differ/],
  ['a provider that there is not', [{ ...RULE, provider: 'nobody' }], /^GANGWAY_RETENTION 0\.provider: must be one of/],
])('%s is refused, by its place and field', (_what, value, message) => {
  expect(() => rulesOf(value)).toThrow(RetentionSettingsError);
  expect(() => rulesOf(value)).toThrow(message);
});

test.each([
  ['2026-03-01T10:00:00.000Z', '5y', '2031-03-01T10:00:00.000Z'],
  ['2024-02-29T00:00:00.000Z', '1y', '2025-03-01T00:00:00.000Z'],
  ['2026-12-31T23:00:00.000Z', '1d', '2027-01-01T23:00:00.000Z'],
])('from %s, %s is until %s', (from, keep, until) => {
  expect(keptUntil(new Date(from), keep)?.toISOString()).toBe(until);
});

test('what is kept still is told by kind, the longest first, for this provider, until the very moment', () => {
  const latest = { application: '2020-01-01T00:00:00.000Z', movement: '2022-06-01T00:00:00.000Z' };
  const rules = [
    { kind: 'application', keep: '7y', law: 'A' },
    { kind: 'movement', keep: '5y', law: 'B' },
    { kind: 'document', keep: '100y', law: 'C' },
    { kind: 'movement', keep: '50y', law: 'D', provider: 'oceafin' },
  ] as const;
  const at = (now: string) => keptStill({ latest }, rules, 'coinmena', new Date(now));
  expect(keptWords(at('2026-01-01T00:00:00.000Z'))).toBe(
    'its movements until 2027-06-01 (B); its application until 2027-01-01 (A)',
  );
  expect(at('2027-05-31T23:59:59.999Z')).toHaveLength(1);
  expect(at('2027-06-01T00:00:00.000Z')).toEqual([]);
});
