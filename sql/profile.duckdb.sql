-- Profiles of a range of windows: every row is read in this one statement, and leaves counts.
-- grain:      window × segment × column × cell that has rows
-- parameters: since, until (time range); lookup_<i> (grid step → cell); vocabulary_<i>, segment_<i> (values); coarse
-- columns:    window_index, segment (-1 = the whole), col (-1 = the window itself, -2 = a sampled row), code (cell),
--             n (rows), total (exact sum, in the layout's unit; a sampled row's hash), low, high (least and greatest
--             value of the cell), sampled (a row's values)
{% import 'cells.sql' as cells with context %}
WITH tidegauge_log AS NOT MATERIALIZED (
{{ cells.source_rows(q) }}
)
{{ cells.facts(q) }}
{# one window needs no grouping by it: a table of 2^9 groups instead of 2^18 -#}
{% set window, by = ('window_index', 'window_index, ') if q.several else ('0', '') %}
{% for c in q.numeric %}
UNION ALL
SELECT {{ window }}, -1, {{ c.index }}, CAST({{ cells.code(c) }} AS {{ c.code_type }}) AS code, count(*),
  CAST(coalesce(sum({{ cells.part(c) }}), 0) AS BIGINT), min({{ c.x }}), max({{ c.x }}){{ cells.no_row(q) }}
FROM tidegauge_log GROUP BY window_index, code
{% endfor %}
{% for c in q.categorical %}
UNION ALL
{{ cells.categories(q, c) }}
{% endfor %}
{% for s in q.segments %}
UNION ALL
{{ cells.segment(q, s) }}
{% endfor %}
{% if q.sample %}
UNION ALL
{{ cells.rows(q) }}
{% endif %}
