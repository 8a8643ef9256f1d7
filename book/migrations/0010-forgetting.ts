/**
 * What a client who is forgotten leaves behind (docs/adr/0023). Words of people and handles of documents stand beside the rows and
 * the audit that tell of them: both hold a mark instead, which is made with a secret of the subject. Once secret and words are
 * gone, nobody can say what a mark stood for, and every hash is as it was. The hash of what was asked is made with the secret too:
 * where the money goes has few digits, and whoever has a guess could try it.
 */
export const FORGETTING = `
CREATE TABLE particular_secrets (
  subject text PRIMARY KEY,
  secret  bytea NOT NULL CHECK (octet_length(secret) = 32)
);
CREATE TABLE particulars (
  subject text NOT NULL REFERENCES particular_secrets,
  mark    text NOT NULL,
  told    text NOT NULL,
  PRIMARY KEY (subject, mark)
);
CREATE INDEX particulars_by_mark ON particulars (mark);

CREATE FUNCTION mark_of(secret bytea, told text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT 'mark:' || encode(sha256(secret || sha256(convert_to(told, 'UTF8'))), 'hex')
$$;

CREATE FUNCTION secret_of(about text) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
  own bytea;
BEGIN
  LOOP
    SELECT secret INTO own FROM book.particular_secrets WHERE subject = about FOR KEY SHARE;
    EXIT WHEN FOUND;
    INSERT INTO book.particular_secrets
      VALUES (about, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')) ON CONFLICT DO NOTHING;
  END LOOP;
  RETURN own;
END $$;

CREATE FUNCTION put_beside(about text, told text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  mark text;
BEGIN
  IF told IS NULL THEN RETURN NULL; END IF;
  mark := book.mark_of(book.secret_of(about), told);
  INSERT INTO book.particulars VALUES (about, mark, told) ON CONFLICT DO NOTHING;
  RETURN mark;
END $$;

CREATE FUNCTION told_beside(about text, value text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN value LIKE 'mark:%'
    THEN (SELECT told FROM book.particulars WHERE subject = about AND mark = value) ELSE value END
$$;

CREATE FUNCTION words_of_discrepancy(of_provider text, of_funding_id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce('funding/' || of_provider || '/' || of_funding_id, 'reconciliation/' || of_provider)
$$;

CREATE FUNCTION beside_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.reason := book.put_beside(NEW.subject, NEW.reason);
  NEW.evidence := book.put_beside(NEW.subject, NEW.evidence);
  RETURN NEW;
END $$;
CREATE FUNCTION beside_documents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.provider_document_id := book.put_beside(NEW.subject, NEW.provider_document_id);
  NEW.sha256 := book.put_beside(NEW.subject, NEW.sha256);
  RETURN NEW;
END $$;
CREATE FUNCTION beside_discrepancies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  about text := book.words_of_discrepancy(NEW.provider, NEW.funding_id);
BEGIN
  IF TG_OP = 'INSERT' OR NEW.reason IS DISTINCT FROM OLD.reason THEN
    NEW.reason := book.put_beside(about, NEW.reason);
  END IF;
  IF TG_OP = 'INSERT' OR NEW.evidence IS DISTINCT FROM OLD.evidence THEN
    NEW.evidence := book.put_beside(about, NEW.evidence);
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION blinded_asked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.asked_sha256 := sha256(book.secret_of('funding/' || NEW.provider || '/' || NEW.funding_id) || NEW.asked_sha256);
  RETURN NEW;
END $$;
CREATE TRIGGER asked_blinded BEFORE INSERT ON intents FOR EACH ROW EXECUTE FUNCTION blinded_asked();

CREATE TRIGGER words_beside BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION beside_decisions();
CREATE TRIGGER words_beside BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION beside_documents();
CREATE TRIGGER words_beside BEFORE INSERT OR UPDATE ON discrepancies FOR EACH ROW EXECUTE FUNCTION beside_discrepancies();

CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON particular_secrets FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON particulars FOR EACH STATEMENT EXECUTE FUNCTION refuse();

CREATE TABLE erasures (
  erasure_id    text PRIMARY KEY,
  subject       text NOT NULL,
  provider      text NOT NULL,
  client_id     text NOT NULL,
  erased_by     text NOT NULL,
  reason        text NOT NULL,
  data_keys     text[] NOT NULL,
  cancelled     text[] NOT NULL,
  batches       text[] NOT NULL,
  documents     integer NOT NULL,
  words         integer NOT NULL,
  words_kept    integer NOT NULL,
  blind_indexes integer NOT NULL,
  in_clear      integer NOT NULL,
  erased_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX erasures_of_client ON erasures (provider, client_id, erased_at);

CREATE TABLE erased_subjects (
  erasure_id text NOT NULL REFERENCES erasures,
  subject    text NOT NULL,
  erased_by  text NOT NULL,
  marks      text[] NOT NULL,
  PRIMARY KEY (subject, erasure_id)
);
CREATE TRIGGER erased AFTER INSERT ON erasures FOR EACH ROW EXECUTE FUNCTION audited('erase', 'erased_by');
CREATE TRIGGER forgot AFTER INSERT ON erased_subjects FOR EACH ROW EXECUTE FUNCTION audited('forget', 'erased_by');
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON erasures FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON erased_subjects FOR EACH STATEMENT EXECUTE FUNCTION refuse();

CREATE TABLE data_key_destructions (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  number   bigint NOT NULL DEFAULT 0
);
INSERT INTO data_key_destructions DEFAULT VALUES;
CREATE FUNCTION count_destructions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE book.data_key_destructions SET number = number + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER destroyed AFTER UPDATE OF destroyed_at ON data_keys FOR EACH STATEMENT EXECUTE FUNCTION count_destructions();
`;
