-- {{ head }}
SELECT count(*) AS n, {{ number }} AS {{ name }}
FROM {{ table }}
WHERE {{ current }}
