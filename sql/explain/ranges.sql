-- {{ head }}
-- {{ rows }}
-- grain:      one row
-- parameters: none
-- columns:    the lowest and the highest value in the window and in its reference
SELECT min(CASE WHEN {{ current }} THEN {{ numbers[0] }} END) AS now_lowest, max(CASE WHEN {{ current }} THEN {{ numbers[0] }} END) AS now_highest,
  min(CASE WHEN {{ reference }} THEN {{ numbers[0] }} END) AS before_lowest, max(CASE WHEN {{ reference }} THEN {{ numbers[0] }} END) AS before_highest
FROM {{ table }}
WHERE (({{ current }}) OR ({{ reference }})) AND {{ finite[0] }}
