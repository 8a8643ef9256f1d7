/** The faults of the matrix: what strikes a call, and on which calls it can. */

/** Where the call's request is to fail, as a rule of the sandbox (sandbox/README.md) without its operation and match. */
export interface Rule {
  readonly kind: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

type Strike =
  | { readonly by: 'rule'; readonly rule: Rule }
  /** Nobody listens at the provider's address. */
  | { readonly by: 'refused-connection' }
  /** The provider's clock is behind ours by more than our offset: our timestamp is of its future. */
  | { readonly by: 'clock' }
  /** The provider has a record under our reference already: what an earlier call of ours made, or another's. */
  | { readonly by: 'duplicate'; readonly whose: 'ours' | 'anothers' };

export interface Fault {
  readonly name: string;
  readonly strike: Strike;
  /** What the struck call did, if nothing else stands in its way. */
  readonly commits: 'never' | 'at once' | 'later';
  /** Whether the answer takes longer than anybody waits. */
  readonly timesOut?: true;
  /** Whether it strikes only JSON: a stored file that is cut short is simply another file. */
  readonly json?: true;
}

function rule(kind: string, params?: Rule['params']): Strike {
  return { by: 'rule', rule: params === undefined ? { kind } : { kind, params } };
}

/** A lost first try: nothing was done, and the caller cannot know it. */
export const LOST_BEFORE_COMMIT: Rule = { kind: 'reset', params: { when: 'before-commit' } };

/** Every fault, for a connector that waits `timeoutMs` for an answer. */
export function faultsBeyond(timeoutMs: number): readonly Fault[] {
  const stalled = rule('stall', { when: 'after-commit', ms: 2.5 * timeoutMs });
  const late = rule('late-duplicate', { ms: timeoutMs + 1_000 });
  return [
    { name: 'connection refused', strike: { by: 'refused-connection' }, commits: 'never' },
    { name: 'reset before the commit', strike: { by: 'rule', rule: LOST_BEFORE_COMMIT }, commits: 'never' },
    { name: 'reset after the commit', strike: rule('reset', { when: 'after-commit' }), commits: 'at once' },
    {
      name: 'timeout after the commit',
      strike: stalled,
      commits: 'at once',
      timesOut: true,
    },
    { name: 'committed after the timeout', strike: late, commits: 'later', timesOut: true },
    { name: '429', strike: rule('status', { status: 429 }), commits: 'never' },
    { name: '500 after the commit', strike: rule('status', { status: 500, commit: 'before' }), commits: 'at once' },
    { name: 'gateway HTML 502, not done', strike: rule('status', { status: 502, body: 'html' }), commits: 'never' },
    {
      name: 'gateway HTML 504 after the commit',
      strike: rule('status', { status: 504, body: 'html', commit: 'before' }),
      commits: 'at once',
    },
    { name: 'truncated JSON', strike: rule('truncated'), commits: 'at once', json: true },
    { name: 'connection cut in the answer', strike: rule('truncated', { end: 'cut' }), commits: 'at once' },
    { name: 'wrong types', strike: rule('wrong-types'), commits: 'at once', json: true },
    { name: 'web page for an answer', strike: rule('wrong-content-type'), commits: 'at once' },
    { name: 'JSON called HTML', strike: rule('wrong-content-type', { body: 'json' }), commits: 'at once', json: true },
    { name: 'extra fields', strike: rule('extra-fields'), commits: 'at once', json: true },
    { name: 'clock skew (401)', strike: { by: 'clock' }, commits: 'never' },
    { name: 'duplicate, our own', strike: { by: 'duplicate', whose: 'ours' }, commits: 'never' },
    { name: "duplicate, another's", strike: { by: 'duplicate', whose: 'anothers' }, commits: 'never' },
  ];
}
