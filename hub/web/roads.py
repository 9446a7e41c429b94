"""The roads into and out of the home, as hub.toml has them: which there are, whether each is open, when it last worked.

Only looked at here: they are the installer's, and changed in hub.toml. No secret is shown: no password, no PIN, no
address of the outside watcher (whoever has that could keep a dead hub looking alive), nor anybody's name in an address.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from flask import request

from hub.config import HubConfig, MailConfig, MqttConfig
from hub.domain.proof import BROKER, proven
from hub.domain.records import State
from hub.domain.supervision_state import SIM
from hub.domain.trouble import code_of
from hub.place_forms import TOPIC_ROOT, Listen
from hub.web.guard import house
from hub.web.language import gettext as _

# What may stand before the host of an address: a name, and a password.
_WHO_ASKS = re.compile(r"(?<=//).*@|^[^/]*@")


@dataclass(frozen=True, slots=True)
class Road:
    """One road. ``is_open``: None where it is off, or nothing is known yet. ``closed_since``: as far as that is known.

    ``values``: what was written, by its name; ``section``: where in hub.toml that is.
    """

    name: str
    is_on: bool
    is_open: bool | None
    closed_since: datetime | None
    proven_at: datetime | None
    values: tuple[tuple[str, str], ...]
    section: str


def roads(state: State, config: HubConfig, watcher_heard_at: datetime | None) -> tuple[Road, ...]:
    """Return every road there may be; those that are off say so."""
    return (
        _texts(state, config),
        _broker(state, config),
        _mail(state, config.mail),
        Road(_("Outside watcher"), bool(config.ping_url), None, None, watcher_heard_at, (), "watch"),
        _pages(config.web, config.web_names),
    )


def _texts(state: State, config: HubConfig) -> Road:
    values = ((_("Port"), without_names(config.modem.port)), (_("Profile"), config.modem.profile))
    is_open = state.roads.get("sms")
    return Road(_("Texts (modem)"), True, is_open, _since(state, "modem"), proven(state).get(SIM), values, "modem")


def _broker(state: State, config: HubConfig) -> Road:
    is_open = state.roads.get("mqtt") if config.mqtt else None
    values = _of_broker(config.mqtt, config.hub.id) if config.mqtt else ()
    proven_at = proven(state).get(BROKER) if config.mqtt else None
    return Road("MQTT", config.mqtt is not None, is_open, _since(state, "mqtt"), proven_at, values, "mqtt")


def _mail(state: State, config: MailConfig | None) -> Road:
    """Its server is tried at the start and once a day; a fault stands while that fails."""
    values = ((_("Server"), f"{_host(config.server)}:{config.port} ({config.tls})"),) if config else ()
    closed_since = _since(state, "mail")
    is_open = closed_since is None if config else None
    return Road(_("Mail"), config is not None, is_open, closed_since, None, values, "mail")


def _of_broker(config: MqttConfig, hub_id: str) -> tuple[tuple[str, str], ...]:
    broker = config.broker
    return (
        (_("Broker"), f"{'mqtts' if broker.tls else 'mqtt'}://{_host(broker.host)}:{broker.port}"),
        (_("Topics begin with"), f"{TOPIC_ROOT}/{hub_id}/"),
        (_("Home Assistant"), _("no discovery in this release: what it shows is written into its own configuration")),
    )


def _pages(listen: Listen | None, names: tuple[str, ...]) -> Road:
    """Whoever reads this has them: they work now."""
    values = [(_("Opened here as"), without_names(request.host_url))]
    if listen is not None:
        values.append((_("Listens on"), f"{_host(listen.host)}:{listen.port}"))
    if names:
        values.append((_("Further names"), ", ".join(names)))
    return Road(_("These pages"), True, True, None, house().now(), tuple(values), "web")


def without_names(address: str) -> str:
    """Return ``address`` without whoever asks there: "//hub:password@host" is "//host"."""
    return _WHO_ASKS.sub("", address)


def _host(host: str) -> str:
    bare = without_names(host)
    return f"[{bare}]" if ":" in bare else bare


def _since(state: State, driver: str) -> datetime | None:
    """Since when something of this driver is out of order."""
    raised = (fault.raised_at for code, fault in state.faults.items() if code_of(code).partition(".")[0] == driver)
    return min(raised, default=None)
