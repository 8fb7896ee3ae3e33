-- Whether an engine can work out a derived column for the rows of a time range: asked after it refused a statement.
-- grain:      one row
-- parameters: since, until (time range)
-- columns:    n (rows that have a value)
SELECT count({{ column }}) AS n FROM {{ table }} WHERE {{ micros }} >= {{ since }} AND {{ micros }} < {{ until }}
