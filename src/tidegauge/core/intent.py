"""Something to be done once."""

from dataclasses import dataclass, field

from tidegauge.core.window import Window

DELIVER = "deliver"  # the action of an intent that hands a decision to a sink

MEND = "mend"  # of one that takes back what a sink shows of a window that was forgotten

PAST = "past"  # of one that hands the series of windows that no live run was about to a sink in event time

EVENT_TIME = "event_time"  # in a payload: for a sink that shows each window at its own time, the oldest first

EVENT = "event"  # in a payload: what is told of an incident

CONTINUED, TAKEN_BACK = "continued", "taken back"  # two of these events; the others are an incident's statuses

ABOUT = "about"  # in a payload: the key of the intent that it follows, and that is to be carried out before it

OPENED_BY = "opened_by"  # in a payload: the window of that one

HELD = "held"  # in a payload: why it is not carried out; such an intent is kept, and told

RETRAINING = "retraining"  # in a payload of what people are told: what is said of a retraining beside it

SHOWN = (DELIVER, MEND, PAST)  # what sinks get; the other actions are those that a monitor lists


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to be done once, carried out later; `key` is the idempotency key that goes with it."""

    key: str
    action: str  # a registered action: "retrain", "report", "notify"
    monitor: str
    window: Window
    payload: dict[str, str] = field(default_factory=dict)
