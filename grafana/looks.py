"""How panels look: one function for each kind of picture, and the few settings that the dashboards share."""

from collections.abc import Mapping, Sequence

from grafana_foundation_sdk.builders import bargauge, stat, table, timeseries
from grafana_foundation_sdk.builders import common as parts
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue as Setting

FINE, BAD, DOUBT, QUIET, MAIN = "green", "red", "orange", "text", "blue"
# A window is drawn as long as it was, whatever part of an hour its zone begins it at; a year of hours still has a point
# for each (Prometheus gives at most 11,000).
FINEST, MOST_POINTS = "15m", 9000


def steps(
    *, unit: str = "short", low: float | None = None, fill: int = 0, legend: bool = True, limits: Sequence[float] = ()
) -> timeseries.Panel:
    """Lines over time: a number stands for its whole window, so that each goes on unchanged to the next."""
    panel = (
        timeseries.Panel()
        .line_interpolation(common.LineInterpolation.STEP_AFTER)
        .line_width(1)
        .fill_opacity(fill)
        .show_points(common.VisibilityMode.NEVER)
        .unit(unit)
        .interval(FINEST)
        .max_data_points(MOST_POINTS)
        .legend(
            parts.VizLegendOptions()
            .show_legend(legend)
            .display_mode(common.LegendDisplayMode.LIST)
            .placement(common.LegendPlacement.BOTTOM)
        )
        .tooltip(parts.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.DESCENDING))
        .thresholds(_thresholds([(None, MAIN), *((limit, BAD) for limit in limits)]))
        .color_scheme(_scheme(legend=legend))
    )
    if limits:
        panel = panel.thresholds_style(parts.GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED))
    return panel if low is None else panel.min(low)


def banded(*, unit: str = "short", low: float | None = None) -> timeseries.Panel:
    """A number with what like windows were behind it; its queries are those of `BAND`, by their legends."""
    return (
        steps(unit=unit, low=low)
        .override_by_name("least", [_color("transparent"), _hidden(), Setting("custom.lineWidth", 0)])
        .override_by_name(
            "like windows",
            [
                _color("light-blue"),
                Setting("custom.lineWidth", 0),
                Setting("custom.fillBelowTo", "least"),
                Setting("custom.fillOpacity", 35),
            ],
        )
        .override_by_name("their middle", [_color(QUIET), _dashed()])
        .override_by_name("value", [_color(MAIN), Setting("custom.lineWidth", 2)])
    )


def foretold() -> timeseries.Panel:
    """What labels say over what was to be expected; its queries are those of `FORETOLD`, by their legends."""
    return (
        steps()
        .override_by_name("its low end", [_color("transparent"), _hidden(), Setting("custom.lineWidth", 0)])
        .override_by_name(
            "90 % interval",
            [
                _color("light-blue"),
                Setting("custom.lineWidth", 0),
                Setting("custom.fillBelowTo", "its low end"),
                Setting("custom.fillOpacity", 35),
            ],
        )
        .override_by_name("estimate", [_color(QUIET), _dashed()])
        .override_by_name("by its labels", [_color(MAIN), Setting("custom.lineWidth", 2)])
    )


FORETOLD = (("_low", "its low end"), ("_high", "90 % interval"), ("", "estimate"))
BAND = (("low_", "least"), ("high_", "like windows"), ("expected_", "their middle"), ("", "value"))


def number(
    *, unit: str = "short", decimals: int | None = None, limits: Sequence[tuple[float | None, str]] = ((None, QUIET),)
) -> stat.Panel:
    """One number, large."""
    panel = (
        stat.Panel()
        .graph_mode(common.BigValueGraphMode.NONE)
        .color_mode(common.BigValueColorMode.VALUE)
        .text_mode(common.BigValueTextMode.VALUE)
        .reduce_options(parts.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .unit(unit)
        .no_value("none")
        .thresholds(_thresholds(limits))
    )
    return panel if decimals is None else panel.decimals(decimals)


def bars(*, unit: str = "short", decimals: int = 1, limits: Sequence[tuple[float | None, str]]) -> bargauge.Panel:
    """One bar for each answer, from the left."""
    return (
        bargauge.Panel()
        .orientation(common.VizOrientation.HORIZONTAL)
        .display_mode(common.BarGaugeDisplayMode.BASIC)
        .name_placement(common.BarGaugeNamePlacement.LEFT)
        .sizing(common.BarGaugeSizing.MANUAL)
        .max_viz_height(36)
        .text(parts.VizTextDisplayOptions().title_size(12).value_size(16))
        .reduce_options(parts.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .unit(unit)
        .decimals(decimals)
        .no_value("none")
        .thresholds(_thresholds(limits))
    )


def rows(columns: Mapping[str, Sequence[Setting]], *, sort: str = "") -> table.Panel:
    """A table; `columns` gives a column's settings by the name that it shows."""
    panel = table.Panel().show_header(True).cell_height(common.TableCellHeight.SM).no_value("–")
    for name, settings in columns.items():
        panel = panel.override_by_name(name, list(settings))
    if sort:
        panel = panel.sort_by([parts.TableSortByFieldState().display_name(sort).desc(True)])
    return panel


def unit(name: str, decimals: int | None = None) -> list[Setting]:
    """The settings that give a column its unit."""
    return [Setting("unit", name), *([Setting("decimals", decimals)] if decimals is not None else [])]


def colored(limits: Sequence[tuple[float | None, str]]) -> list[Setting]:
    """The settings that colour a column's text by thresholds."""
    found: list[dict[str, object]] = [{"value": value, "color": color} for value, color in limits]
    return [
        Setting("thresholds", {"mode": "absolute", "steps": found}),
        Setting("custom.cellOptions", {"type": "color-text"}),
    ]


def colored_words(named: Mapping[str, str], of: Mapping[str, str] | None = None) -> list[Setting]:
    """The settings that colour a column's words; `of`: the value that each one stands for, where that is another."""
    found = {
        (of or {}).get(word, word): {"color": color, "index": place, "text": word}
        for place, (word, color) in enumerate(named.items())
    }
    return [
        Setting("mappings", [{"type": "value", "options": found}]),
        Setting("custom.cellOptions", {"type": "color-text"}),
    ]


def width(pixels: int) -> Setting:
    """The setting that gives a column so much room."""
    return Setting("custom.width", pixels)


def wrapped() -> list[Setting]:
    """The setting that lets a sentence have as many lines as it needs."""
    # Grafana 12 and 13 read the one, 11 the other.
    return [Setting("custom.wrapText", True), Setting("custom.cellOptions", {"type": "auto", "wrapText": True})]


def leads(title: str, url: str) -> Setting:
    """The setting by which a column's cells lead somewhere."""
    return Setting("links", [{"title": title, "url": url}])


def colors(panel: timeseries.Panel, named: Mapping[str, str]) -> timeseries.Panel:
    """A fixed colour for each line, by its legend."""
    for name, color in named.items():
        panel = panel.override_by_name(name, [_color(color)])
    return panel


def _thresholds(limits: Sequence[tuple[float | None, str]]) -> build.ThresholdsConfig:
    found = [dashboard.Threshold(value=value, color=color) for value, color in limits]
    return build.ThresholdsConfig().mode(dashboard.ThresholdsMode.ABSOLUTE).steps(found)


def _scheme(*, legend: bool) -> build.FieldColor:
    """A line that is alone needs no legend, and has our colour; several have Grafana's, in turn."""
    if legend:
        return build.FieldColor().mode(dashboard.FieldColorModeId.PALETTE_CLASSIC)
    return build.FieldColor().mode(dashboard.FieldColorModeId.FIXED).fixed_color(MAIN)


def _color(name: str) -> Setting:
    return Setting("color", {"mode": "fixed", "fixedColor": name})


def _hidden() -> Setting:
    return Setting("custom.hideFrom", {"legend": True, "tooltip": False, "viz": False})


def _dashed() -> Setting:
    return Setting("custom.lineStyle", {"fill": "dash", "dash": [4, 4]})
