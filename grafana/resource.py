"""A description as Grafana 13's own resource, `dashboard.grafana.app/v2`: what its API and its Git sync take."""

from string import ascii_uppercase
from typing import Any

from grafana_foundation_sdk.models import dashboardv2 as v2
from grafana_foundation_sdk.models.resource import Manifest, Metadata

from grafana.classic import EVERY, asked
from grafana.description import DATASOURCE, Annotation, Dashboard, Link, Panel, Query, Source, Variable, placed
from grafana.written import plain

HIDDEN = v2.VariableHide.HIDE_VARIABLE
SHOWN = v2.VariableHide.DONT_HIDE


def resource(one: Dashboard) -> Manifest:
    """The whole page, under its name."""
    spots = list(placed(one.panels))
    items = [
        v2.GridLayoutItemKind(
            spec=v2.GridLayoutItemSpec(
                x=place.x,
                y=place.y,
                width=place.width,
                height=place.height,
                element=v2.ElementReference(name=f"panel-{number}"),
            )
        )
        for number, _, place in spots
    ]
    page = v2.Dashboard(
        title=one.title,
        description=one.help,
        tags=["tidegauge"],
        cursor_sync=v2.DashboardCursorSync.CROSSHAIR,
        time_settings=v2.TimeSettingsSpec(from_val=one.since, to="now", auto_refresh="5m"),
        links=_links(one),
        variables=[_datasource(one.source), *(_variable(variable, one.source) for variable in one.variables)],
        annotations=[_annotation(mark, one.source) for mark in one.annotations],
        elements={f"panel-{number}": _panel(panel, number, one.source) for number, panel, _ in spots},
        layout=v2.GridLayoutKind(spec=v2.GridLayoutSpec(items=items)),
    )
    return Manifest("dashboard.grafana.app/v2", "Dashboard", Metadata(name=one.uid), page)


def _query(query: Query, source: Source, **more: object) -> v2.DataQueryKind:
    said = plain(asked(query, source, ""))
    said.pop("refId", None)
    said.pop("datasource", None)
    ref = v2.Dashboardv2DataQueryKindDatasource(name=DATASOURCE)
    return v2.DataQueryKind(group=source.value, datasource=ref, spec={**said, **more})


def _panel(panel: Panel, number: int, source: Source) -> v2.PanelKind:
    drawn = panel.look.build()
    queries = [
        v2.PanelQueryKind(spec=v2.PanelQuerySpec(query=_query(query, source), ref_id=ref))
        for ref, query in zip(ascii_uppercase, panel.queries, strict=False)
    ]
    points = None if drawn.max_data_points is None else int(drawn.max_data_points)
    reshapes = [
        v2.TransformationKind(group=one.name, spec=v2.TransformationSpec(options=one.options)) for one in panel.reshapes
    ]
    group = v2.QueryGroupSpec(
        queries=queries,
        transformations=reshapes,
        query_options=v2.QueryOptionsSpec(interval=drawn.interval, max_data_points=points),
    )
    config: Any = drawn.field_config  # the two forms have it alike
    return v2.PanelKind(
        spec=v2.PanelSpec(
            id_val=number,
            title=panel.title,
            description=panel.help,
            links=[v2.DataLink(title=one.title, url=one.url, target_blank=True) for one in panel.links],
            data=v2.QueryGroupKind(spec=group),
            viz_config=v2.VizConfigKind(
                group=drawn.type_val, spec=v2.VizConfigSpec(options=drawn.options, field_config=config)
            ),
        )
    )


def _datasource(source: Source) -> v2.DatasourceVariableKind:
    spec = v2.DatasourceVariableSpec(name="datasource", label="Data source", plugin_id=source.value)
    return v2.DatasourceVariableKind(spec=spec)


def _variable(variable: Variable, source: Source) -> v2.VariableKind:
    hide = HIDDEN if variable.hidden else SHOWN
    if variable.kind == "constant":
        fixed = v2.VariableOption(text=variable.text, value=variable.text)
        return v2.ConstantVariableKind(
            spec=v2.ConstantVariableSpec(
                name=variable.name, label=variable.label, query=variable.text, current=fixed, hide=hide
            )
        )
    ref = v2.Dashboardv2DataQueryKindDatasource(name=DATASOURCE)
    text = {"query" if source is Source.PROMETHEUS else "rawSql": variable.text}
    return v2.QueryVariableKind(
        spec=v2.QueryVariableSpec(
            name=variable.name,
            label=variable.label,
            hide=hide,
            refresh=v2.VariableRefresh.ON_TIME_RANGE_CHANGED,
            query=v2.DataQueryKind(group=source.value, datasource=ref, spec=text),
            regex=variable.regex,
            sort=v2.VariableSort.ALPHABETICAL_ASC,
            definition=variable.text,
            current=v2.VariableOption(text=variable.first, value=variable.first),
        )
    )


def _annotation(mark: Annotation, source: Source) -> v2.AnnotationQueryKind:
    shown = {"titleFormat": mark.query.legend, "textFormat": mark.text, "step": EVERY}
    more: dict[str, object] = {key: value for key, value in shown.items() if source is Source.PROMETHEUS and value}
    return v2.AnnotationQueryKind(
        spec=v2.AnnotationQuerySpec(
            name=mark.name,
            query=_query(mark.query, source),
            enable=True,
            icon_color=mark.color,
            legacy_options=more or None,
        )
    )


def _links(one: Dashboard) -> list[v2.DashboardLink]:
    others = v2.DashboardLink(
        title="tidegauge",
        type_val=v2.DashboardLinkType.DASHBOARDS,
        tags=["tidegauge"],
        as_dropdown=True,
        include_vars=True,
        keep_time=True,
    )
    places = {"reports": Link("Reports", "${reports}/index.html"), "airflow": Link("Airflow", "${airflow}")}
    there = [places[variable.name] for variable in one.variables if variable.name in places]
    return [others, *(v2.DashboardLink(title=one.title, url=one.url, target_blank=True) for one in there)]
