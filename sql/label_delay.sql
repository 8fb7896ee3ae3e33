-- How long some labels took from the prediction to their arrival, chosen by the hash of their row's id.
-- grain:      labelled row
-- parameters: none
-- columns:    delay (microseconds)
SELECT {{ d.real('truth.arrived - log.happened') }} AS delay
FROM (SELECT {{ id }} AS id, {{ happened }} AS happened FROM {{ table }}) AS log
JOIN (SELECT {{ label_id }} AS id, {{ arrived }} AS arrived FROM {{ label_table }} WHERE {{ value }} IS NOT NULL) AS truth ON truth.id = log.id
WHERE truth.arrived IS NOT NULL AND log.happened IS NOT NULL
ORDER BY {{ d.digest(d.as_text('log.id')) }}, 1
LIMIT {{ rows }}
