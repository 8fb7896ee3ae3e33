-- The labels: what turned out to be true, apart from the inference log because it comes later. PostgreSQL.
--
-- Grain:      one row per labelled prediction; a prediction whose truth is never known has no row.
-- Parameters: table           default labels
--             id, id_type     default row_id, BIGINT: the inference log's id
--             value, value_type   default label, DOUBLE PRECISION (0/1, BOOLEAN or a number)
--             arrived         default arrived_at
-- Columns:    id, value, arrived.
CREATE TABLE {{ table | default("labels") }} (
    {{ id | default("row_id") }} {{ id_type | default("BIGINT") }} NOT NULL,  -- joins to the inference log's id
    {{ value | default("label") }} {{ value_type | default("DOUBLE PRECISION") }} NOT NULL,
    {{ arrived | default("arrived_at") }} TIMESTAMPTZ NOT NULL     -- when the label was known here: a replay sees no later one
);

CREATE INDEX ON {{ table | default("labels") }} ({{ id | default("row_id") }});
