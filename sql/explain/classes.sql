-- {{ head }}
-- grain:      one row
-- parameters: none
-- columns:    n (labelled rows with a predicted class), {{ name }}
WITH tidegauge_log AS (
  SELECT {{ id }} AS id, {{ d.as_text(x) }} AS predicted, {{ micros }} AS micros, CASE WHEN {{ segment }} THEN 1 ELSE 0 END AS mine
    {%- for s in segments %}, {{ s }} AS s{{ loop.index0 }}{% endfor %}
    {%- for name, score in scores %}, {{ score }} AS score_{{ loop.index0 }}{% endfor %}

  FROM {{ table }} WHERE {{ window }}
),
tidegauge_truth AS (
  SELECT {{ label_id }} AS id, {{ label }} AS label, {{ arrived }} AS arrived
  FROM {{ label_table }} WHERE {{ label }} IS NOT NULL{% if due %} AND {{ arrived }} <= {{ due }}{% endif %}

),
tidegauge_labelled AS (
  SELECT l.*, truth.label,
    row_number() OVER (PARTITION BY l.id ORDER BY truth.arrived DESC, {{ d.digest('truth.label') }}, {{ d.digest('l.predicted') }}, l.micros{% for s in segments %}, l.s{{ loop.index0 }}{% endfor %}) AS newest
  FROM tidegauge_log AS l JOIN tidegauge_truth AS truth ON truth.id = l.id
),
tidegauge_rows AS (
  SELECT *, {{ d.real('1') }} AS all_n, {{ d.real('mine') }} AS n, {{ d.real('CASE WHEN label = predicted THEN 1 ELSE 0 END') }} AS all_right,
    {{ d.real('CASE WHEN label = predicted THEN mine ELSE 0 END') }} AS right_
  FROM tidegauge_labelled WHERE newest = 1{% if not scores %} AND predicted IS NOT NULL{% endif %}

){% if of == 'classes' %},
tidegauge_classes AS (
  SELECT c.class, sum(n) AS n, sum(CASE WHEN label = c.class AND predicted = c.class THEN n ELSE 0 END) AS hits,
    sum(CASE WHEN label = c.class THEN n ELSE 0 END) AS ones, sum(CASE WHEN predicted = c.class THEN n ELSE 0 END) AS yes
  FROM tidegauge_rows CROSS JOIN ({% for name in classes %}SELECT {{ name }} AS class{% if not loop.last %} UNION ALL {% endif %}{% endfor %}) AS c
  GROUP BY c.class
)
SELECT CAST(max(n) AS BIGINT) AS n, {{ number }} AS {{ name }} FROM tidegauge_classes
{% elif of == 'rows' %}

SELECT CAST(sum(n) AS BIGINT) AS n, {{ number }} AS {{ name }} FROM tidegauge_rows
{% else %},
tidegauge_own AS (
  SELECT *, CASE label{% for name, score in scores %} WHEN {{ name }} THEN score_{{ loop.index0 }}{% endfor %} END AS own,
    CASE label{% for name, score in scores %} WHEN {{ name }} THEN {{ loop.index0 }}{% endfor %} END AS number_
  FROM tidegauge_rows
  WHERE mine = 1{% for name, score in scores %} AND score_{{ loop.index0 }} >= {{ low }} AND score_{{ loop.index0 }} <= {{ high }}{% endfor %}

),
tidegauge_scored AS (
  SELECT *, 1{% for name, score in scores %} + CASE WHEN score_{{ loop.index0 }} > own OR (score_{{ loop.index0 }} = own AND number_ < {{ loop.index0 }}) THEN 1 ELSE 0 END{% endfor %} AS place
  FROM tidegauge_own WHERE own IS NOT NULL
){% if of == 'scores' %}

SELECT count(*) AS n, {{ number }} AS {{ name }} FROM tidegauge_scored
{% else %},
tidegauge_each AS (
  {% for name, score in scores %}
  {% if not loop.first %}UNION ALL {% endif %}SELECT {{ loop.index0 }} AS class, score_{{ loop.index0 }} AS score, CASE WHEN number_ = {{ loop.index0 }} THEN 1 ELSE 0 END AS hit FROM tidegauge_scored
  {% endfor %}
),
tidegauge_near AS (
  SELECT class, score, hit, {{ near }} AS near FROM tidegauge_each
),
tidegauge_cells AS (
  SELECT class, {{ cell }} AS cell, {{ d.real('sum(hit)') }} AS hits, {{ d.real('sum(1 - hit)') }} AS rest FROM tidegauge_near GROUP BY 1, 2
),
tidegauge_line AS (
  SELECT class, hits, rest, sum(rest) OVER (PARTITION BY class ORDER BY cell ROWS UNBOUNDED PRECEDING) - rest AS below FROM tidegauge_cells
),
tidegauge_curves AS (
  SELECT class, sum(hits * (below + rest / 2)) / nullif(sum(hits), 0) / nullif(sum(rest), 0) AS auc, sum(hits) AS ones, sum(rest) AS others
  FROM tidegauge_line GROUP BY class
)
SELECT (SELECT count(*) FROM tidegauge_scored) AS n, {{ number }} AS {{ name }} FROM tidegauge_curves
{% endif %}
{% endif %}
