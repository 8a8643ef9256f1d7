/**
 * What came of each comparison with a provider. A day that was closed never changes; of a discrepancy only where it stands does.
 */
export const RECONCILIATION = `
CREATE TABLE reconciliation_runs (
  provider      text NOT NULL,
  business_date date NOT NULL,
  from_at       timestamptz NOT NULL,
  to_at         timestamptz NOT NULL,
  watermark     timestamptz NOT NULL,
  coverage      text NOT NULL CHECK (coverage IN ('all', 'asked')),
  counted       integer NOT NULL CHECK (counted >= 0),
  matched       integer NOT NULL CHECK (matched BETWEEN 0 AND counted),
  waiting       integer NOT NULL CHECK (waiting >= 0),
  closed        boolean NOT NULL,
  ran_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (provider, business_date),
  CHECK (from_at < to_at AND to_at <= watermark)
);

CREATE TABLE reconciled_transactions (
  provider       text NOT NULL,
  transaction_id text NOT NULL,
  dated_on       date NOT NULL,
  business_date  date NOT NULL,
  PRIMARY KEY (provider, transaction_id)
);
CREATE INDEX reconciled_transactions_of_day ON reconciled_transactions (provider, business_date);

CREATE TABLE discrepancies (
  provider       text NOT NULL,
  discrepancy_id text NOT NULL,
  class          text NOT NULL CHECK (class IN ('feed_gap', 'missing_at_provider', 'missing_in_book', 'duplicate', 'split',
                   'currency_or_party', 'amount', 'fee', 'status', 'late', 'balance')),
  subject        text NOT NULL,
  funding_id     text,
  transaction_id text,
  sides          jsonb NOT NULL,
  dated_on       date NOT NULL,
  first_seen_on  date NOT NULL,
  last_seen_on   date NOT NULL,
  state          text NOT NULL CHECK (state IN ('open', 'answered', 'gone')),
  answer         text,
  answered_by    text,
  reason         text,
  evidence       text,
  first_seen_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_at      timestamptz,
  PRIMARY KEY (provider, discrepancy_id),
  CHECK ((state = 'open') = (closed_at IS NULL)),
  CHECK ((state = 'answered') = (answer IS NOT NULL AND answered_by IS NOT NULL AND reason IS NOT NULL))
);
CREATE INDEX discrepancies_open ON discrepancies (provider, discrepancy_id) WHERE state = 'open';

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON reconciliation_runs FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER closed BEFORE UPDATE ON reconciliation_runs FOR EACH ROW WHEN (OLD.closed) EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciled_transactions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON discrepancies FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER fixed BEFORE UPDATE OF provider, discrepancy_id, class, subject, funding_id, transaction_id, sides, dated_on,
  first_seen_on, first_seen_at ON discrepancies FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER answered BEFORE UPDATE ON discrepancies FOR EACH ROW WHEN (OLD.state = 'answered')
  EXECUTE FUNCTION refuse();
`;
