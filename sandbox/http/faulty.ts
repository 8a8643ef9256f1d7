import { setTimeout as sleep } from 'node:timers/promises';
import { jsonAnswer, whole, type Answer, type Delivery } from './answer';
import type { Firing } from './fault-engine';
import type { HttpFaultRule } from './fault-rules';
import {
  calledHtml,
  canBeSpoiled,
  htmlAnswer,
  respelt,
  truncated,
  withExtraFields,
  withReversedLists,
  withWrongTypes,
} from './spoil';

type RuleOf<Kind extends HttpFaultRule['kind']> = Extract<HttpFaultRule, { readonly kind: Kind }>;

type AnswerRule = RuleOf<'status' | 'reset' | 'truncated' | 'wrong-types' | 'extra-fields' | 'wrong-content-type'>;

/** The kinds of one group exclude each other: at most one rule per group fires for a request; latencies add up. */
export const LATENCY_KINDS = ['latency'] as const;
export const STALL_KINDS = ['stall', 'late-duplicate'] as const;
export const ANSWER_KINDS = [
  'status',
  'reset',
  'truncated',
  'wrong-types',
  'extra-fields',
  'wrong-content-type',
] as const;

/** How a right answer is shown: rules of this group combine with each other, and with those of every other. */
export const DISPLAY_KINDS = ['respelt', 'reversed'] as const;

/** The rules that fired for one request. */
export interface RequestFaults {
  readonly latencies: readonly Firing<RuleOf<'latency'>>[];
  readonly stall: Firing<RuleOf<'stall' | 'late-duplicate'>> | undefined;
  readonly answer: Firing<AnswerRule> | undefined;
  readonly display: readonly Firing<RuleOf<'respelt' | 'reversed'>>[];
}

export interface FaultyCall {
  readonly faults: RequestFaults;
  /** Does what was asked; when it resolves, it is committed. */
  readonly perform: () => Promise<Answer>;
  /** An error body as the provider writes it. */
  readonly errorBody: (status: number, code: number | string | undefined, msg: string | undefined) => unknown;
  /** Ends every wait when the sandbox closes; a change that is not committed by then never is. */
  readonly closing: AbortSignal;
}

const RESET: Delivery = { how: 'reset' };

/**
 * Does what was asked, with the faults that fired around it. The work goes on when the client has gone: a server behind
 * a slow line does that, and it makes an outcome unknown.
 */
export async function performWithFaults(call: FaultyCall): Promise<Delivery> {
  const { faults, closing } = call;
  for (const { rule } of faults.latencies) await sleep(rule.params.ms, undefined, { signal: closing });

  const stall = faults.stall?.rule;
  if (stall?.kind === 'late-duplicate') await sleep(stall.params.ms, undefined, { signal: closing });
  if (stall?.kind === 'stall' && stall.params.when === 'before-commit') {
    await sleep(stall.params.ms, undefined, { signal: closing });
    if (stall.params.then === 'destroy') return RESET;
  }

  const instead = insteadOfWork(faults.answer?.rule, call);
  if (instead !== undefined) return instead;

  const answer = displayed(await call.perform(), faults.display);

  if (stall?.kind === 'stall' && stall.params.when === 'after-commit') {
    await sleep(stall.params.ms, undefined, { signal: closing });
    if (stall.params.then === 'destroy') return RESET;
  }
  return afterWork(answer, faults.answer, call);
}

/** The same truth in another spelling or another order. A refusal is shown as it is, and the rule waits for the next. */
function displayed(answer: Answer, display: RequestFaults['display']): Answer {
  if (canBeSpoiled(answer)) {
    return display.reduce((shown, { rule }) => {
      return rule.kind === 'reversed' ? withReversedLists(shown) : respelt(shown, rule.params.fields, rule.params.how);
    }, answer);
  }
  for (const { release } of display) release();
  return answer;
}

/** The delivery of a fault that strikes before anything is done. */
function insteadOfWork(rule: AnswerRule | undefined, call: FaultyCall): Delivery | undefined {
  if (rule?.kind === 'reset' && rule.params.when === 'before-commit') return RESET;
  if (rule?.kind === 'status' && rule.params.commit === 'never') return whole(statusAnswer(rule, call));
  return undefined;
}

/**
 * The delivery of a fault that strikes after the work. On a refusal, a fault that spoils a success waits for the next
 * success.
 */
function afterWork(answer: Answer, firing: Firing<AnswerRule> | undefined, call: FaultyCall): Delivery {
  if (firing === undefined) return whole(answer);
  const { rule } = firing;
  if (rule.kind === 'reset') return RESET;
  if (rule.kind === 'status') return whole(statusAnswer(rule, call));
  if (!canBeSpoiled(answer)) {
    firing.release();
    return whole(answer);
  }
  switch (rule.kind) {
    case 'truncated':
      return truncated(answer, rule.params.end, rule.params.bytes);
    case 'wrong-types':
      return whole(withWrongTypes(answer, rule.params.fields));
    case 'extra-fields':
      return whole(withExtraFields(answer, rule.params.fields));
    case 'wrong-content-type':
      return whole(rule.params.body === 'html' ? htmlAnswer(answer.status) : calledHtml(answer));
  }
}

function statusAnswer(rule: RuleOf<'status'>, call: FaultyCall): Answer {
  const { status, body, code, msg, retry_after: retryAfter } = rule.params;
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  switch (body) {
    case 'json':
      return jsonAnswer(status, call.errorBody(status, code, msg), headers);
    case 'html':
      return htmlAnswer(status, headers);
    case 'empty':
      return { status, headers, body: Buffer.alloc(0) };
  }
}
