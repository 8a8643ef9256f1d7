/**
 * The audit tells of comparisons with providers too, in one chain a provider, and of who had a movement started.
 *
 * A day may close with ten thousand transactions: they are one entry, with the hash of all that the day has seen.
 */
export const AUDIT_OF_RECONCILIATION = `
ALTER TABLE reconciliation_runs ADD COLUMN subject text NOT NULL GENERATED ALWAYS AS ('reconciliation/' || provider) STORED;
ALTER TABLE discrepancies RENAME COLUMN subject TO about;
ALTER TABLE discrepancies ADD COLUMN subject text NOT NULL GENERATED ALWAYS AS ('reconciliation/' || provider) STORED;

CREATE VIEW reconciled_days AS
  SELECT 'reconciliation/' || provider AS subject, business_date, count(*) AS transactions,
      encode(sha256(convert_to(string_agg(transaction_id || ' ' || dated_on, E'\\n' ORDER BY transaction_id COLLATE "C"),
        'UTF8')), 'hex') AS sha256
    FROM reconciled_transactions GROUP BY provider, business_date;

CREATE FUNCTION audited_days() RETURNS trigger LANGUAGE plpgsql
  SET timezone = 'UTC' SET datestyle = 'ISO' SET search_path = book AS $$
BEGIN
  PERFORM append_audit(subject, coalesce(nullif(current_setting('gangway.actor', true), ''), session_user), 'reconcile',
      'reconciled_days', row_content(to_jsonb(reconciled_days)))
    FROM reconciled_days WHERE (subject, business_date) IN
      (SELECT DISTINCT 'reconciliation/' || provider, business_date FROM added);
  RETURN NULL;
END $$;

CREATE TRIGGER ran AFTER INSERT OR UPDATE ON reconciliation_runs FOR EACH ROW EXECUTE FUNCTION audited('compare');
CREATE TRIGGER found AFTER INSERT OR UPDATE ON discrepancies FOR EACH ROW EXECUTE FUNCTION audited('differ', 'answered_by');
CREATE TRIGGER reconciled AFTER INSERT ON reconciled_transactions REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION audited_days();

SELECT append_audit(subject, session_user, 'carry-over', of_table, row_content(whole)) FROM (
    SELECT 1 AS turn, subject, 'reconciliation_runs' AS of_table, to_jsonb(reconciliation_runs) AS whole FROM reconciliation_runs
    UNION ALL
    SELECT 2, subject, 'reconciled_days', to_jsonb(reconciled_days) FROM reconciled_days
    UNION ALL
    SELECT 3, subject, 'discrepancies', to_jsonb(discrepancies) FROM discrepancies
    ORDER BY 2, 1
  ) AS carried;

CREATE TABLE starts (
  subject      text NOT NULL,
  run_id       text NOT NULL,
  requested_by text,
  proven       boolean NOT NULL,
  started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (subject, run_id),
  CHECK (requested_by IS NOT NULL OR NOT proven)
);
CREATE TRIGGER asked AFTER INSERT ON starts FOR EACH ROW EXECUTE FUNCTION audited('ask', 'requested_by');
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON starts FOR EACH STATEMENT EXECUTE FUNCTION refuse();
`;
