-- {{ head }}
-- grain:      one row
-- parameters: none
-- columns:    n (labelled rows with a finite prediction), {{ name }}
WITH tidegauge_log AS (
  SELECT {{ id }} AS id, {{ x }} AS x, {{ micros }} AS micros, {{ cell }} AS cell, CASE WHEN {{ segment }} THEN 1 ELSE 0 END AS mine{% for s in segments %}, {{ s }} AS s{{ loop.index0 }}{% endfor %}

  FROM {{ table }} WHERE {{ window }}
),
tidegauge_truth AS (
  SELECT {{ label_id }} AS id, {{ label }} AS label, {{ arrived }} AS arrived
  FROM {{ label_table }} WHERE {{ d.is_finite(label) }}{% if due %} AND {{ arrived }} <= {{ due }}{% endif %}

),
tidegauge_labelled AS (
  SELECT l.x, l.cell, l.mine, truth.label,
    row_number() OVER (PARTITION BY l.id ORDER BY truth.arrived DESC, truth.label, l.x, l.micros{% for s in segments %}, l.s{{ loop.index0 }}{% endfor %}) AS newest
  FROM tidegauge_log AS l JOIN tidegauge_truth AS truth ON truth.id = l.id
),
tidegauge_cells AS (
  SELECT cell, {{ d.real('sum(mine)') }} AS n, sum(mine * label) AS label, sum(mine * prediction) AS prediction,
    {{ d.real('count(*)') }} AS all_n, sum(label) AS all_label, sum(prediction) AS all_prediction,
    sum(CASE WHEN label = 0 OR label = 1 THEN 0 ELSE 1 END) AS others
  FROM (
    SELECT cell, mine, label, CASE WHEN x >= {{ lowest }} AND x < {{ highest }} THEN x ELSE {{ start }} END AS prediction
    FROM tidegauge_labelled WHERE newest = 1 AND cell IS NOT NULL
  ) AS plain
  GROUP BY cell
),
tidegauge_line AS (
  SELECT n, label, prediction, all_n, all_label, all_prediction, others,
    sum(n - label) OVER (ORDER BY cell ROWS UNBOUNDED PRECEDING) - (n - label) AS below,
    sum(n) OVER (ORDER BY cell ROWS UNBOUNDED PRECEDING) - n / 2 AS middle,
    sum(n) OVER () AS rows_, sum(label) OVER () AS ones_, sum(label - prediction) OVER () AS bias
  FROM tidegauge_cells
)
{% if group %}
, tidegauge_grouped AS (
  SELECT sum(n) AS n, sum(label) AS label, sum(prediction) AS prediction, max(rows_) AS rows_, max(ones_) AS ones_, max(bias) AS bias
  FROM tidegauge_line WHERE n > 0 GROUP BY {{ group }}
)
SELECT CAST(sum(n) AS BIGINT) AS n, {{ number }} AS {{ name }} FROM tidegauge_grouped
{% else %}
SELECT CAST(sum(n) AS BIGINT) AS n, {{ number }} AS {{ name }} FROM tidegauge_line
{% endif %}
