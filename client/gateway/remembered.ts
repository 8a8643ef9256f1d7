/** `ask`, whose answer is given to all who ask within `ms` of when it was asked for, those who wait for it included. */
export function rememberedFor<Answer>(
  ms: number,
  ask: () => Promise<Answer>,
  now: () => number = Date.now,
): () => Promise<Answer> {
  let asked: { readonly at: number; readonly answer: Promise<Answer> } | undefined;
  return async () => {
    if (asked === undefined || now() - asked.at >= ms) asked = { at: now(), answer: ask() };
    return await asked.answer;
  };
}
