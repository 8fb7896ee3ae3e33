-- Whether whoever asks may read every column that a monitor names: no row is read, and a server says no all the same.
-- grain:      none
-- parameters: none
-- columns:    those of the log
SELECT {{ columns | join(', ') }} FROM {{ table }} WHERE 1 = 0
