-- How much of a window a fault has changed: a draw that changed nothing is no fault that could have been found.
-- grain:      one row
-- parameters: none
-- columns:    n (rows that are left), changed (rows with another value)
SELECT count(*) AS n, CAST(coalesce(sum(tidegauge_changed), 0) AS BIGINT) AS changed FROM {{ item }}
