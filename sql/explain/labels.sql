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
  FROM {{ label_table }} WHERE {{ own }}{% if due %} AND {{ arrived }} <= {{ due }}{% endif %}

),
tidegauge_labelled AS (
  SELECT l.x, l.cell, l.mine, truth.label,
    row_number() OVER (PARTITION BY l.id ORDER BY truth.arrived DESC, truth.label, l.x, l.micros{% for s in segments %}, l.s{{ loop.index0 }}{% endfor %}) AS newest
  FROM tidegauge_log AS l JOIN tidegauge_truth AS truth ON truth.id = l.id
),
{% if far %}
tidegauge_errors AS (
  SELECT count(*) AS n, avg(e) * {{ far }} AS error, avg(abs(e)) * {{ far }} AS absolute, avg(e * e) AS squared,
    sqrt(avg(e * e)) * {{ far }} AS deviation, avg(y * y) - avg(y) * avg(y) AS varying,
    avg(CASE WHEN abs(label) > 0 AND abs(label - x) < abs(label) * 1048576 THEN abs(label - x) / abs(label) END) AS relative
  FROM (
    SELECT label, x, CASE WHEN abs({{ d.times('(label - x)', part) }}) < {{ tiny }} THEN 0 ELSE {{ d.times('(label - x)', part) }} END AS e,
      CASE WHEN abs({{ d.times('(label - ' ~ label_start ~ ')', part) }}) < {{ tiny }} THEN 0 ELSE {{ d.times('(label - ' ~ label_start ~ ')', part) }} END AS y
    FROM tidegauge_labelled
    WHERE newest = 1 AND mine = 1 AND label > {{ label_start }} - {{ far }} AND label < {{ label_start }} + {{ far }}
      AND x > {{ label_start }} - 2 * {{ far }} AND x < {{ label_start }} + 2 * {{ far }}
  ) AS near
  WHERE e > -1 AND e < 1
)
SELECT n, {{ number }} AS {{ name }} FROM tidegauge_errors
{% else %}
tidegauge_cells AS (
  SELECT cell, {{ d.real('sum(mine)') }} AS n, sum(mine * label) AS label, sum(mine * prediction) AS prediction,
    {{ d.real('count(*)') }} AS all_n, sum(label) AS all_label, sum(prediction) AS all_prediction,
    sum(CASE WHEN label = 0 OR label = 1 THEN 0 ELSE 1 END) AS others,
    {{ d.real('sum(mine * up)') }} AS yes, sum(mine * up * label) AS hits
  FROM (
    SELECT cell, mine, label, CASE WHEN x >= {{ threshold }} THEN 1 ELSE 0 END AS up, CASE WHEN x >= {{ lowest }} AND x < {{ highest }} THEN x ELSE {{ start }} END AS prediction
    FROM tidegauge_labelled WHERE newest = 1 AND cell IS NOT NULL
  ) AS plain
  GROUP BY cell
),
tidegauge_line AS (
  SELECT n, label, prediction, all_n, all_label, all_prediction, others, yes, hits,
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
{% endif %}
