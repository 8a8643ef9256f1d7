import { canonicalRule, isWindowRule, type ApprovalRule } from '../contract/approval';
import type { FieldProblem } from '../contract/errors';
import { FUNDING_KINDS, type FundingKind } from '../contract/funding';
import { lackOf } from '../contract/lacks';
import { amountProblem, type DecimalText } from '../contract/money';
import type { ProviderSemantics } from '../contract/provider';
import { approvalRulesSchema, MESSAGE_BOUNDS, parseInput, readJsonText } from '../inputs';
import { findProvider, providerIds } from '../providers/registry';

const NAME = 'GANGWAY_APPROVALS';

/**
 * Reads GANGWAY_APPROVALS, the policy of approvals: a JSON list of rules. A rule that cannot be read, or that no movement
 * could ever meet at these providers, refuses them all: a typo must not let money pass.
 *
 * @param served what the providers that this worker serves declare
 * @param problems receives what is wrong, by the rule's place in the list, counted from 0, and its field
 */
export function readApprovalRules(
  text: string,
  served: readonly ProviderSemantics[],
  problems: string[],
): readonly ApprovalRule[] {
  const json = readJsonText(text, MESSAGE_BOUNDS);
  if (!json.ok) {
    problems.push(`${NAME} must be a JSON list of rules: it ${json.problem}`);
    return [];
  }
  const parsed = parseInput(approvalRulesSchema, json.value);
  const wrong = parsed.ok ? uselessRules(parsed.value, served) : parsed.problems;
  for (const { field, problem } of wrong) {
    problems.push(field === 'the input' ? `${NAME} must be a JSON list of rules` : `${NAME} ${field}: ${problem}`);
  }
  return parsed.ok ? parsed.value : [];
}

/** What no movement could ever meet. Which assets there are is asked of the providers later (known-assets.ts). */
function uselessRules(rules: readonly ApprovalRule[], served: readonly ProviderSemantics[]): readonly FieldProblem[] {
  const spellings = rules.map(canonicalRule);
  return rules.flatMap((rule, index) => {
    const first = spellings.indexOf(spellings[index] ?? '');
    const repeats = first < index ? [{ field: String(index), problem: `is the same rule as ${first}` }] : [];
    const problems = ruleProblems(rule, served).map(({ field, problem }) => ({ field: `${index}.${field}`, problem }));
    return [...problems, ...repeats];
  });
}

function ruleProblems(rule: ApprovalRule, served: readonly ProviderSemantics[]): readonly FieldProblem[] {
  const problem = providerProblem(rule.provider, served);
  if (problem !== undefined) return [{ field: 'provider', problem }];
  const meant = served.filter(({ provider }) => rule.provider === undefined || rule.provider === provider);
  const kinds = kindProblems(rule.kinds ?? [], meant);
  if (kinds.length > 0) return kinds;
  const moving = meant.filter((semantics) => (rule.kinds ?? FUNDING_KINDS).some((kind) => offers(semantics, kind)));
  const from = amountIn(rule);
  if (from === undefined) return [];
  const amount = amountProblem(from, Math.max(0, ...moving.map(({ maxAmountDecimals }) => maxAmountDecimals)));
  return amount === undefined
    ? []
    : [{ field: 'from', problem: `${amount}, as every amount at ${namesOf(moving)} has` }];
}

function amountIn(rule: ApprovalRule): DecimalText | undefined {
  if (!isWindowRule(rule)) return rule.from;
  return rule.from.by === 'sum' ? rule.from.sum : undefined;
}

function providerProblem(provider: string | undefined, served: readonly ProviderSemantics[]): string | undefined {
  if (provider === undefined || served.some((semantics) => semantics.provider === provider)) return undefined;
  return findProvider(provider) === undefined
    ? `must be one of ${providerIds().join(', ')}`
    : `is not served by this worker, so the rule holds for nothing here: it serves ${namesOf(served)}`;
}

function kindProblems(kinds: readonly FundingKind[], meant: readonly ProviderSemantics[]): readonly FieldProblem[] {
  return kinds.flatMap((kind, index) => {
    const field = `kinds.${index}`;
    if (kinds.indexOf(kind) < index) return [{ field, problem: 'repeats a kind' }];
    if (meant.some((semantics) => offers(semantics, kind))) return [];
    return [
      { field, problem: meant.map((semantics) => `${semantics.provider} ${lackOf(semantics, kind)}`).join('; ') },
    ];
  });
}

function namesOf(providers: readonly ProviderSemantics[]): string {
  return providers.map(({ provider }) => provider).join(', ');
}

function offers({ capabilities }: ProviderSemantics, kind: FundingKind): boolean {
  return capabilities.includes(kind);
}
