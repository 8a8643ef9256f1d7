/**
 * Finding a client by e-mail, phone or paper without anybody being able to read one: the book has keyed hashes alone, and the key is
 * not in it. Who asked is in the audit, and what was asked for is not.
 */
export const BLIND_INDEX = `
CREATE TABLE blind_indexes (
  provider    text NOT NULL,
  client_id   text NOT NULL,
  field       text NOT NULL CHECK (field IN ('email', 'phone', 'government-id')),
  key_version text NOT NULL,
  digest      bytea NOT NULL CHECK (octet_length(digest) = 32),
  written_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (provider, client_id, field)
);
CREATE INDEX blind_indexes_by_digest ON blind_indexes (field, digest);

CREATE TABLE askings (
  subject   text NOT NULL DEFAULT 'find' CHECK (subject = 'find'),
  asking_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  asked_by  text NOT NULL,
  field     text NOT NULL,
  refused   boolean NOT NULL,
  found     text[] NOT NULL,
  asked_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX askings_of ON askings (asked_by, asked_at) WHERE NOT refused;
CREATE TRIGGER found AFTER INSERT ON askings FOR EACH ROW EXECUTE FUNCTION audited('find', 'asked_by');
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON askings FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE TRUNCATE ON blind_indexes FOR EACH STATEMENT EXECUTE FUNCTION refuse();
`;
