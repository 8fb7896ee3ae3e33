{#- A FROM item, and no statement: the rows of one window of a log with a fault in them, under the log's own names. -#}
-- grain:      row of the window (of the log as the fault leaves it)
-- parameters: none: the bounds of the window are literals, and shares of rows are chosen by the hash of the row's id
-- columns:    those that the monitor reads, and tidegauge_changed (1 where the fault changed the row)
(
  WITH tidegauge_window AS (
    SELECT {{ names | join(', ') }}, {{ lot }} AS tidegauge_lot, {{ micros }} AS tidegauge_at
    FROM {{ table }}
    WHERE {{ near }} AND {{ micros }} >= {{ since }} AND {{ micros }} < {{ until }}
  )
  SELECT {{ changed | join(', ') }}, {{ touched }} AS tidegauge_changed
  FROM tidegauge_window{% if keep %} WHERE {{ keep }}{% endif %}

{% if again %}
  UNION ALL
  SELECT {{ names | join(', ') }}, 1 AS tidegauge_changed
  FROM tidegauge_window WHERE {{ again }}
{% endif %}
) AS tidegauge_faulty
