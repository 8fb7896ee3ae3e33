-- Which labels of a run of windows have come by when: another number or mark, and the window is counted again.
-- grain:      window × place of the cut-off (-1: when the window's labels were due; else the window of the grid that the
--             label arrived in, less the wait)
-- parameters: since, until (time range); due (per window: when its labels were due); known (nothing counts that came later)
-- columns:    window_index, place, n (labels), mark (a sum of hashes; equal on one engine only, and in one version of it)
{% import 'cells.sql' as cells %}
WITH tidegauge_log AS (
{{ cells.source_rows(q) }}
),
tidegauge_truth AS (
  SELECT {{ label.id }} AS id, {{ label.shown }} AS label, {{ label.arrived or '0' }} AS arrived
  FROM {{ label.table }} WHERE {{ label.value }} IS NOT NULL
),
tidegauge_arrived AS (
  SELECT tidegauge_log.window_index, truth.id, truth.label, truth.arrived, {{ place }} AS place
  FROM tidegauge_log JOIN tidegauge_truth AS truth ON truth.id = tidegauge_log.id
  {% if label.arrived %}WHERE truth.arrived <= {{ known }}{% endif %}

)
SELECT window_index, place, count(*) AS n, CAST(sum({{ d.row_hash(['id', 'label', 'arrived']) }}) AS BIGINT) AS mark
FROM tidegauge_arrived GROUP BY 1, 2
