/**
 * Everything that can be set, and every fact that the back office does not state, in one place. Marks: [S] stated;
 * [I] inferred; [?] unknown, a choice (docs/providers/backoffice.md).
 */
export interface BackofficeSandboxConfig {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly controlHost: string;
  readonly controlPort: number;
  /** The journal; in memory only if undefined. */
  readonly dataFile: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  /** How long an access token is taken, in milliseconds [?]. */
  readonly tokenLifeMs: number;
  /** Users that exist from the start, by their GUIDs. */
  readonly users: readonly string[];
  /** What every user holds from the start, by asset. */
  readonly openingBalances: Readonly<Record<string, string>>;
  /** How long a deposit stays `Pending`, in milliseconds [?]. */
  readonly settleMs: number;
  readonly behaviour: Behaviour;
  /** Seed of faults by chance. */
  readonly seed: number;
  /** Who is told what goes wrong inside; standard error by default. */
  readonly onFailure: (error: unknown) => void;
}

/** What the documents leave open about an installation; changed on the control port. */
export interface Behaviour {
  /** Statuses that the list of transfers shows when no status is asked for [?]. */
  readonly listShows: readonly Status[];
  /** Statuses that the list of transfers shows when one of them is asked for [S: the filter's own three]. */
  readonly listFinds: readonly Status[];
  /** Statuses that the account history shows [S]. */
  readonly historyShows: readonly Status[];
  /** Whether the list narrows by user, name, status and type, or ignores names that it does not know [?]. */
  readonly filters: 'heeded' | 'ignored';
  /** What lists are wrapped in [?]: nothing, or `{"data": […]}`. */
  readonly wrapper: 'none' | 'data';
  /** What confirm and cancel answer [?]: nothing, a callback's object, or a transfer. */
  readonly stepAnswer: 'empty' | 'callback' | 'transfer';
  /** How a withdrawal of more than there is ends [?]: refused, or taken and failed once it is confirmed. */
  readonly tooLittle: 'refused' | 'failed';
}

export const STATUSES = ['Pending', 'AwaitingConfirmation', 'Completed', 'Failed', 'Canceled'] as const;
type Status = (typeof STATUSES)[number];

/** For tests only: everybody knows them, so they open nothing but a sandbox. */
export const TEST_CLIENT_ID = 'core_ib';
export const TEST_CLIENT_SECRET = 'test-client-secret';
export const TEST_USERNAME = 'admin@exchange.example';
export const TEST_PASSWORD = 'test-password';
/** The users of the documents' examples. */
export const TEST_USERS = ['942fe02b-e9b9-6e9e-7c82-85d74f3234d4', 'ab9ac3d2-879d-02de-a53e-720d78414f0a'] as const;

/** A pending transfer shows nowhere, one that awaits confirmation in the list only when it is asked for. */
export const DEFAULT_BEHAVIOUR: Behaviour = {
  listShows: ['Completed', 'Failed', 'Canceled'],
  listFinds: ['AwaitingConfirmation', 'Completed', 'Failed'],
  historyShows: ['AwaitingConfirmation', 'Completed', 'Failed', 'Canceled'],
  filters: 'heeded',
  wrapper: 'none',
  stepAnswer: 'empty',
  tooLittle: 'refused',
};

export const DEFAULTS: BackofficeSandboxConfig = {
  host: '127.0.0.1',
  port: 0,
  controlHost: '127.0.0.1',
  controlPort: 0,
  dataFile: undefined,
  clientId: TEST_CLIENT_ID,
  clientSecret: TEST_CLIENT_SECRET,
  username: TEST_USERNAME,
  password: TEST_PASSWORD,
  tokenLifeMs: 60_000,
  users: TEST_USERS,
  openingBalances: {},
  settleMs: 50,
  behaviour: DEFAULT_BEHAVIOUR,
  seed: 1,
  onFailure: (error) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : 'unknown failure'}\n`);
  },
};

/** [I] The scope that the back office's calls want, and the one that a refresh token is given for. */
export const BACK_OFFICE_SCOPE = 'BackOffice';
export const REFRESH_SCOPE = 'offline_access';

/** [?] Longest texts, and the digits of an amount: what a .NET decimal holds. */
export const MAX_COMMENT = 500;
export const MAX_URL = 2000;
export const MAX_AMOUNT_DIGITS = 28;
export const MAX_BODY_BYTES = 100_000;

/** [?] Assets that are listed, in lower case as in the examples. */
export const ASSETS: readonly string[] = ['btc', 'eth', 'usd', 'usdt', 'usdc', 'eur', 'ltc', 'xrp'];

/** [I] Where the sequences begin: those of the examples. Transfers and transactions are counted apart. */
export const FIRST_TRANSFER_ID = 10_051;
export const FIRST_TRANSACTION_ID = 10_123;

/** [S] Of the list; its default is not stated. */
export const LARGEST_PAGE = 999;
export const DEFAULT_PAGE = 100;
/** [S] 100 by default. [?] The largest. */
export const DEFAULT_HISTORY_LIMIT = 100;
export const LARGEST_HISTORY_LIMIT = 1000;

/** [?] The fee of every transfer: none, as in the examples. */
export const FEE = '0';

/** [S] After these a transfer never changes. */
export const FINAL_STATUSES: readonly string[] = ['Completed', 'Failed', 'Canceled'];

/** [?] Callbacks that were not answered with 2xx come again after these pauses. */
export const CALLBACK_RETRY_MS: readonly number[] = [250, 1000];
