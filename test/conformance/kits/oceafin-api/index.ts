import { OceafinApi } from '../../../../providers/oceafin/client';
import { startOceafinSandbox, TEST_CLIENT_SECRET, TEST_WEBHOOK_SECRET } from '../../../../sandbox/oceafin';
import { configFor } from '../../../providers/oceafin-fixtures';
import type { Kit } from '../../kit';
import { ACCOUNTS } from './accounts';
import { CHECKOUTS, COLLECTIONS } from './collecting';
import { CRYPTO, REFUNDS } from './crypto';
import { PERSON } from './endpoint';
import { WITHDRAWALS } from './withdrawals';

/** What the sandbox answers of where money is to be wired: for a person's eyes only. */
const BANK_DETAILS = ['SANDSGS0XXX', 'Sandbox Account Holder'];

/** Every operation that the connector does without, through the typed client. */
export const oceafinApiKit: Kit<OceafinApi> = {
  provider: 'oceafin',
  startSandbox: () => startOceafinSandbox({ openingBalances: { USD: '1000', USDT: '1000' } }),
  connect: (origin, timeoutMs) => new OceafinApi(configFor(origin, { OCEAFIN_HTTP_TIMEOUT_MS: String(timeoutMs) })),
  endpoints: [...ACCOUNTS, ...WITHDRAWALS, ...CRYPTO, ...REFUNDS, ...CHECKOUTS, ...COLLECTIONS],
  hidden: () => [TEST_CLIENT_SECRET, TEST_WEBHOOK_SECRET, ...Object.values(PERSON), ...BANK_DETAILS],
  firstTryOnly: true,
  refusedSkewMs: 900_000,
  writesCarry: /^idempotency-key\n\S/im,
};
