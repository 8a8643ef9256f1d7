/**
 * The events that go out to partners: each is here before it is told. Nothing of one changes but whether it was delivered, or was
 * put aside.
 */
export const EVENTS_OUT = `
CREATE TABLE events_out (
  event_no     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id     text NOT NULL UNIQUE,
  subject      text NOT NULL,
  type         text NOT NULL,
  data         jsonb NOT NULL,
  happened_at  timestamptz NOT NULL,
  written_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  delivered_at timestamptz,
  put_aside_at timestamptz,
  put_aside    text,
  CHECK ((put_aside_at IS NULL) = (put_aside IS NULL))
);
CREATE INDEX events_out_of ON events_out (subject, event_no);
CREATE INDEX events_out_open ON events_out (event_no) WHERE delivered_at IS NULL AND put_aside_at IS NULL;

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON events_out FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER fixed BEFORE UPDATE OF event_id, subject, type, data, happened_at, written_at
  ON events_out FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER delivered BEFORE UPDATE ON events_out FOR EACH ROW WHEN (OLD.delivered_at IS NOT NULL)
  EXECUTE FUNCTION refuse();
`;
