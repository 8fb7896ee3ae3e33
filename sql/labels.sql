-- Labels by the cell of their prediction, joined to the log by row id; of several labels of a row the latest counts,
-- and of several rows of one id always the same one.
-- grain:      window × segment × prediction cell, of classes pair of predicted and true class
-- A label that is NaN or infinite, or neither 0 nor 1 where these are the labels, is none: a row that has no other one is
-- counted apart, in the cell -1.
-- parameters: since, until (time range); lookup_0 (grid step → cell); due (per window: labels that had arrived by then);
--             first (per window: when they were due for the first time), where it is asked by which cut-off rows had a label
-- columns:    window_index, segment (-1 = the whole; -2 = rows by when their first label came), code (cell; of -2 the place
--             of the cut-off, see label_arrivals.sql), n (labelled rows), label (exact sum of labels, in their
--             unit), part (exact sum of predictions), truth (of 0 and 1: rows whose label is one of them; of numbers: rows
--             whose label lies above their prediction; of classes: rows that are right), and what the task adds up over rows,
--             in whole numbers: added_0, …
-- Codes from -2 down count the rows of the whole a second time: of classes, by cells of each class's score.
{% import 'cells.sql' as cells %}
WITH tidegauge_log AS (
{{ cells.source_rows(q) }}
),
tidegauge_truth AS (
  SELECT {{ label.id }} AS id, {{ label.shown }} AS label, {{ label.arrived or '0' }} AS arrived
  FROM {{ label.table }} WHERE {{ label.value }} IS NOT NULL
),
tidegauge_labelled AS (
  SELECT tidegauge_log.window_index{% if not task.code %}, {{ cells.code(c, d) }} AS code, {{ cells.part(c) }} AS part{% endif %}, truth.label
    {%- for s in q.segments %}, tidegauge_log.{{ s.x }}{% endfor %}
    {%- for s in q.columns[1:] %}, tidegauge_log.{{ s.x }}{% endfor %},
    {%+ if label.place %}min(CASE WHEN {{ label.real }} THEN truth.arrived END) OVER (PARTITION BY tidegauge_log.id, tidegauge_log.window_index) AS came, {% endif %}tidegauge_log.{{ c.x }} AS prediction,
    row_number() OVER (PARTITION BY tidegauge_log.id, tidegauge_log.window_index ORDER BY
      {{ task.order.first }}truth.arrived DESC, {{ task.order.label }},
      {{ task.order.prediction }}, tidegauge_log.micros{% for s in q.segments %}, tidegauge_log.{{ s.x }}{% endfor %}) AS newest
  FROM tidegauge_log JOIN tidegauge_truth AS truth ON truth.id = tidegauge_log.id
  {% if label.arrived %}WHERE truth.arrived <= {{ d.at(d.wholes(due, 'BIGINT'), 'CAST(tidegauge_log.window_index AS INTEGER)') }}{% endif %}

),
{% for step in task.steps %}
{{ 'tidegauge_step_%d' % loop.index }} AS (
  SELECT *{% for name, sql in step.items() %},
    {{ sql }} AS {{ name }}{% endfor %}

  FROM {{ 'tidegauge_step_%d' % (loop.index - 1) if loop.index > 1 else 'tidegauge_labelled' }}{{ d.apart if task.apart }}
),
{% endfor %}
tidegauge_counted AS (
  SELECT window_index, {% if task.code %}{{ task.code }} AS code, 0 AS part, 0 AS label,{% else %}CASE WHEN {{ task.own }} THEN code ELSE -1 END AS code,
    CASE WHEN {{ task.own }} THEN part ELSE 0 END AS part,
    CASE WHEN {{ task.own }} THEN CAST(floor({{ d.times('(greatest(least(label, ' ~ unit.highest ~ '), ' ~ unit.lowest ~ ') - ' ~ unit.start ~ ')', unit.scale) }}) AS BIGINT) ELSE 0 END AS label,{% endif %}{{ '' }}
    CASE WHEN {{ task.truth }} THEN 1 ELSE 0 END AS truth
    {%- if label.place %}, {{ label.place }} AS place{% endif %}
    {%- for s in q.segments %}, {{ s.x }}{% endfor %}
    {%- for sum in task.sums %},
    {{ sum }} AS added_{{ loop.index0 }}{% endfor %}
    {%- for plane in task.planes %},
    {{ plane.code }}, CASE WHEN {{ plane.truth }} THEN 1 ELSE 0 END AS truth_{{ loop.index0 }}{% endfor %}

  FROM {{ 'tidegauge_step_%d' % (task.steps | length) if task.steps else 'tidegauge_labelled' }} WHERE newest = 1
)
SELECT window_index, -1 AS segment, code, count(*) AS n, CAST(sum(label) AS BIGINT) AS label,
  CAST(coalesce(sum(part), 0) AS BIGINT) AS part, CAST(sum(truth) AS BIGINT) AS truth
  {%- for sum in task.sums %}, CAST(coalesce(sum(added_{{ loop.index0 }}), 0) AS BIGINT) AS added_{{ loop.index0 }}{% endfor %}

FROM tidegauge_counted GROUP BY 1, 3
{% for plane in task.planes %}
UNION ALL
SELECT window_index, -1, {{ plane.code }}, count(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(sum(truth_{{ loop.index0 }}) AS BIGINT)
  {%- for sum in task.sums %}, CAST(0 AS BIGINT){% endfor %}

FROM tidegauge_counted WHERE {{ plane.code }} IS NOT NULL GROUP BY 1, 3
{% endfor %}
{% for s in q.segments %}
UNION ALL
SELECT window_index, {{ s.base }} + coalesce(CAST(k.rank AS INTEGER) - 1, {{ s.listed }}), code, count(*), CAST(sum(label) AS BIGINT),
  CAST(coalesce(sum(part), 0) AS BIGINT), CAST(sum(truth) AS BIGINT)
  {%- for sum in task.sums %}, CAST(coalesce(sum(added_{{ loop.index0 }}), 0) AS BIGINT){% endfor %}

FROM tidegauge_counted LEFT JOIN {{ d.ranked(d.texts(s.vocabulary), 'k') }} ON k.value = tidegauge_counted.{{ s.x }}
GROUP BY 1, 2, 3
{% endfor %}{% if label.place %}
UNION ALL
SELECT window_index, -2, place, count(*), CAST(sum(label) AS BIGINT), 0, 0
  {%- for sum in task.sums %}, 0{% endfor %}

FROM tidegauge_counted WHERE code <> -1 GROUP BY 1, 3
{% endif %}
