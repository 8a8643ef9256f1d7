import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
} from 'fastify';
import type { RawServerDefault } from 'fastify';
import type { TemporalLink } from '../temporal-link';
import type { ZodTypes } from './api/zod-types';
import type { WebhookKeys } from './webhook-signature';

/** What routes work with. */
export interface GatewayDeps {
  readonly temporal: TemporalLink;
  readonly webhookKeys: WebhookKeys;
  /** Whether the gateway has begun to stop. */
  readonly stopping: () => boolean;
}

/** A server whose handlers have the types of their zod schemas. */
export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypes
>;

/**
 * How long a request waits for Temporal: a start takes milliseconds, and a sender gives up by itself after this time.
 */
export const START_TIMEOUT_MS = 8_000;
/** A worker may have to be asked, which takes three seconds at most. */
export const READ_TIMEOUT_MS = 10_000;
/** A worker decides; an amend reads files and the provider. */
export const DECIDE_TIMEOUT_MS = 75_000;
