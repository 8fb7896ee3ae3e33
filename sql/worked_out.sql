-- Whether an engine can work out a derived column for every row of a log: asked after it refused a statement.
-- grain:      one row
-- parameters: none
-- columns:    n (rows that have a value)
SELECT count({{ column }}) AS n FROM {{ table }}
