/**
 * Intents, their attempts and their orders. Nothing of them is ever deleted, and what is certain of a send never changes:
 * the database itself refuses it, whoever asks.
 */
export const MOVEMENTS = `
CREATE TABLE intents (
  intent_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider     text NOT NULL,
  funding_id   text NOT NULL,
  client_id    text NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('deposit', 'withdrawal', 'conversion')),
  asset        text NOT NULL,
  amount       numeric NOT NULL,
  asked_sha256 bytea NOT NULL CHECK (octet_length(asked_sha256) = 32),
  entries      integer NOT NULL DEFAULT 1,
  outcome      text CHECK (outcome IN ('completed', 'marked-completed', 'abandoned', 'cancelled')),
  order_id     text,
  admitted_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at     timestamptz,
  UNIQUE (provider, funding_id),
  CHECK ((outcome IS NULL) = (ended_at IS NULL))
);
CREATE INDEX intents_of_client ON intents (provider, client_id, admitted_at);

CREATE TABLE attempts (
  intent_id   bigint NOT NULL REFERENCES intents,
  ref         text NOT NULL,
  send_number integer NOT NULL CHECK (send_number >= 1),
  state       text NOT NULL CHECK (state IN ('sending', 'fenced', 'applied', 'not-applied', 'unknown')),
  worker      text,
  error_code  text,
  order_id    text,
  begun_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at  timestamptz,
  PRIMARY KEY (intent_id, ref, send_number)
);

CREATE TABLE orders (
  intent_id       bigint NOT NULL REFERENCES intents,
  order_id        text NOT NULL,
  ref             text NOT NULL,
  state           text NOT NULL CHECK (state IN ('open', 'completed', 'failed', 'cancelled')),
  status          text NOT NULL,
  asset           text NOT NULL,
  amount          numeric NOT NULL,
  received_asset  text,
  received_amount numeric,
  fee             numeric,
  fee_asset       text,
  vat             numeric,
  read_sha256     bytea NOT NULL CHECK (octet_length(read_sha256) = 32),
  read_at         timestamptz NOT NULL,
  version         integer NOT NULL CHECK (version >= 1),
  PRIMARY KEY (intent_id, order_id)
);
CREATE INDEX orders_by_id ON orders (order_id);

CREATE TABLE order_reads (
  intent_id   bigint NOT NULL,
  order_id    text NOT NULL,
  version     integer NOT NULL,
  state       text NOT NULL,
  status      text NOT NULL,
  amount      numeric NOT NULL,
  fee         numeric,
  vat         numeric,
  read_sha256 bytea NOT NULL CHECK (octet_length(read_sha256) = 32),
  read_at     timestamptz NOT NULL,
  PRIMARY KEY (intent_id, order_id, version),
  FOREIGN KEY (intent_id, order_id) REFERENCES orders
);

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the book keeps what is in it: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'GW001';
END $$;

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON intents FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON order_reads FOR EACH STATEMENT EXECUTE FUNCTION refuse();

CREATE TRIGGER fixed BEFORE UPDATE OF provider, funding_id, client_id, kind, asset, amount, asked_sha256, admitted_at
  ON intents FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER ended BEFORE UPDATE OF outcome, order_id, ended_at ON intents FOR EACH ROW
  WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION refuse();
CREATE TRIGGER certain BEFORE UPDATE ON attempts FOR EACH ROW
  WHEN (OLD.state IN ('fenced', 'applied', 'not-applied')) EXECUTE FUNCTION refuse();
`;
