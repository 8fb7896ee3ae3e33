-- Verdicts of one name as late labels of requests, 0 and 1: a view to stand in `labels.table`. DuckDB and PostgreSQL.
--
-- A judge's verdicts are its share of bad answers and no rate: it errs. Name HUMAN, and they are people's.
--
-- Grain:      one row per verdict; of several of a request the latest that had arrived counts.
-- Parameters: name            which, default feedback
--             who             annotator_kind, default HUMAN
--             good            words for 1; any other word that is there is 0
-- Columns:    request_id, label, arrived_at.
CREATE VIEW llm_verdicts AS
SELECT request_id, arrived_at,
  CASE WHEN lower(label) IN (
    {%- for word in good | default(["1", "true", "yes", "up", "good", "positive", "thumbs_up"]) %}{{ "'" ~ word | replace("'", "''") ~ "'" }}{% if not loop.last %}, {% endif %}{% endfor -%}
  ) THEN 1 ELSE 0 END AS label
FROM llm_evaluation
WHERE name = '{{ name | default("feedback") | replace("'", "''") }}' AND annotator_kind = '{{ who | default("HUMAN") | replace("'", "''") }}' AND label IS NOT NULL;
