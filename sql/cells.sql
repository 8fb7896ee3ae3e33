{#- Macros that the profile statement and the kinds of column share. `q` is the query, see src/tidegauge/profiles/query.py; `c` is
    one of its columns, as its kind shows it: see src/tidegauge/profiles/kinds/base.py; `d` is the dialect, which spells whatever
    engines do not say alike: see src/tidegauge/warehouses/dialect.py. -#}

{#- The code of a number's cell, by compare, subtract, multiply, floor and one look-up. NaN counts as the greatest value. -#}
{% macro code(c, d) -%}
{% if c.cuts %}CASE{% for value, code in c.atoms %} WHEN {{ c.x }} = {{ value }} THEN {{ code }}{% endfor %} {% if not c.atoms %}WHEN FALSE THEN 0 {% endif %}ELSE
{{ d.at(d.wholes(c.lookup), 'CAST(' ~ codes(c, d) ~ ' AS INTEGER)') }} END{% else %}{{ once(c, d) }}{% endif %}
{%- endmacro %}

{#- The sum of a value's codes in all the layouts whose cells it is told apart by: one sum, one pair of cells. -#}
{% macro codes(c, d) -%}
{% for cut in c.cuts %}{% if not loop.first %} + {% endif %}{{ once(cut, d) }}{% endfor %}
{%- endmacro %}

{#- The code in a layout that was cut once. -#}
{% macro once(c, d) -%}
CASE
      WHEN {{ c.x }} >= {{ c.start }} AND {{ c.x }} < {{ c.stop }} THEN
        {% if c.atoms %}CASE{% for value, code in c.atoms %} WHEN {{ c.x }} = {{ value }} THEN {{ code }}{% endfor %} ELSE {% endif %}
{{ d.at(d.wholes(c.lookup), 'CAST(' ~ grid(c) ~ ' AS INTEGER)') }}{% if c.atoms %} END{% endif %}

      WHEN {{ c.x }} IS NULL THEN 0
      WHEN {{ d.is_nan(c.x) }} THEN 1
      WHEN {{ c.x }} = {{ d.special('-Infinity') }} THEN 2
      WHEN {{ c.x }} = {{ d.special('Infinity') }} THEN {{ c.high_inf }}
      WHEN {{ c.x }} < {{ c.start }} THEN CASE{% for edge, code in c.low_tails %} WHEN {{ c.x }} >= {{ edge }} THEN {{ code }}{% endfor %} ELSE 3 END
      ELSE CASE{% for edge, code in c.high_tails %} WHEN {{ c.x }} < {{ edge }} THEN {{ code }}{% endfor %} ELSE {{ c.high_inf - 1 }} END
    END
{%- endmacro %}

{#- The step of the piecewise-linear grid that a value of the body falls into. -#}
{% macro grid(c) -%}
{% if c.pieces | length > 1 %}CASE{% for p in c.pieces[:-1] %} WHEN {{ c.x }} < {{ p.end }} THEN {{ step(c, p) }}{% endfor %} ELSE {{ step(c, c.pieces[-1]) }} END{% else %}{{ step(c, c.pieces[0]) }}{% endif %}
{%- endmacro %}

{% macro step(c, p) -%}
{% if p.offset %}{{ p.offset }} + {% endif %}floor({{ p.steps }})
{%- endmacro %}

{#- A value as the exact integer that sums add; nothing past the tails, so that 1e308 overflows nothing. -#}
{% macro part(c) -%}
CASE WHEN {{ c.x }} >= {{ c.lowest }} AND {{ c.x }} < {{ c.highest }} THEN CAST(floor({{ c.units }}) AS BIGINT) END
{%- endmacro %}

{#- The columns of the inference log that the statement reads, under names of our own. -#}
{% macro source_rows(q) -%}
  SELECT {{ q.window_index }} AS window_index, {{ q.micros }} AS micros
    {%- if q.id %}, {{ q.id }} AS id{% endif %}
    {%- if q.ingested %}, {{ q.ingested }} AS ingested{% endif %}
    {%- for c in q.columns %}, {{ c.source }} AS {{ c.x }}{% endfor %}
    {%- for s in q.segments %}, {{ s.source }} AS {{ s.x }}{% endfor %}

  FROM {{ q.table }}
  WHERE {{ q.time }} >= {{ q.since }} AND {{ q.time }} < {{ q.until }}{% if q.version %} AND {{ q.version }}{% endif %}
{%- endmacro %}

{#- Facts of a window that are not a column's: rows, distinct ids (a row without one repeats none), freshest event and ingest, a cheap checksum. -#}
{% macro facts(q, d) -%}
SELECT f.window_index, -1 AS segment, -1 AS col, v.code, v.n, 0 AS total, {{ d.real('NULL') }} AS low, {{ d.real('NULL') }} AS high{{ no_row(q) }}
FROM (
  SELECT window_index, count(*) AS rows_, {{ 'count(DISTINCT id) + count(*) - count(id)' if q.id else 'count(*)' }} AS ids, max(micros) AS event,
    {{ 'max(ingested)' if q.ingested else 'max(micros)' }} AS ingest, CAST(sum(mod(micros, 1000003)) AS BIGINT) AS checksum,
    {{ 'count(CASE WHEN micros > ingested + 3600000000 THEN 1 END)' if q.ingested else '0' }} AS future
  FROM tidegauge_log GROUP BY window_index
) AS f
{{ d.each([(0, 'f.rows_'), (1, 'f.ids'), (2, 'f.event'), (3, 'f.ingest'), (4, 'f.checksum'), (5, 'f.future')], 'v', ['code', 'n']) }}
{%- endmacro %}

{#- Rows by the hour since the first window's start, as further facts of the window: code 6 is the first hour. -#}
{% macro hours(q, d) -%}
SELECT h.window_index, -1 AS segment, -1 AS col, CAST(6 + h.hour_ AS INTEGER) AS code, h.n, 0 AS total, {{ d.real('NULL') }} AS low, {{ d.real('NULL') }} AS high{{ no_row(q) }}
FROM (SELECT window_index, {{ q.hours }} AS hour_, count(*) AS n FROM tidegauge_log GROUP BY 1, 2) AS h
{%- endmacro %}

{#- The columns of the answer without a row: of a statement that says nothing of rows as rows. -#}
{% macro nothing(d) -%}
SELECT 0 AS window_index, -1 AS segment, -1 AS col, 0 AS code, CAST(0 AS BIGINT) AS n, CAST(0 AS BIGINT) AS total, {{ d.real('NULL') }} AS low, {{ d.real('NULL') }} AS high WHERE 1 = 0
{%- endmacro %}

{#- The code of a category: its rank among the known values, or the bucket of its hash. -#}
{% macro category(c, value, rank, d) -%}
CASE WHEN {{ value }} IS NULL THEN 0
       WHEN {{ rank }} IS NOT NULL THEN CAST({{ rank }} AS INTEGER)
       ELSE {{ c.known }} + {{ d.place_in("'0123456789abcdef'", 'substr(' ~ d.digest(value) ~ ', 1, 1)') }} END
{%- endmacro %}

{#- What the branches that count put in the place of a sampled row. -#}
{% macro no_row(q) -%}
{% if q.sample %}, CAST(NULL AS {{ q.sample.type }}) AS sampled{% endif %}
{%- endmacro %}

{#- Whole rows, those with the smallest hashes of their ids: `total` is the hash, `sampled` the values. About
    half as many again as are kept pass a threshold, so that only they are sorted; of equal hashes all are handed out. -#}
{% macro rows(q, d) -%}
SELECT r.window_index, -1 AS segment, -2 AS col, 0 AS code, 1 AS n, r.hash AS total, {{ d.real('NULL') }} AS low,
  {{ d.real('NULL') }} AS high, {{ q.sample.packed }} AS sampled
FROM (
  SELECT few.*, {{ q.sample.hash }} AS hash, rank() OVER (PARTITION BY window_index ORDER BY {{ q.sample.hash }}) AS place
  FROM (
    SELECT every.*
    FROM (SELECT *, {{ q.sample.digest }} AS digest FROM tidegauge_log) AS every
    JOIN (SELECT window_index, {{ q.sample.threshold }} AS threshold FROM tidegauge_log GROUP BY window_index) AS w
      ON w.window_index = every.window_index
    WHERE every.digest <= w.threshold
  ) AS few
) AS r
WHERE r.place <= {{ q.sample.limit }}
{%- endmacro %}

{#- One column by the code of each row: by cell the rows, the exact sum, the least and the greatest value. `s` says what
    of a row, see `Scan` in src/tidegauge/profiles/kinds/base.py. A single window is named by a constant: DuckDB groups in a table
    of 2^9 places then, instead of 2^18. A code takes one byte unless the layout has more cells. -#}
{% macro scanned(q, c, s, d) -%}
SELECT {{ 'window_index' if q.several else '0' }}, -1, {{ c.index }}, CAST({{ s.code }} AS {{ d.code_type if c.layout.size <= 256 else d.wide_type }}) AS code, count(*),
  CAST(coalesce(sum({{ s.part }}), 0) AS BIGINT), min({{ s.x or d.real('NULL') }}), max({{ s.x or d.real('NULL') }}){{ no_row(q) }}
FROM tidegauge_log GROUP BY window_index, code
{%- endmacro %}

{#- One categorical column: exact counts by value, then known values by name and the others by hash bucket. -#}
{% macro categories(q, c, d) -%}
SELECT g.window_index, -1 AS segment, {{ c.index }} AS col,
  {{ category(c, 'g.value', 'k.rank', d) }} AS code,
  CAST(sum(g.n) AS BIGINT) AS n, 0 AS total, {{ d.real('NULL') }} AS low, {{ d.real('NULL') }} AS high{{ no_row(q) }}
FROM (SELECT window_index, {{ c.x }} AS value, count(*) AS n FROM tidegauge_log GROUP BY window_index, {{ c.x }}) AS g
LEFT JOIN {{ d.ranked(d.texts(c.vocabulary), 'k') }} ON k.value = g.value
GROUP BY 1, 4
{%- endmacro %}

{#- One segment column: per listed value (others pooled) the rows, each column's missing values, the prediction in at most 20 ranks. -#}
{% macro segment(q, s, d) -%}
SELECT g.window_index, {{ s.base }} + coalesce(CAST(k.rank AS INTEGER) - 1, {{ s.listed }}) AS segment, v.col, v.code,
  CAST(sum(v.n) AS BIGINT) AS n, 0 AS total, {{ d.real('NULL') }} AS low, {{ d.real('NULL') }} AS high{{ no_row(q) }}
FROM (
  SELECT window_index, {{ s.x }} AS value, {{ q.coarse_prediction or '0' }} AS rank_, count(*) AS n
    {%- for c in q.columns %}, count(*) - count({{ c.x }}) AS m{{ c.index }}{% endfor %}

  FROM tidegauge_log GROUP BY 1, 2, 3
) AS g
LEFT JOIN {{ d.ranked(d.texts(s.vocabulary), 'k') }} ON k.value = g.value
{{ d.each(q.by_segment, 'v', ['col', 'code', 'n']) }}
WHERE v.n > 0
GROUP BY 1, 2, 3, 4
{%- endmacro %}
