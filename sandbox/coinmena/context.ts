import type { Answer } from '../http/answer';
import type { Clock } from '../http/clock';
import type { FaultEngine, FaultSubject } from '../http/fault-engine';
import type { UniqueField } from './client-rules';
import type { CoinmenaFaultRule } from './fault-rules';
import type { PresignedUrls } from './presigned';
import type { Store } from './store';

/** What every operation works with. */
export interface Sandbox {
  readonly store: Store;
  readonly clock: Clock;
  readonly faults: FaultEngine<CoinmenaFaultRule>;
  readonly presigned: PresignedUrls;
  /** What the documents leave open and the control port can change. */
  readonly rules: { uniqueFirst: UniqueField };
}

/** One request that was recognised and, if it must be, authenticated. */
export interface Call {
  readonly sandbox: Sandbox;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The request target as sent. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly body: Buffer;
  /** What presigned URLs begin with. */
  readonly origin: string;
  readonly subject: FaultSubject;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;
