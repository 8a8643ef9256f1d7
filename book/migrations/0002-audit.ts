/**
 * The audit: each change to a row of the book is an entry in the chain of what it is about, written by the database itself in
 * the transaction of the change, so that nothing can be written without one. An entry's hash is over the entry before it:
 * `auditEntrySha256` (../canonical.ts) says over which bytes, and this makes the same ones.
 *
 * Its functions name the schema: a search path of their own would cost each entry as much again.
 */
export const AUDIT = `
CREATE TABLE chains (
  chain_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject     text NOT NULL UNIQUE CHECK (subject !~ '[[:cntrl:]]'),
  entries     integer NOT NULL DEFAULT 0,
  head_sha256 bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(head_sha256) = 32)
);

CREATE TABLE audit (
  chain_id bigint NOT NULL REFERENCES chains,
  entry    integer NOT NULL CHECK (entry >= 1),
  at       timestamptz NOT NULL,
  actor    text NOT NULL,
  action   text NOT NULL,
  of_table text NOT NULL,
  content  text NOT NULL,
  sha256   bytea NOT NULL CHECK (octet_length(sha256) = 32),
  PRIMARY KEY (chain_id, entry)
);
CREATE INDEX audit_by_time ON audit USING brin (at);

CREATE FUNCTION append_audit(about text, who text, done text, of_table text, content text) RETURNS void
  LANGUAGE plpgsql AS $$
DECLARE
  chain book.chains;
  doer text := translate(who, E'\\n\\r', '  ');
  moment timestamptz;
  hash bytea;
BEGIN
  LOOP
    SELECT * INTO chain FROM book.chains WHERE subject = about FOR UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO book.chains (subject) VALUES (about) ON CONFLICT DO NOTHING;
  END LOOP;
  moment := clock_timestamp();
  hash := sha256(chain.head_sha256 || convert_to(
    about || E'\\n' || chain.entries + 1 || E'\\n'
      || to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n'
      || doer || E'\\n' || done || E'\\n' || of_table || E'\\n' || content,
    'UTF8'));
  INSERT INTO book.audit VALUES (chain.chain_id, chain.entries + 1, moment, doer, done, of_table, content, hash);
  UPDATE book.chains SET entries = chain.entries + 1, head_sha256 = hash WHERE chain_id = chain.chain_id;
END $$;

CREATE FUNCTION row_content(whole jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_object_agg(key, value)::text FROM jsonb_each_text(whole - 'entries')
$$;

CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql
  SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE
  whole jsonb := to_jsonb(NEW);
  about text := whole ->> 'subject';
  who text := nullif(whole ->> TG_ARGV[1], '');
BEGIN
  IF about IS NULL THEN
    SELECT 'funding/' || provider || '/' || funding_id INTO STRICT about
      FROM book.intents WHERE intent_id = (whole ->> 'intent_id')::bigint;
  END IF;
  who := coalesce(who, nullif(current_setting('gangway.actor', true), ''), session_user);
  PERFORM book.append_audit(about, who, TG_ARGV[0], TG_TABLE_NAME, book.row_content(whole));
  RETURN NULL;
END $$;

CREATE TRIGGER admitted AFTER INSERT ON intents FOR EACH ROW EXECUTE FUNCTION audited('admit');
CREATE TRIGGER ended_now AFTER UPDATE OF outcome ON intents FOR EACH ROW EXECUTE FUNCTION audited('end');
CREATE TRIGGER begun AFTER INSERT ON attempts FOR EACH ROW WHEN (NEW.state <> 'fenced')
  EXECUTE FUNCTION audited('begin', 'worker');
CREATE TRIGGER fenced AFTER INSERT ON attempts FOR EACH ROW WHEN (NEW.state = 'fenced') EXECUTE FUNCTION audited('fence');
CREATE TRIGGER settled AFTER UPDATE ON attempts FOR EACH ROW EXECUTE FUNCTION audited('settle');
CREATE TRIGGER seen AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audited('see');

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON chains FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER fixed BEFORE UPDATE OF chain_id, subject ON chains FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER forward BEFORE UPDATE ON chains FOR EACH ROW
  WHEN (NEW.entries <> OLD.entries + 1) EXECUTE FUNCTION refuse();

SELECT append_audit('funding/' || provider || '/' || funding_id, session_user, 'carry-over', of_table, row_content(whole))
  FROM (
    SELECT 1 AS turn, 'intents' AS of_table, intent_id, provider, funding_id, to_jsonb(intents) AS whole FROM intents
    UNION ALL
    SELECT 2, 'attempts', intent_id, provider, funding_id, to_jsonb(attempts)
      FROM attempts JOIN intents USING (intent_id)
    UNION ALL
    SELECT 3, 'orders', intent_id, provider, funding_id, to_jsonb(orders) FROM orders JOIN intents USING (intent_id)
    UNION ALL
    SELECT 4, 'order_reads', intent_id, provider, funding_id, to_jsonb(order_reads)
      FROM order_reads JOIN intents USING (intent_id)
    ORDER BY 3, 1
  ) AS carried;
`;
