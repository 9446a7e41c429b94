"""Waves: who is asked, when the next ones are, and who is told of an answer.

A plan is a list of waves. A wave begins when the one before has waited long enough, and at once when there
is nobody left to wait for: everybody asked cannot go, or could not be reached. The last wave ignores hours and
repeats until somebody answers.
"""

from datetime import timedelta

from hub.domain.availability import may_be_asked
from hub.domain.draft import Draft
from hub.domain.facts import IncidentDeclined, Kind, PersonUnreached, Purpose, WaveStarted, Words
from hub.domain.outbox_state import is_closed
from hub.domain.policy import Person, Resident, Role
from hub.domain.records import CALL, TEXT, Incident, Message, MessageStatus, Phase, road_of

# After its own wait the last wave comes again after these, then always after the last of them (BEHAVIOUR 2).
REPEATS = (timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=15))
# A plan that waits less than this was made for a demo or a test, and repeats as it is.
SHORT_WAIT = timedelta(minutes=1)
# No plan makes the hub spin, whatever it says.
SHORTEST_WAIT = timedelta(seconds=1)


def start_wave(draft: Draft, number: int, wave: int, times: int = 1) -> None:
    """Begin wave ``wave`` (from 1) for the ``times``-th time, or the next one that has somebody to ask."""
    incident = draft.incident(number)
    last = len(incident.plan.waves)
    # A journal may say anything, even a wave that the plan does not have.
    wave = min(max(wave, 1), last)
    people = _people_to_ask(draft, incident, wave, times)
    while not people and wave < last:
        wave += 1
        people = _people_to_ask(draft, incident, wave, times)
    wait = _wait(incident, wave, times)
    ids = tuple(person.id for person in people)
    draft.note(WaveStarted(draft.at, number, wave, times, ids, draft.at + wait))
    for person in people:
        _ask(draft, number, person)
    if incident.plan.waves[wave - 1].ring:
        for person in people:
            _ring(draft, number, person)
    _go_on_if_nobody_is_left(draft, number)


def next_wave(draft: Draft, number: int) -> None:
    """Go on from the running wave: to the next one, or round again with the last."""
    incident = draft.incident(number)
    if incident.is_last_wave:
        start_wave(draft, number, incident.wave, incident.round + 1)
    else:
        start_wave(draft, number, incident.wave + 1)


def decline(draft: Draft, number: int, person: str) -> None:
    """This person cannot go; when nobody else is left to wait for, the next wave begins."""
    if person in draft.incident(number).declined:
        return
    draft.note(IncidentDeclined(draft.at, number, person))
    _go_on_if_nobody_is_left(draft, number)


def refused(draft: Draft, message: Message, *, is_final: bool) -> None:
    """A send did not go out: ask by the person's next channel at once, or count them as not reached.

    While the road itself is closed, and nobody of a later wave has another, nobody could be reached sooner: then an
    alert that may still go waits for its road, and the waves keep their pace.
    """
    incident = draft.state.incidents.get(message.incident or 0)
    if incident is None or incident.phase is not Phase.ALERTING:
        return
    person = incident.plan.person(message.person)
    if person and message.is_spoken and CALL not in person.channels:
        return  # they were rung besides: what reaches them is another message
    channel = _channel_after(person, message.channel) if person else None
    if person and channel:
        # Once: what comes of the next channel is that one's own report.
        if not message.refused and not _has_alert_waiting(draft, incident.number, person.id, channel):
            is_as_said = channel != CALL and not message.is_spoken
            words = message.words if is_as_said else _words_by(channel, incident, person)
            draft.write(person, Purpose.ALERT, words, incident.number, channel)
    elif message.person not in incident.unreached and (is_final or _has_open_road(draft, incident, message.road)):
        draft.note(PersonUnreached(draft.at, incident.number, message.person))
        _go_on_if_nobody_is_left(draft, incident.number)


def may_reach_somebody(draft: Draft, incident: Incident) -> bool:
    """Whether a road to anybody of the running wave is open, or not known to be closed."""
    asked = (person for person in incident.plan.people if person.id in incident.asked)
    roads = {road_of(channel) for person in asked for channel in person.channels}
    return any(draft.state.roads.get(road) is not False for road in roads)


def tell_the_others(draft: Draft, incident: Incident, but: str, words: Words) -> None:
    """Tell everybody an alert went to, or is just going to, and whoever goes, but ``but``, what became of it."""
    just_going = (
        message.person
        for message in draft.state.outbox.values()
        if message.incident == incident.number
        and message.purpose is Purpose.ALERT
        and message.status is MessageStatus.SENDING
    )
    for who in dict.fromkeys((*incident.told, *just_going, *incident.going)):
        person = draft.person(incident, who)
        if person is not None and who != but and who not in draft.state.stopped:
            draft.write(person, Purpose.STATUS, words, incident.number)


def alert_words(incident: Incident, person: Person) -> Words:
    """The words that ask this person for help; whoever was asked before hears that nobody has answered, if so."""
    again = person.id in incident.told
    if again and incident.lost not in (None, person.id):
        key = "answer.lost.others"
    elif again and incident.is_last_wave and incident.lost is None:
        key = "noack"
    else:
        key = f"alert.{incident.kind}.{incident.about}" if incident.about else f"alert.{incident.kind}"
    return Words(
        key,
        (
            ("person", incident.name_of(incident.lost)),
            ("resident", incident.plan.resident.name),
            ("room", incident.room),
            ("time", incident.opened_at),
            ("since", incident.since),
            # The silence was too long by then.
            ("due", incident.opened_at),
            ("number", incident.number),
            ("device", incident.source),
        ),
    )


def _people_to_ask(draft: Draft, incident: Incident, wave: int, times: int) -> tuple[Person, ...]:
    """Whom wave ``wave`` asks now. Hours count only where the time is known, and not in the last wave."""
    members = incident.plan.waves[wave - 1].people
    people = tuple(p for p in incident.plan.people if p.id in members and p.id not in draft.state.stopped)
    # A number that refused before holds up nobody's alert.
    people = tuple(sorted(people, key=lambda person: person.id in incident.unreached))
    willing = tuple(p for p in people if p.id not in incident.declined)
    if wave >= len(incident.plan.waves):
        # Whoever said "I can't" is left in peace once, but not when nobody else is left, nor for ever.
        is_repeat = times > 1 and (wave, times) != (incident.wave, incident.round)
        return people if is_repeat or not willing else willing
    if not draft.state.clock_trusted:
        return willing
    return tuple(p for p in willing if may_be_asked(draft.state, p, draft.at, draft.local()))


def _wait(incident: Incident, wave: int, times: int) -> timedelta:
    wait = max(incident.plan.waves[wave - 1].wait, SHORTEST_WAIT)
    if times == 1 or wait < SHORT_WAIT:
        return wait
    return REPEATS[min(times - 2, len(REPEATS) - 1)]


def _ask(draft: Draft, number: int, person: Person) -> None:
    incident = draft.incident(number)
    # An alert that still waits for its road goes out when it can: a second one would only be a repeat.
    if not _has_alert_waiting(draft, number, person.id):
        channel = next(iter(person.channels), TEXT)
        draft.write(person, Purpose.ALERT, _words_by(channel, incident, person), number, channel)


def _ring(draft: Draft, number: int, person: Person) -> None:
    """Have this person called, if there is a way to call, and they are not called anyway."""
    can_call = draft.state.roads.get(CALL, False) and bool(person.phone)
    if can_call and CALL not in person.channels and not _has_alert_waiting(draft, number, person.id, CALL):
        draft.write(person, Purpose.ALERT, _words_by(CALL, draft.incident(number), person), number, CALL)


def _words_by(channel: str, incident: Incident, person: Person) -> Words:
    if channel == CALL:
        return call_words(incident.kind, incident.plan.resident, person)
    return alert_words(incident, person)


def call_words(kind: Kind, resident: Resident, person: Person) -> Words:
    """What this person hears when they pick up, and which keys they may press; each line is a phrase.

    It is the same whenever it is said, so that it can be prepared: the room and the hour stand in the text.
    """
    # Only the family may say from afar that all is well (`hub.domain.conversation.may_close`).
    well = 9 if person.role is Role.ADMIN else None
    return Words(f"say.call.{kind}", (("resident", resident.name), ("well", well)))


def _has_alert_waiting(draft: Draft, number: int, who: str, channel: str | None = None) -> bool:
    return any(
        message.incident == number
        and message.person == who
        and message.purpose is Purpose.ALERT
        and channel in (None, message.channel)
        for message in draft.state.outbox.values()
    )


def _go_on_if_nobody_is_left(draft: Draft, number: int) -> None:
    incident = draft.incident(number)
    waiting_for = set(incident.asked) - incident.declined - incident.unreached
    if incident.phase is Phase.ALERTING and not waiting_for and not incident.is_last_wave:
        next_wave(draft, number)


def _has_open_road(draft: Draft, incident: Incident, road: str) -> bool:
    """Whether this road is open, or any that leads to people of a later wave."""
    later = {who for wave in incident.plan.waves[incident.wave :] for who in wave.people}
    channels = (channel for person in incident.plan.people if person.id in later for channel in person.channels)
    roads = {road, *map(road_of, channels)}
    return not all(is_closed(draft.state, each) for each in roads)


def _channel_after(person: Person, channel: str) -> str | None:
    if channel not in person.channels:
        return None
    return next(iter(person.channels[person.channels.index(channel) + 1 :]), None)
