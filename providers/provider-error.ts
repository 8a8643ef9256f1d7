import { describeConnection, type ConnectionCause } from '../contract/connection';
import { ERROR_RULES, type ErrorCode, type FailureDetails, type FieldProblem, type Outcome } from '../contract/errors';

interface ProviderErrorInit {
  readonly provider: string;
  readonly operation: string;
  /** The outcome, if it is surer than the code's own, such as a rate limit that the provider says took no effect. */
  readonly outcome?: Exclude<Outcome, 'applied'>;
  readonly httpStatus?: number;
  readonly providerCode?: string;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly connection?: ConnectionCause;
  readonly redirectedTo?: string;
  readonly fields?: readonly FieldProblem[];
  readonly cause?: unknown;
}

/** What failed at a provider. Its message is made of closed words only: the default logger prints it. */
export class ProviderError extends Error implements FailureDetails {
  override readonly name = 'ProviderError';
  readonly code: ErrorCode;
  readonly outcome: Exclude<Outcome, 'applied'>;
  readonly provider: string;
  readonly operation: string;
  declare readonly httpStatus?: number;
  declare readonly providerCode?: string;
  declare readonly requestId?: string;
  declare readonly retryAfterMs?: number;
  declare readonly connection?: ConnectionCause;
  declare readonly redirectedTo?: string;
  declare readonly fields?: readonly FieldProblem[];
  /** Set by whoever asked the book before: how many entries it has of the intent. */
  declare entries?: number;

  constructor(code: ErrorCode, init: ProviderErrorInit) {
    const { cause, outcome, ...known } = init;
    super(describe(code, init), cause === undefined ? undefined : { cause });
    this.code = code;
    this.outcome = outcome ?? ERROR_RULES[code].outcome;
    this.provider = init.provider;
    this.operation = init.operation;
    Object.assign(this, known);
  }
}

function describe(code: ErrorCode, init: ProviderErrorInit): string {
  const facts = [
    init.httpStatus === undefined ? undefined : `HTTP ${init.httpStatus}`,
    init.providerCode === undefined ? undefined : `code ${init.providerCode}`,
    init.connection === undefined ? undefined : describeConnection(init.connection, init.redirectedTo),
    init.fields === undefined || init.fields.length === 0
      ? undefined
      : `fields ${init.fields.map(({ field }) => field).join(', ')}`,
  ].filter((fact) => fact !== undefined);
  const at = `${init.provider} ${init.operation}`;
  return `${code} at ${at}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}. ${ERROR_RULES[code].remedy}`;
}
