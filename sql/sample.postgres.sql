-- Some rows of a table from all over it, to guess what its columns are.
-- Not TABLESAMPLE: it refuses views, and takes whole blocks, so that a small table may give nothing.
-- grain:      row
-- parameters: none
-- columns:    c0, c1, … as asked for
SELECT {{ columns | join(', ') }}
FROM {{ table }} AS log
ORDER BY random()
LIMIT {{ rows }}
