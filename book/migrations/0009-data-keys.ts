/**
 * The keys that workflows' payloads are encrypted with, each wrapped by a key that is not in the book. One is in use for a
 * workflow; destroying it makes unreadable what it encrypted, for good, and a later workflow of the same id gets another.
 */
export const DATA_KEYS = `
CREATE TABLE data_keys (
  key_id       text PRIMARY KEY,
  subject      text NOT NULL,
  provider     text,
  client_id    text,
  wrapped_by   text NOT NULL,
  wrapped_key  bytea,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  rewrapped_at timestamptz,
  destroyed_at timestamptz,
  CHECK ((provider IS NULL) = (client_id IS NULL)),
  CHECK ((destroyed_at IS NULL) = (wrapped_key IS NOT NULL))
);
CREATE UNIQUE INDEX data_keys_in_use ON data_keys (subject) WHERE destroyed_at IS NULL;
CREATE INDEX data_keys_by_wrapping ON data_keys (wrapped_by, key_id) WHERE destroyed_at IS NULL;
CREATE INDEX data_keys_of_client ON data_keys (provider, client_id) WHERE client_id IS NOT NULL;

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON data_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER fixed BEFORE UPDATE OF key_id, subject, created_at ON data_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER owned BEFORE UPDATE OF provider, client_id ON data_keys FOR EACH ROW
  WHEN (OLD.client_id IS NOT NULL) EXECUTE FUNCTION refuse();
CREATE TRIGGER gone BEFORE UPDATE ON data_keys FOR EACH ROW WHEN (OLD.destroyed_at IS NOT NULL) EXECUTE FUNCTION refuse();
`;
