-- A stored text as JSON; NULL where it is none, for one damaged row may not stop a view of all monitors. Before NUL and
-- half pairs were escaped they were written as \u0000 and \ud800, which jsonb refuses: such a one reads as U+FFFD.
CREATE OR REPLACE FUNCTION tidegauge_json(said text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN CAST(said AS jsonb);
EXCEPTION WHEN others THEN
  BEGIN
    RETURN CAST(
      regexp_replace(said, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\\ufffd', 'g') AS jsonb
    );
  EXCEPTION WHEN others THEN
    RETURN NULL;
  END;
END $$
