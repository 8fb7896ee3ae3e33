"""The words by which people name columns, the most telling first."""

IDS = {"id", "uuid", "guid", "key", "pk", "uid", "hash", "number", "no", "nr"}
ROW_IDS = ("id", "row", "prediction", "inference", "request", "event", "record", "transaction", "uuid")
EVENT = ("event", "prediction", "predicted", "inference", "scored", "request", "requested", "scheduled", "occurred")
EVENT_WEAK = ("timestamp", "ts", "datetime", "time", "at", "date", "day")
INGEST = ("ingested", "ingest", "ingestion", "logged", "loaded", "inserted", "received", "written", "processed", "etl")
INGEST_WEAK = ("created", "updated", "arrived", "stored")
VERSION = ("model_version", "version", "model_id", "model_name", "model", "release", "model_release")
PREDICTION = (
    "prediction",
    "score",
    "y_pred",
    "yhat",
    "y_hat",
    "model_score",
    "probability",
    "proba",
    "predicted",
    "pred",
)
LABEL = ("label", "target", "y_true", "y", "ground_truth", "truth", "actual", "outcome", "true_label", "observed")
LABEL_WORDS = {"label", "labels", "labelled", "labeled", "truth", "actual", "outcome", "outcomes", "target"}
CODES = {
    "code",
    "type",
    "category",
    "class",
    "zip",
    "postal",
    "postcode",
    "weekday",
    "dow",
    "month",
    "flag",
    "is",
    "has",
}
SEGMENTS = (
    "country",
    "region",
    "market",
    "segment",
    "carrier",
    "channel",
    "platform",
    "device",
    "tier",
    "plan",
    "state",
)
MOST_SEGMENT_VALUES = 30  # of which the 20 most frequent are kept; the others are pooled
MOST_CODES = 60  # more values than this, and a number with a code's name is left a number
