"""When Airflow judges a window: when somebody says that its rows have landed, at its end, or both."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema, model_validator

from tidegauge.core.addresses.masking import mask
from tidegauge.monitor.parts import Part
from tidegauge.monitor.texts import refuse, text_of

LONGEST = 1500  # characters that Airflow takes


def _uri(value: Any) -> str:  # noqa: ANN401 - any YAML value
    text = text_of(value, "warehouse://inference_log")
    if mask(text) != text:  # Airflow shows it to everybody
        raise refuse(((), "holds a secret, and Airflow shows it. An asset's URI is a name: leave the secret out"))
    if len(text) > LONGEST or not text.isascii() or not text.isprintable():
        raise refuse(((), f"must be at most {LONGEST:,} printable characters of ASCII, for it is Airflow's"))
    if text.lower().startswith("airflow:"):
        raise refuse(((), "must have another scheme than airflow, which Airflow keeps for itself"))
    return text


def _asset(value: Any) -> str:  # noqa: ANN401 - any YAML value
    text = text_of(value, "inference_log")
    if not text.strip() or len(text) > LONGEST or not text.isprintable():
        raise refuse(((), f"must be a name of at most {LONGEST:,} printable characters, not of spaces alone"))
    return text


Asset = Annotated[str, BeforeValidator(_asset), WithJsonSchema({"type": "string", "minLength": 1})]
Uri = Annotated[str, BeforeValidator(_uri), WithJsonSchema({"type": "string", "minLength": 1})]


class Landing(Part):
    """An asset of Airflow's, whose events say that a window's rows have landed."""

    asset: Asset = Field(
        description="The asset's name in Airflow. An event names its window: by its partition key where the asset is "
        'partitioned, else by its extra, {"window": "2013-04-01"}.'
    )
    uri: Uri | None = Field(default=None, description="Its URI, where that is another than its name.")
    partitioned: StrictBool = Field(
        default=False,
        description="Whether its events have partition keys. Then each window gets a run of its own, however many land "
        "at once. Of events of a plain asset that come at once Airflow may make one run, and the sweep finds the other "
        "windows.",
    )


class Schedule(Part):
    """What starts the runs of a monitor's DAG. Without it, the end of each window does."""

    on: Landing | None = Field(default=None, description="An asset whose events say that rows have landed.")
    window_end: StrictBool | None = Field(
        default=None,
        description="Whether the end of a window starts a run, too. Default: only where no asset is named. Not beside "
        "a partitioned asset: there the sweep starts a window whose event never came.",
    )

    @property
    def at_end(self) -> bool:
        """Whether the end of a window starts a run."""
        return self.on is None if self.window_end is None else self.window_end

    @model_validator(mode="after")
    def _starts_something(self) -> Self:
        if self.on is None and not self.at_end:
            raise refuse((("window_end",), "is false and no asset is named, so nothing would start. Name one under on"))
        if self.on is not None and self.on.partitioned and self.at_end:
            sentence = "cannot stand beside a partitioned asset: Airflow has no such schedule. Leave it out: "
            raise refuse((("window_end",), sentence + "the sweep starts a window whose event never came"))
        return self
