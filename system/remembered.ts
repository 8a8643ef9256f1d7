/** Wraps `ask`: one answer serves everybody who asks within `ms` of the call, including those who wait for it. */
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
