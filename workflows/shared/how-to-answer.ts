import { ANSWERS, DECISIONS, type DecisionName } from '../../contract/decisions';

/** Who decides and why, in a form that a person fills in. */
const WHO_AND_WHY = { by: 'YOUR-ID', reason: 'WHY' } as const;

/**
 * How to answer a question from the Temporal UI: the updates that are accepted now, each with what to put into its
 * form.
 */
export function howToAnswer(accepts: readonly string[]): string {
  const rows = accepts.map((answer) => {
    const { decision, form, does } = ANSWERS.find((known) => known.answer === answer) ?? unknownAnswer(answer);
    return `| \`${decision}\` | \`${JSON.stringify({ ...form, ...WHO_AND_WHY })}\` | ${does} |`;
  });
  return ['| Update | Input | What it does |', '|---|---|---|', ...rows].join('\n');
}

function unknownAnswer(answer: string) {
  return { decision: answer, form: {}, does: '' };
}

/** What the Temporal UI says of an update, wherever it offers it. */
export function describeDecision(name: DecisionName): string {
  const { help, form } = DECISIONS[name];
  return `${help} ${JSON.stringify({ ...form, ...WHO_AND_WHY })}`;
}
