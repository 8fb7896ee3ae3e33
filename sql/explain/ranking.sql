-- {{ head }}
-- grain:      one row
-- parameters: none
-- columns:    n (queries with a relevant row), {{ name }}
WITH tidegauge_log AS (
  SELECT {{ id }} AS id, {{ x }} AS x, {{ query }} AS query, {{ micros }} AS micros, CASE WHEN {{ segment }} THEN 1 ELSE 0 END AS mine
    {%- for s in segments %}, {{ s }} AS s{{ loop.index0 }}{% endfor %}

  FROM {{ table }} WHERE {{ window }}
),
tidegauge_truth AS (
  SELECT {{ label_id }} AS id, {{ label }} AS label, {{ arrived }} AS arrived
  FROM {{ label_table }} WHERE {{ own }}{% if due %} AND {{ arrived }} <= {{ due }}{% endif %}

),
tidegauge_labelled AS (
  SELECT l.*, truth.label,
    row_number() OVER (PARTITION BY l.id ORDER BY truth.arrived DESC, truth.label, l.x, l.micros{% for s in segments %}, l.s{{ loop.index0 }}{% endfor %}) AS newest
  FROM tidegauge_log AS l JOIN tidegauge_truth AS truth ON truth.id = l.id
),
tidegauge_discounts AS (
  {% for added in discounts %}
  {% if not loop.first %}UNION ALL {% endif %}SELECT {{ loop.index0 }} AS place, {{ added }} AS added
  {% endfor %}
),
tidegauge_ranked AS (
  SELECT query, label, mine,
    rank() OVER (PARTITION BY query ORDER BY x DESC) - 1 AS above,
    count(*) OVER (PARTITION BY query, x) AS alike,
    row_number() OVER (PARTITION BY query ORDER BY label DESC) AS best,
    row_number() OVER (PARTITION BY query ORDER BY x DESC, {{ d.digest(d.as_text('id')) }}) AS place
  FROM tidegauge_labelled WHERE newest = 1 AND {{ d.is_finite('x') }} AND query IS NOT NULL
),
tidegauge_rows AS (
  SELECT r.*, label * (last.added - first.added) / alike AS gain, label * (own.added - before.added) AS ideal,
    sum(CASE WHEN label > 0 THEN 1 ELSE 0 END) OVER (PARTITION BY query ORDER BY r.place ROWS UNBOUNDED PRECEDING) AS found
  FROM tidegauge_ranked AS r
  JOIN tidegauge_discounts AS first ON first.place = least(above, {{ top }})
  JOIN tidegauge_discounts AS last ON last.place = least(above + alike, {{ top }})
  JOIN tidegauge_discounts AS before ON before.place = least(best - 1, {{ top }})
  JOIN tidegauge_discounts AS own ON own.place = least(best, {{ top }})
),
tidegauge_queries AS (
  SELECT query, max(CASE WHEN place = 1 THEN mine ELSE 0 END) AS mine, sum(gain) / sum(ideal) AS gain,
    sum(CASE WHEN label > 0 AND place <= {{ top }} THEN {{ d.real('found') }} / place ELSE 0 END) / least(sum(CASE WHEN label > 0 THEN 1 ELSE 0 END), {{ top }}) AS average,
    coalesce({{ d.real('1') }} / min(CASE WHEN label > 0 AND place <= {{ top }} THEN place END), 0) AS reciprocal,
    max(CASE WHEN label > 0 AND place <= {{ top }} THEN 1.0 ELSE 0.0 END) AS hit
  FROM tidegauge_rows GROUP BY query HAVING sum(label) > 0
)
SELECT count(*) AS n, avg({{ number }}) AS {{ name }} FROM tidegauge_queries WHERE mine = 1
