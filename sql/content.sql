-- What is in the rows of a run of windows, as one number each: another one where a value has changed in place.
-- grain:      window
-- parameters: since, until (time range)
-- columns:    window_index, content (a sum of hashes of rows; equal on one engine only, and in one version of it)
SELECT {{ q.window_index }} AS window_index, CAST(sum({{ d.row_hash(columns) }}) AS BIGINT) AS content
FROM {{ q.table }}
WHERE {{ q.time }} >= {{ q.since }} AND {{ q.time }} < {{ q.until }}
GROUP BY 1
