import { configSchema, type OceafinConfig } from '../../providers/oceafin/config';
import type { AuthorizationEvidence } from '../../providers/oceafin/wire/common';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_WEBHOOK_SECRET } from '../../sandbox/oceafin';
import { HTTP_TIMEOUT_MS } from '../setup/http-timeouts';

type Environment = Record<string, string | undefined>;

export function environment(over: Readonly<Environment> = {}): Environment {
  return {
    OCEAFIN_PARTNER_API_BASE_URL: 'http://127.0.0.1:9',
    OCEAFIN_PARTNER_API_CLIENT_ID: TEST_CLIENT_ID,
    OCEAFIN_PARTNER_API_CLIENT_SECRET: TEST_CLIENT_SECRET,
    OCEAFIN_PARTNER_API_WEBHOOK_SECRET: TEST_WEBHOOK_SECRET,
    OCEAFIN_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
    ...over,
  };
}

export function configFor(origin: string, over: Readonly<Environment> = {}): OceafinConfig {
  return configSchema.parse(environment({ OCEAFIN_PARTNER_API_BASE_URL: origin, ...over }));
}

/** Evidence that the sandbox takes for an operation. */
export function evidenceOf(
  operation: AuthorizationEvidence['operation'],
  partnerReference: string,
  asset: string,
  amount: string,
): AuthorizationEvidence {
  return {
    operation,
    partnerReference,
    asset,
    amount,
    approvedBy: 'user-7',
    approvedAt: '2026-06-28T00:00:00Z',
    evidenceReference: 'approval-7',
  };
}
