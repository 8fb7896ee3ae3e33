-- {{ head }}
SELECT count(*) AS n{% if id %}, count(*) - count(DISTINCT {{ id }}) AS duplicates{% endif %}, max({{ time }}) AS freshest
FROM {{ table }}
WHERE {{ current }}
