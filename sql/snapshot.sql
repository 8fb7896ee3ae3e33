-- The rows that a training may learn from: those of some windows of a log.
-- grain:      a row of the log
-- parameters: none: the ends of the windows are written out, so that the statement can be kept beside the model
-- columns:    those of the log; n (rows) where they are only counted
SELECT {{ 'count(*) AS n' if counted else '*' }} FROM {{ table }}
WHERE {{ inside }}
