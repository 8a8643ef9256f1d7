/** How a question is answered from the Temporal UI: the updates that are accepted now, each with what to put into its form. */
export function howToAnswer(accepts: readonly string[]): string {
  const rows = accepts.map((answer) => {
    const { update, input, does } = answerOf(answer);
    return `| \`${update}\` | \`${JSON.stringify(input)}\` | ${does} |`;
  });
  return ['| Update | Input | What it does |', '|---|---|---|', ...rows].join('\n');
}

interface AnswerHelp {
  readonly update: string;
  readonly input: object;
  readonly does: string;
}

const DECISION = { by: 'YOUR-ID', reason: 'WHY' } as const;

function answerOf(answer: string): AnswerHelp {
  switch (answer) {
    case 'retry':
      return resolve(answer, {}, 'reads the provider again, or checks again what was not sent');
    case 'useFreshRef':
      return resolve(answer, {}, 'one more attempt under the next reference');
    case 'markCompleted':
      return resolve(answer, { evidence: 'WHERE THE PROOF IS' }, 'ends it as completed, by your word');
    case 'abandon':
      return resolve(answer, {}, 'ends it; nothing more is sent');
    case 'amend':
      return { update: answer, input: { patch: { applicant: {} }, ...DECISION }, does: 'gives new data' };
    case 'approve':
      return { update: answer, input: DECISION, does: 'counts as one approval' };
    case 'reject':
      return { update: answer, input: DECISION, does: 'ends it; nothing moves' };
    case 'supplyInformation':
      return { update: answer, input: { information: {}, ...DECISION }, does: 'gives the provider what it asked for' };
    default:
      return { update: answer, input: DECISION, does: '' };
  }
}

function resolve(action: string, evidence: { readonly evidence?: string }, does: string): AnswerHelp {
  return { update: 'resolve', input: { action, ...DECISION, ...evidence }, does };
}
