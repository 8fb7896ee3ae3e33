-- Profiles of a range of windows: every row is read in this one statement, and leaves counts. The columns of a wide table
-- are counted by several statements; what is said of rows as rows, and not of a column, is in the first one.
-- grain:      window × segment × column × cell that has rows
-- parameters: since, until (time range); lookup_<i> (grid step → cell); vocabulary_<i>, segment_<i> (values); coarse
-- columns:    window_index, segment (-1 = the whole), col (-1 = the window itself, -2 = a sampled row), code (cell),
--             n (rows), total (exact sum, in the layout's unit; a sampled row's hash), low, high (least and greatest
--             value of the cell), sampled (a row's values)
{% import 'cells.sql' as cells %}
WITH tidegauge_log AS {{ d.kept(q.branches) }}(
{{ cells.source_rows(q) }}
)
{{ cells.facts(q, d) if q.facts else cells.nothing(d) }}
{% if q.hours %}
UNION ALL
{{ cells.hours(q, d) }}
{% endif %}
{% for branch in q.counted %}
UNION ALL
{{ branch }}
{% endfor %}
{% for s in q.segments %}
UNION ALL
{{ cells.segment(q, s, d) }}
{% endfor %}
{% if q.sample %}
UNION ALL
{{ cells.rows(q, d) }}
{% endif %}
