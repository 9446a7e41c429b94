"""A question at night: softly at first, and aloud when nobody has moved.

Only what the learned silence asks: most of what it asks for nothing it asks at night, of somebody who sleeps well. The
warning lasts as long as by day, and nobody is told later for it.
"""

from datetime import datetime, tzinfo

from hub.domain.evidence import is_quiet
from hub.domain.policy import LEARNED
from hub.domain.records import Incident, Phase


def is_gentle(incident: Incident, now: datetime, zone: tzinfo) -> bool:
    """Whether the resident is asked softly at ``now`` (UTC): in the first half of a warning that began at night."""
    began, ends = incident.phase_since, incident.due
    if incident.source != LEARNED or incident.phase is not Phase.WARNING or began is None or ends is None:
        return False
    return is_quiet(began, zone) and now - began < (ends - began) / 2
