"""A description as the JSON that Grafana 11 and 12 are provisioned with, and that 13 still reads (schema v1)."""

from collections.abc import Iterable
from string import ascii_uppercase
from typing import Any

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common, dashboard

from grafana.description import DATASOURCE, Annotation, Dashboard, Link, Panel, Place, Query, Source, Variable, placed

EVERY = "1h"  # how finely Grafana looks for what it marks


class SqlQuery(Dataquery):
    """A statement, as the PostgreSQL plugin takes it: the SDK has no type of its own for it."""

    def __init__(self, query: Query, ref: str = "") -> None:
        self.query, self.ref_id, self.hide = query, ref, False

    def to_json(self) -> dict[str, object]:
        kind = "table" if self.query.table else "time_series"
        found = {"rawSql": self.query.text, "rawQuery": True, "editorMode": "code", "format": kind}
        return {**found, **({"refId": self.ref_id} if self.ref_id else {})}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SqlQuery":
        return cls(Query(data["rawSql"], table=data["format"] == "table"), data.get("refId", ""))


class Built(Builder[Dataquery]):
    """A query that needs no building."""

    def __init__(self, query: Dataquery) -> None:
        self.query = query

    def build(self) -> Dataquery:
        return self.query


def asked(query: Query, source: Source, ref: str) -> Dataquery:
    """A query as its plugin takes it."""
    if source is Source.POSTGRES:
        return SqlQuery(query, ref)
    found = prometheus.Dataquery().expr(query.text).legend_format(query.legend or "__auto").ref_id(ref)
    found = found.instant() if query.instant else found.range()
    return found.format("table" if query.table else "time_series").build()  # type: ignore[arg-type]


def classic(one: Dashboard) -> dashboard.Dashboard:
    """The whole page."""
    page = (
        build.Dashboard(one.title)
        .uid(one.uid)
        .description(one.help)
        .tags(["tidegauge"])
        .time(one.since, "now")
        .timezone("browser")
        .refresh("5m")
        .tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
        .links(_links(one.variables))
        .with_variable(build.DatasourceVariable("datasource").label("Data source").type(one.source.value))
    )
    for variable in one.variables:
        page = page.with_variable(_variable(variable, one.source))
    for mark in one.annotations:
        page = page.annotation(_annotation(mark, one.source))
    for number, panel, place in placed(one.panels):
        page = page.with_panel(_panel(panel, number, place, one.source))
    return page.build()


def reference(source: Source) -> common.DataSourceRef:
    """The data source that the reader has chosen."""
    return common.DataSourceRef(type_val=source.value, uid=DATASOURCE)


class _Panel(Builder[dashboard.Panel]):
    def __init__(self, panel: dashboard.Panel) -> None:
        self.panel = panel

    def build(self) -> dashboard.Panel:
        return self.panel


def _panel(panel: Panel, number: int, place: Place, source: Source) -> _Panel:
    found = panel.look.build()
    found.id_val, found.title, found.description = number, panel.title, panel.help
    found.datasource = reference(source)
    found.grid_pos = dashboard.GridPos(x=place.x, y=place.y, w=place.width, h=place.height)
    found.targets = [asked(query, source, ref) for ref, query in zip(ascii_uppercase, panel.queries, strict=False)]
    found.transformations = [
        dashboard.DataTransformerConfig(id_val=one.name, options=one.options) for one in panel.reshapes
    ] or None
    found.links = [_link(one).build() for one in panel.links] or None
    return _Panel(found)


def _link(link: Link) -> build.DashboardLink:
    return build.DashboardLink(link.title).type(dashboard.DashboardLinkType.LINK).url(link.url).target_blank(True)


def _links(variables: Iterable[Variable]) -> list[Builder[dashboard.DashboardLink]]:
    others = (
        build.DashboardLink("tidegauge")
        .type(dashboard.DashboardLinkType.DASHBOARDS)
        .tags(["tidegauge"])
        .as_dropdown(True)
        .include_vars(True)
        .keep_time(True)
    )
    places = {"reports": Link("Reports", "${reports}/index.html"), "airflow": Link("Airflow", "${airflow}")}
    return [others, *(_link(places[one.name]) for one in variables if one.name in places)]


def _variable(variable: Variable, source: Source) -> Builder[dashboard.VariableModel]:
    hide = dashboard.VariableHide.HIDE_VARIABLE if variable.hidden else dashboard.VariableHide.DONT_HIDE
    if variable.kind == "constant":
        return build.ConstantVariable(variable.name).label(variable.label).value(variable.text)
    found = (
        build.QueryVariable(variable.name)
        .label(variable.label)
        .datasource(reference(source))
        .query(variable.text)
        .regex(variable.regex)
        .hide(hide)
        .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
    )
    first = dashboard.VariableOption(text=variable.first, value=variable.first)
    return found.current(first) if variable.first else found


def _annotation(mark: Annotation, source: Source) -> build.AnnotationQuery:
    found = build.AnnotationQuery().name(mark.name).datasource(reference(source)).enable(True).icon_color(mark.color)
    if source is Source.POSTGRES:
        return found.target(Built(asked(mark.query, source, "Anno")))
    return found.expr(mark.query.text).title_format(mark.query.legend).text_format(mark.text).step(EVERY)
