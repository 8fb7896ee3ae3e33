-- The inference log: what a model saw and said, as tidegauge reads it. DuckDB.
--
-- A recommended table, not a required one: any table that holds these facts is mapped by a monitor's YAML and
-- nothing needs renaming. The demo fills this template with its own names.
--
-- Grain:      one row per prediction.
-- Parameters: features        names and types, in order, e.g. {"distance": "DOUBLE", "carrier": "VARCHAR"}
--             table           default inference_log
--             id, id_type     default row_id, BIGINT (VARCHAR is as good)
--             time            default event_at
--             ingested        default logged_at
--             version         default model_version
--             prediction      default prediction
-- Columns:    id, time, ingested, version, one column per feature, prediction; segments are features.
CREATE TABLE {{ table | default("inference_log") }} (
    {{ id | default("row_id") }} {{ id_type | default("BIGINT") }} NOT NULL,  -- unique per prediction; labels join by it
    {{ time | default("event_at") }} TIMESTAMPTZ NOT NULL,  -- event time: decides the window, never changes
    {{ ingested | default("logged_at") }} TIMESTAMPTZ NOT NULL,  -- when the row landed here: late rows are told by it
    {{ version | default("model_version") }} VARCHAR NOT NULL,  -- which model said so
{% for name, type in features.items() %}
    {{ name }} {{ type }},  -- as the model saw it, NULL where it was missing
{% endfor %}
    {{ prediction | default("prediction") }} DOUBLE  -- the model's raw answer, before any threshold
);
