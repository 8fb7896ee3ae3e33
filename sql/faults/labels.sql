{#- A FROM item, and no statement: all labels, with those of some rows of one window of the log changed. -#}
-- grain:      label
-- parameters: none: the bounds of the window are literals
-- columns:    those that the monitor reads, and tidegauge_changed (1 where the fault changed the label)
(
  WITH tidegauge_window AS (
    SELECT {{ names | join(', ') }}
    FROM {{ table }}
    WHERE {{ near }} AND {{ micros }} >= {{ since }} AND {{ micros }} < {{ until }}
  ),
  tidegauge_chosen AS (
    SELECT {{ id }} AS tidegauge_id FROM tidegauge_window WHERE {{ rows }}
  )
  SELECT {{ label_id }}{% if arrived %}, {{ arrived }}{% endif %},
    CASE WHEN {{ hit }} THEN {{ value }} ELSE {{ was }} END AS {{ label }},
    CASE WHEN {{ hit }} AND {{ value }} IS DISTINCT FROM {{ was }} THEN 1 ELSE 0 END AS tidegauge_changed
  FROM {{ labels }}
) AS tidegauge_faulty
