/** What is sent back for a request, as data: faults can still change it before it leaves. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value), 'utf8'),
  };
}

export function isSuccess(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** How an answer leaves: whole, cut after some bytes of its body, or not at all because the connection is reset. */
export type Delivery =
  | { readonly how: 'whole'; readonly answer: Answer }
  | { readonly how: 'cut'; readonly answer: Answer; readonly afterBytes: number }
  | { readonly how: 'reset' };

export function whole(answer: Answer): Delivery {
  return { how: 'whole', answer };
}
