{#
-- A log with the columns that a monitor derives from its rows, to stand behind FROM; or those alone, to ask for their
-- types: no aggregate, no window and no set may stand where `sound` does, and each is then refused by the engine itself.
-- grain:      row of the log
-- parameters: none
-- columns:    the log's own (not where `sound`), then the derived ones
#}
SELECT {% if not sound %}log.*, {% endif %}
{% for c in columns %}
({{ c.sql }}
) AS {{ c.name }}{% if not loop.last %},{% endif %}

{% endfor %}
FROM {{ table }} AS log
{% if sound %}
WHERE {% for c in columns %}({{ c.sql }}
) IS NOT NULL{% if not loop.last %} AND {% endif %}{% endfor %}

{% endif %}
