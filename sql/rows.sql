-- The rows of a window that stand where a change lies: those in its places first, then by their time.
-- grain:      row; one without a row's values where none stands there
-- parameters: since, until (time range); lookup_<i>, vocabulary_<i> (cells of a column); segment_value, listed; most
-- columns:    counted (rows of the window in the log), behind (of these, where the change lies), place (number of the
--             first place that the row is in), code (cell of the changed column), v0, v1, … as asked for, label (of labels that
--             have come)
WITH tidegauge_log AS (
  SELECT {{ q.micros }} AS micros, {{ q.key }} AS key_
    {%- for c in q.columns %}, {{ c.source }} AS {{ c.x }}{% endfor %}
    {%- for s in q.shown %}, {{ s }} AS v{{ loop.index0 }}{% endfor %}
    {%- if q.label %}, {{ q.id }} AS row_id{% endif %}
    {%- if q.repeated %}, count({{ q.id }}) OVER (PARTITION BY {{ q.id }}) AS times{% endif %}
    {%- if q.segment %}, {{ q.segment.source }} AS segment_{% endif %}

  FROM {{ q.table }}
  WHERE {{ q.time }} >= {{ q.since }} AND {{ q.time }} < {{ q.until }}{% if q.version %} AND {{ q.version }}{% endif %}

),
tidegauge_coded AS (
  SELECT tidegauge_log.*{% for c in q.columns %}, {{ c.code }} AS k{{ c.index }}{% endfor %}

  FROM tidegauge_log{% if q.segment %} WHERE {{ q.segment.holds }}{% endif %}

),
tidegauge_placed AS (
  SELECT tidegauge_coded.*, {{ q.code }} AS code, {% if q.places %}CASE{% for p in q.places %} WHEN {{ p }} THEN {{ loop.index0 }}{% endfor %} ELSE {{ q.places | length }} END{% else %}0{% endif %} AS place
  FROM tidegauge_coded
),
tidegauge_standing AS (
  SELECT * FROM tidegauge_placed{% if q.holds %} WHERE {{ q.holds }}{% endif %}

),
tidegauge_some AS (
  SELECT * FROM tidegauge_standing ORDER BY place, micros, key_ LIMIT {{ q.most }}
),
tidegauge_counted AS (
  SELECT (SELECT count(*) FROM tidegauge_log) AS counted, (SELECT count(*) FROM tidegauge_standing) AS behind
){% if q.label %},
tidegauge_known AS (
  SELECT {{ q.label.id }} AS id, {{ q.label.shown }} AS label, {{ q.label.arrived }} AS arrived
  FROM {{ q.label.table }} WHERE {{ q.label.value }} IS NOT NULL AND {{ q.label.id }} IN (SELECT row_id FROM tidegauge_some)
),
tidegauge_truth AS (
  SELECT id, label, row_number() OVER (PARTITION BY id ORDER BY {{ q.label.first }}arrived DESC, {{ q.label.order }}) AS newest
  FROM tidegauge_known
){% endif %}

SELECT n.counted, n.behind, r.place, r.code{% for s in q.shown %}, r.v{{ loop.index0 }}{% endfor %}{% if q.label %}, t.label{% endif %}

FROM tidegauge_counted AS n LEFT JOIN tidegauge_some AS r ON 1 = 1
{% if q.label %}LEFT JOIN tidegauge_truth AS t ON t.id = r.row_id AND t.newest = 1
{% endif %}
ORDER BY r.place, r.micros, r.key_
