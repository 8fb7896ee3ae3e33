"""Where decisions go: the visible lists of sinks and actions. One file, and one line here, to add one.

A class is listed by its address, as another package's entry points list theirs, and is imported when somebody asks for
it by name: a monitor's file names them, so the lists stand here, and reading one must stay light. What the classes
themselves need to show a decision lies floors above.
"""

from typing import TYPE_CHECKING

from tidegauge.core.plugins import Plugins
from tidegauge.core.registry import Addressed
from tidegauge.monitor.options import whole

if TYPE_CHECKING:
    from tidegauge.actions.base import Action
    from tidegauge.sinks.base import Sink

SINKS: Addressed[type["Sink"]] = Addressed(
    "sink",
    {
        "prometheus": "tidegauge.sinks.prometheus:Prometheus",
        "remote_write": "tidegauge.sinks.remote_write:RemoteWrite",
        "html": "tidegauge.sinks.html:Html",
    },
    base="tidegauge.sinks.base:Sink",
    check=whole,
    plugins=Plugins("tidegauge.sinks"),
)

ACTIONS: Addressed[type["Action"]] = Addressed(
    "action",
    {
        "retrain": "tidegauge.actions.retrain:Retrain",
        "fallback": "tidegauge.actions.fallback:Fallback",
        "notify": "tidegauge.actions.notify:Notify",
        "slack": "tidegauge.actions.slack:Slack",
        "pagerduty": "tidegauge.actions.pagerduty:PagerDuty",
        "alertmanager": "tidegauge.actions.alertmanager:Alertmanager",
        "mail": "tidegauge.actions.mail:Mail",
        "webhook": "tidegauge.actions.webhook:Webhook",
        "report": "tidegauge.actions.write_report:WriteReport",
    },
    base="tidegauge.actions.base:Action",
    check=whole,
    plugins=Plugins("tidegauge.actions"),
)


def waits(action: str) -> bool:
    """Whether an action is one that Airflow starts; nobody else carries it out."""
    return action in ACTIONS and ACTIONS[action].waits
