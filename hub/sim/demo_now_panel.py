"""The middle of the demo's screen: is she all right, when would somebody be told, and what comes next.

Drawn from the hub's own view and state; what the hub did, line by line, is `DemoHouse.lines`.
"""

from collections.abc import Iterator

from textual.content import Content

from hub.domain.records import Incident
from hub.sim.demo_house import DemoHouse
from hub.sim.demo_paint import ALERT, DIM, STRONG, joined, line
from hub.sim.demo_telling import TONE_OFF, TONES, condition, names, next_step, when
from hub.sim.demo_words import Words


def banner(demo: DemoHouse, words: Words) -> tuple[Content, str]:
    """Return the one word for how things stand, since when, and the class of its colours."""
    view = demo.house.view
    if demo.house.hub is None or view is None:
        return joined([line((words.hub_off, STRONG)), Content(words.hub_off_why)]), TONE_OFF
    since = words.since.format(when(demo, view.since)) if view.since else ""
    return joined([line((condition(view, words), STRONG)), Content(since)]), TONES[view.condition]


def standing(demo: DemoHouse, words: Words, *, is_roomy: bool) -> Content:
    """Return what is known: last movement, next alert, the open incident, what is out of order."""
    known = [*_movement(demo, words), *_next_alert(demo, words)]
    for more in (_incident(demo, words), _faults(demo, words)):
        lines = list(more)
        known += [Content(""), *lines] if lines and is_roomy else lines
    return joined(known)


def _movement(demo: DemoHouse, words: Words) -> Iterator[Content]:
    last = demo.house.state.watch.last_life
    if demo.house.hub is None or last is None:
        yield line((f"{words.last_movement} ", STRONG), words.never_moved)
        return
    ago = words.ago.format(words.span(demo.house.hub.clock.now() - last))
    yield line((f"{words.last_movement} ", STRONG), ago, (f" ({when(demo, last)})", DIM))


def _next_alert(demo: DemoHouse, words: Words) -> Iterator[Content]:
    view = demo.house.view
    if view is None or view.incident is not None:
        return
    wait = demo.wait_for(view.next_alert_at)
    if wait is None or view.next_alert_at is None:
        yield line(words.no_next)
        return
    yield line(
        (f"{words.if_no_movement} ", STRONG),
        (when(demo, view.next_alert_at), STRONG),
        (f" ({words.within.format(words.span(wait))})", DIM),
    )


# --- the incident ---------------------------------------------------------------------------------------


def _incident(demo: DemoHouse, words: Words) -> Iterator[Content]:
    incident = demo.house.view.incident if demo.house.view is not None else None
    if demo.house.hub is None or incident is None:
        return
    title = f"{words.incident.format(incident.number)} · {words.kinds[incident.kind]}"
    yield line((title, STRONG), f" · {incident.room}" if incident.room else "")
    yield from _people(incident, words)
    wait = demo.wait_for(incident.due)
    if wait is not None:
        yield line(f"… {next_step(incident, words)} ", (words.span(wait), STRONG))


def _people(incident: Incident, words: Words) -> Iterator[Content]:
    told = words.told.format(names(incident, incident.told)) if incident.told else words.nobody_told
    yield line(("✓ " if incident.told else "· ", STRONG), told)
    for who in incident.going:
        is_there = who in incident.on_site
        minutes = f" {words.minutes.format(incident.minutes)}" if incident.minutes and not is_there else ""
        yield line(
            ("→ ", STRONG), (words.there_now if is_there else words.going).format(incident.name_of(who)), minutes
        )
    for people, text in ((incident.declined, words.cannot), (incident.unreached, words.unreached)):
        if people:
            yield line(("✖ ", STRONG), text.format(names(incident, sorted(people))))


# --- faults, the story ----------------------------------------------------------------------------------


def _faults(demo: DemoHouse, words: Words) -> Iterator[Content]:
    faults = demo.house.state.faults
    if not faults:
        return
    yield line((f"! {words.faults}", STRONG))
    for code in faults:
        yield line("  ", demo.fault_in_words(code))


def tale(demo: DemoHouse, words: Words) -> Content:
    """Return where the story is: what happens in this step, and what has to follow; else a tip to begin with."""
    script = demo.script
    if script is None or script.step is None:
        is_untouched = script is None and not demo.threads and not demo.house.state.open_incidents()
        return line((words.tip, STRONG)) if is_untouched else Content("")
    title = words.tale_over if script.is_over else words.tale
    verdict = words.expected.format(script.held, len(script.failed))
    lines = [line((f"{title} ", STRONG), (f"({verdict})", ALERT if script.failed else DIM))]
    lines += [line("▶ ", action.text) for action in script.step.actions if action.text != "nothing"]
    for judged in script.judged:
        sign = "·" if judged.instead is None else "✖" if judged.instead else "✓"
        lines.append(line((f"  {sign} {judged.sentence}", ALERT if judged.instead else DIM)))
    return joined(lines)
