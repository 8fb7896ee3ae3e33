-- Whether any row of a log has a value of a derived column: the first one that is found ends the search.
-- grain:      one row
-- parameters: none
-- columns:    n (0 or 1)
SELECT count(*) AS n
FROM (SELECT 1 AS one FROM {{ table }} WHERE {{ valued }} LIMIT 1) AS tidegauge_one
