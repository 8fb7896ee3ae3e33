-- Steps of traces with the time that each took by itself, to be watched by a monitor whose segments are the steps: a view of
-- a row a span. DuckDB and PostgreSQL.
--
-- Own time is the span's less the union of its children's, each cut to the span: where children run side by side, their
-- sum would take away more than there is.
--
-- Grain:      one row per span.
-- Parameters: none
-- Columns:    span (trace and span id), event_at (when it began), logged_at, step, kind, model, own_ms, total_ms, failed;
--             input_tokens, output_tokens, cost_usd: of spans that call a model alone, since a chain repeats its children's.
CREATE VIEW llm_steps AS
WITH inside AS (
  SELECT c.trace_id, c.parent_id, greatest(c.began_us, p.began_us) AS began, least(c.ended_us, p.ended_us) AS ended
  FROM llm_span AS c JOIN llm_span AS p ON p.trace_id = c.trace_id AND p.span_id = c.parent_id
  WHERE c.ended_us > p.began_us AND c.began_us < p.ended_us AND c.ended_us > c.began_us AND c.span_id <> p.span_id
),
swept AS (
  SELECT trace_id, parent_id, began, ended, max(ended) OVER (
    PARTITION BY trace_id, parent_id ORDER BY began, ended ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS reached
  FROM inside
),
covered AS (
  SELECT trace_id, parent_id, sum(greatest(0, ended - greatest(began, coalesce(reached, began)))) AS micros
  FROM swept GROUP BY trace_id, parent_id
)
SELECT s.trace_id || '/' || s.span_id AS span, to_timestamp(s.began_us / 1000000.0) AS event_at, s.logged_at,
  s.step, s.kind, s.model,
  CAST((greatest(s.ended_us - s.began_us, 0) - coalesce(c.micros, 0)) / 1000.0 AS DOUBLE PRECISION) AS own_ms,
  CAST(greatest(s.ended_us - s.began_us, 0) / 1000.0 AS DOUBLE PRECISION) AS total_ms,
  s.error_type IS NOT NULL AS failed,
  CASE WHEN upper(s.kind) IN ('LLM', 'EMBEDDING', 'RERANKER') THEN s.input_tokens END AS input_tokens,
  CASE WHEN upper(s.kind) IN ('LLM', 'EMBEDDING', 'RERANKER') THEN s.output_tokens END AS output_tokens,
  CASE WHEN upper(s.kind) IN ('LLM', 'EMBEDDING', 'RERANKER') THEN s.cost_usd END AS cost_usd
FROM llm_span AS s
LEFT JOIN covered AS c ON c.trace_id = s.trace_id AND c.parent_id = s.span_id;
