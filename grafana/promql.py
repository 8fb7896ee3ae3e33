"""How series in event time are asked: the only place where a dashboard's PromQL is spelled.

A window's number is one sample, a second before the window's end, and its revisions follow within that second. So:

- **At a time t, the window that contains t**: look one window ahead, `last_over_time(x[1d] offset -1d)`. Plainly asked,
  each day would be drawn a day late, and a panel of two-hour steps over days that end at 05:00 would draw nothing.
- **The newest window**: the newest sample of what is shown. Every series has one in every window, so nothing old is
  mistaken for new.
- **Over windows**: only through one look a window inside, or each revision of a window would count; and the look goes
  ahead there too. A subquery asks at multiples of its step, which is midnight in UTC: looking back from there, a day
  that ends at 05:00 would not be counted before the next midnight.
- **A window that was forgotten** is NaN, and one NaN makes a sum of thirty days, or of a fleet, NaN. So whatever is
  added up or counted is asked by `standing` first, which leaves it out; and the newest window that stands is `latest`.

`$step` is the letter of the monitor's windows (h, d, w), read from `tidegauge_monitor_info`.

A name that a reader chooses is put between backticks as it is: there PromQL reads every character as itself. Between
double quotes Grafana would put a quote unescaped, and two backslashes before an apostrophe.
"""

WINDOW = "1$step"  # the length of a window
UNITS = "ratio|number|seconds|own_unit"
PARTS = ("", "expected_", "low_", "high_")
FAR, NO_WIDTH = 10, "1e-9"  # half-widths beyond which nobody needs to know how far
LETTER = "/^(.)/"  # of "hour", "day" or "week"


def chosen(*labels: str, **others: str) -> str:
    """Matchers of labels that have what the variables of their names have; `others`: a label's variable.

    >>> chosen("monitor", statistic="measure")
    'monitor=`${monitor:raw}`,statistic=`${measure:raw}`'
    """
    variables = {label: label for label in labels} | others
    return ",".join(f"{label}=`${{{variable}:raw}}`" for label, variable in variables.items())


ONE = chosen("monitor", "stage")


def series(metric: str, *matchers: str) -> str:
    """A selector.

    >>> series("tidegauge_window_rows", ONE)
    'tidegauge_window_rows{monitor=`${monitor:raw}`,stage=`${stage:raw}`}'
    """
    return f"{metric}{{{','.join(matchers)}}}" if matchers else metric


def signal(part: str, *matchers: str) -> str:
    """A number of a column in whatever unit it has, or a part of its band."""
    return "{" + ",".join((f'__name__=~"tidegauge_signal_{part}({UNITS})"', *matchers)) + "}"


def containing(selector: str) -> str:
    """At each time, what the window that contains it says."""
    return f"last_over_time({selector}[{WINDOW}] offset -{WINDOW})"


def newest(selector: str) -> str:
    """What the newest window of all that is shown says."""
    return f"last_over_time({selector}[$__range])"


def latest(selector: str) -> str:
    """The greatest of all that is shown: where the newest window ends of those that stand."""
    return f"max_over_time({selector}[$__range])"


def standing(query: str) -> str:
    """What a query says that is never below 0, without the windows that were forgotten."""
    return f"({query} >= 0)"


def windows_of(selector: str, stretch: str = "30d") -> str:
    """The windows of a stretch up to now that stand, each once, whatever was corrected; for a function over time."""
    return f"{standing(containing(selector))}[{stretch}:{WINDOW}]"


def place_in_band(ask: str, *matchers: str) -> str:
    """How far a number lies from the middle of its band, in half-widths: beyond 1, or below −1, it is outside.

    `ask` names the function that asks each part. Where like windows were all the same there is no half of a width:
    then a window that is the same lies at 0, and any other one at the limit.
    """
    spelled = {"containing": containing, "newest": newest}[ask]
    value, low, high = (spelled(signal(part, *matchers)) for part in ("", "low_", "high_"))
    return f"clamp((2 * {value} - {low} - {high}) / clamp_min({high} - {low}, {NO_WIDTH}), -{FAR}, {FAR})"


def label_values(selector: str, label: str) -> str:
    """The choices of a variable."""
    return f"label_values({selector}, {label})"
