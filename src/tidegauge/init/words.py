"""The words by which people name columns, the most telling first."""

IDS = {"id", "uuid", "identifier", "ident", "ref", "guid", "key", "pk", "uid", "hash", "number", "no", "nr"}
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
SCORES = ("proba", "probability", "prob", "p", "propensity", "risk", "likelihood", "confidence")
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
CALENDAR = {
    *("year", "yr", "quarter", "season", "month", "mnth", "mon", "week", "weekofyear", "day", "dayofyear", "dom"),
    *("weekday", "wday", "dayofweek", "dow", "weekend", "workday", "workingday", "working", "businessday", "holiday"),
}
CLOCK = {"hour", "hr", "hourofday", "minute"}
PARTS = {"period", "split", "fold", "partition", "subset", "data_split", "dataset"}  # of the data, not of the world
PART_VALUES = {"reference", "analysis", "train", "training", "test", "testing", "valid", "validation", "val", "dev"} | {
    *("holdout", "eval", "evaluation", "production", "monitoring", "current", "oot", "out_of_time")
}
ROW_NUMBERS = {
    *("index", "idx", "row", "row_number", "rownum", "row_num", "rn", "row_nr", "unnamed_0", "level_0", "instant"),
    *("obs", "observation", "seq", "sequence", "sno", "s_no", "record", "record_number", "line", "line_number"),
}
NO_IDS = {  # words that end so, and mean something else
    *("bid", "paid", "unpaid", "prepaid", "grid", "valid", "invalid", "solid", "liquid", "fluid", "acid", "mid"),
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
MOST_CALENDAR = 366  # values: days of a year
MOST_CODES = 60  # more values than this, and a number with a code's name is left a number
