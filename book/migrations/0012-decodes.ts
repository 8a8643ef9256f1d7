/**
 * Who has read payloads through the codec server, or tried to. One chain of the audit a day: a chain is held in memory while it is
 * proved, and a page of Temporal's UI makes dozens of entries.
 */
export const DECODES = `
CREATE TABLE decodes (
  decode_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject           text NOT NULL DEFAULT 'decodes/' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD')
    CHECK (subject ~ '^decodes/[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  reader            text,
  workflows         text[] NOT NULL,
  refused_workflows text[] NOT NULL,
  payloads          integer NOT NULL,
  decoded           integer NOT NULL,
  refused           jsonb NOT NULL,
  asked_at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX decodes_of_workflow ON decodes USING gin (workflows);

CREATE TRIGGER decoded AFTER INSERT ON decodes FOR EACH ROW EXECUTE FUNCTION audited('decode', 'reader');
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON decodes FOR EACH STATEMENT EXECUTE FUNCTION refuse();
`;
