-- {{ head }}
{% set least = d.quote("least of before") -%}
SELECT count({{ value }}) AS n,
       sum(CASE WHEN {{ x }} < {{ least }} THEN 1.0 ELSE 0.0 END) / nullif(count({{ value }}), 0) AS {{ name }}
FROM {{ table }}
CROSS JOIN (SELECT min({{ x }}) AS {{ least }} FROM {{ table }} WHERE {{ reference }}) AS {{ d.quote("before") }}
WHERE {{ current }}
