-- Requests with what was retrieved for them, to be watched by a monitor: a view of a row a request. DuckDB and PostgreSQL.
--
-- Similarity sees an answer from the wrong place, never a wrong number or a "not" in it.
--
-- Grain:      one row per request.
-- Parameters: none
-- Columns:    those of llm_request; documents (how many were retrieved), best_score, score_gap (from the first to the second
--             one: small where nothing stands out), worst_score; failed (whether it ended in an error).
CREATE VIEW llm_requests AS
WITH ranked AS (
  SELECT request_id, score, row_number() OVER (PARTITION BY request_id ORDER BY score DESC, rank, document_id) AS place
  FROM llm_context WHERE score IS NOT NULL
),
retrieved AS (
  SELECT request_id, max(score) AS best_score, min(score) AS worst_score,
    max(CASE WHEN place = 1 THEN score END) - max(CASE WHEN place = 2 THEN score END) AS score_gap
  FROM ranked GROUP BY request_id
),
counted AS (
  SELECT request_id, count(*) AS documents FROM llm_context GROUP BY request_id
)
SELECT r.*, coalesce(c.documents, 0) AS documents, f.best_score, f.score_gap, f.worst_score,
  r.error_type IS NOT NULL AS failed
FROM llm_request AS r
LEFT JOIN counted AS c ON c.request_id = r.request_id
LEFT JOIN retrieved AS f ON f.request_id = r.request_id;
