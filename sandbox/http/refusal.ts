/**
 * Thrown to refuse a request; a provider's folder makes its own error body from it. `code` is the provider's
 * word, or a common one: `not_found`, `method_not_allowed`, `too_large`, `unsupported_media_type`, `internal_error`.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
