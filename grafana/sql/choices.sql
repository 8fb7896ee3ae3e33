-- The choices of a variable.
SELECT DISTINCT {what} FROM {view} WHERE {where} ORDER BY 1
