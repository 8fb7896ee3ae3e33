-- {{ head }}
-- grain:      one row
-- parameters: none
-- columns:    n (labelled rows that have a value), {{ name }}
WITH tidegauge_log AS (
  SELECT {{ id }} AS id, {{ x }} AS prediction, {{ micros }} AS micros, CASE WHEN {{ segment }} THEN 1 ELSE 0 END AS mine
    {%- for s in segments %}, {{ s }} AS s{{ loop.index0 }}{% endfor %}
    {%- for name, source in columns.items() %}, {{ source }} AS {{ name }}{% endfor %}

  FROM {{ table }} WHERE {{ window }}
),
tidegauge_truth AS (
  SELECT {{ label_id }} AS id, {{ label }} AS label, {{ arrived }} AS arrived
  FROM {{ label_table }} WHERE {{ own }}{% if due %} AND {{ arrived }} <= {{ due }}{% endif %}

),
tidegauge_labelled AS (
  SELECT l.*, truth.label,
    row_number() OVER (PARTITION BY l.id ORDER BY truth.arrived DESC, {{ d.digest('truth.label') if classes else 'truth.label' }}, {{ d.digest('l.prediction') if classes else 'l.prediction' }}, l.micros{% for s in segments %}, l.s{{ loop.index0 }}{% endfor %}) AS newest
  FROM tidegauge_log AS l JOIN tidegauge_truth AS truth ON truth.id = l.id
),
tidegauge_values AS (
  SELECT {{ number }} AS value FROM (SELECT {{ expression }} AS raw FROM tidegauge_labelled WHERE newest = 1 AND mine = 1) AS own
)
SELECT count(value) AS n, avg(value) AS {{ name }} FROM tidegauge_values WHERE {{ d.is_finite('value') }}
