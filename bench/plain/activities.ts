/** Does nothing: what is left is the cost of any step. */
export async function step(argument: { readonly n: number }): Promise<{ readonly n: number }> {
  return argument;
}
