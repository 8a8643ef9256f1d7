/**
 * What people decided, the clients and their documents, batches and worker starts: each row names what it is about by its
 * workflow id (`subject`), and is in that subject's chain. Nothing personal: ids, states, hashes, and words that people gave.
 */
export const PEOPLE = `
CREATE TABLE decisions (
  subject    text NOT NULL,
  update_id  text NOT NULL,
  decision   text NOT NULL,
  action     text,
  question   text,
  decided_by text NOT NULL,
  reason     text NOT NULL,
  evidence   text,
  authority  text NOT NULL,
  refused    text,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (subject, update_id)
);

CREATE TABLE clients (
  subject            text PRIMARY KEY,
  provider           text NOT NULL,
  client_id          text NOT NULL,
  provider_client_id text,
  status             text,
  verified           boolean NOT NULL DEFAULT false,
  active             boolean NOT NULL DEFAULT false,
  rejected           boolean NOT NULL DEFAULT false,
  version            integer NOT NULL DEFAULT 1,
  begun_at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  read_at            timestamptz NOT NULL,
  UNIQUE (provider, client_id)
);

CREATE TABLE documents (
  subject              text NOT NULL,
  type                 text NOT NULL,
  provider_document_id text NOT NULL,
  sha256               text NOT NULL,
  how                  text NOT NULL CHECK (how IN ('uploaded', 'found')),
  filed_at             timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (subject, type, provider_document_id, sha256)
);

CREATE TABLE batches (
  subject     text PRIMARY KEY,
  provider    text NOT NULL,
  batch_id    text NOT NULL,
  file_sha256 text NOT NULL,
  row_count   integer NOT NULL,
  begun_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE batch_rows (
  subject     text NOT NULL,
  line        integer NOT NULL,
  id          text NOT NULL,
  flow        text NOT NULL,
  outcome     text NOT NULL,
  code        text,
  version     integer NOT NULL DEFAULT 1,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (subject, line)
);
CREATE INDEX batch_rows_of ON batch_rows (flow);

CREATE TABLE worker_starts (
  subject       text NOT NULL DEFAULT 'workers' CHECK (subject = 'workers'),
  start_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  worker        text NOT NULL,
  providers     text NOT NULL,
  policy        text NOT NULL,
  policy_sha256 text,
  settings      text NOT NULL,
  started_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TRIGGER decided AFTER INSERT ON decisions FOR EACH ROW WHEN (NEW.refused IS NULL)
  EXECUTE FUNCTION audited('decide', 'decided_by');
CREATE TRIGGER denied AFTER INSERT ON decisions FOR EACH ROW WHEN (NEW.refused IS NOT NULL)
  EXECUTE FUNCTION audited('refuse', 'decided_by');
CREATE TRIGGER known AFTER INSERT OR UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION audited('client');
CREATE TRIGGER filed AFTER INSERT ON documents FOR EACH ROW EXECUTE FUNCTION audited('file');
CREATE TRIGGER begun AFTER INSERT ON batches FOR EACH ROW EXECUTE FUNCTION audited('batch');
CREATE TRIGGER ran AFTER INSERT OR UPDATE ON batch_rows FOR EACH ROW EXECUTE FUNCTION audited('row');
CREATE TRIGGER started AFTER INSERT ON worker_starts FOR EACH ROW EXECUTE FUNCTION audited('start', 'worker');

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON clients FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON documents FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON batches FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON batch_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON worker_starts FOR EACH STATEMENT EXECUTE FUNCTION refuse();
`;
