/**
 * What the limits of the policy said of each intent that they were asked about: once, and for ever, unless it was taken back.
 * What counts is found by who moves it and when it ended, whatever case an id is written in.
 */
export const LIMITS = `
CREATE TABLE verdicts (
  intent_id        bigint PRIMARY KEY REFERENCES intents,
  verdict          text NOT NULL CHECK (verdict IN ('within', 'asked', 'refused', 'withdrawn')),
  approvers        integer CHECK (approvers >= 1),
  expires_after_ms bigint CHECK (expires_after_ms >= 1),
  within           text,
  from_sum         numeric,
  from_number      integer,
  counted_sum      numeric,
  counted_number   integer,
  judged_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((verdict = 'asked') = (approvers IS NOT NULL AND expires_after_ms IS NOT NULL)),
  CHECK ((verdict IN ('asked', 'refused')) = (within IS NOT NULL AND num_nonnulls(from_sum, from_number) = 1
    AND counted_sum IS NOT NULL AND counted_number IS NOT NULL))
);
CREATE INDEX intents_that_count ON intents (provider, lower(client_id), ended_at);

CREATE TRIGGER judged AFTER INSERT OR UPDATE ON verdicts FOR EACH ROW EXECUTE FUNCTION audited('judge');
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON verdicts FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER fixed BEFORE UPDATE ON verdicts FOR EACH ROW
  WHEN (OLD.verdict <> 'withdrawn' AND NEW.verdict <> 'withdrawn' OR OLD.intent_id <> NEW.intent_id) EXECUTE FUNCTION refuse();
`;
