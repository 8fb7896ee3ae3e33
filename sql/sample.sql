-- Some rows of a table from all over it, to guess what its columns are.
-- grain:      row
-- parameters: none
-- columns:    c0, c1, … as asked for
SELECT {{ columns | join(', ') }}
FROM {{ d.some(table, rows) }}
