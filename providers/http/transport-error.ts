import { isBeforeSending } from './connection-cause';

/** Whether the request, or a part of it, may have reached the provider. */
export type Sent = 'not-sent' | 'unknown';

export type TransportErrorKind =
  'unreachable' | 'timeout' | 'aborted' | 'connection-lost' | 'too-large' | 'invalid-response';

/**
 * A call without a whole answer. Its message is made of closed words only: no address, no path, no header.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  /**
   * @param kind what happened
   * @param sent `not-sent` only if no connection came about; in every other case the provider may have acted
   * @param detail the system's own code, such as `ECONNREFUSED`
   */
  constructor(
    readonly kind: TransportErrorKind,
    readonly sent: Sent,
    readonly detail?: string,
  ) {
    super(detail === undefined ? `${kind} (${sent})` : `${kind} (${sent}, ${detail})`);
  }
}

/** Raised by the connector for whatever prevented a connection: TCP, DNS, time, TLS handshake. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection';
  constructor(readonly detail: string | undefined) {
    super('no connection came about');
  }
}

/** Raised when the whole call has taken too long. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** Raised when an answer has more bytes than are read. */
export class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

const TIMEOUT_CODES: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/**
 * The one place that reads a failure. Only if there never was a connection is the call `not-sent`: after that, even
 * after a reset before the first byte of an answer, the provider may have acted.
 *
 * @param failure what the HTTP library threw
 * @param abortReason the reason of the call's own signal, if it was aborted
 */
export function classifyFailure(failure: unknown, abortReason: unknown): TransportError {
  if (failure instanceof TransportError) return failure;
  if (failure instanceof NoConnection) return new TransportError('unreachable', 'not-sent', failure.detail);
  if (failure instanceof ResponseTooLarge) return new TransportError('too-large', 'unknown');
  if (abortReason instanceof DeadlineExceeded) return new TransportError('timeout', 'unknown');
  if (abortReason !== undefined) return new TransportError('aborted', 'unknown');
  const code = isRefusalOfProxy(failure) ? 'UND_ERR_PROXY' : systemCode(failure);
  // Behind a proxy no connector marks its failures; these come before a request can be written.
  if (isBeforeSending(code)) return new TransportError('unreachable', 'not-sent', code);
  if (code !== undefined && TIMEOUT_CODES.has(code)) return new TransportError('timeout', 'unknown', code);
  if (code?.startsWith('HPE_') === true) return new TransportError('invalid-response', 'unknown', code);
  return new TransportError('connection-lost', 'unknown', code);
}

/** undici has no code of its own for a proxy that answers CONNECT with another status than 200. */
function isRefusalOfProxy(failure: unknown): boolean {
  return failure instanceof Error && failure.message.startsWith('Proxy response (');
}

/** The code of a Node or library error, if it has one that is safe to show. */
export function systemCode(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null || !('code' in failure)) return undefined;
  return typeof failure.code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(failure.code) ? failure.code : undefined;
}
