"""What can happen in a story: the sentences of its steps, and what each does to the house.

One table, one row a sentence. What stands in quotes, a name or a time is taken from the sentence.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, TypeAlias

from hub.domain.facts import Outcome
from hub.domain.inputs import Action
from hub.errors import FormError
from hub.sim import modem_calls
from hub.sim import modem_faults as faults
from hub.sim.house import House
from hub.sim.memory_card import Condition
from hub.sim.mobile_network import REPORT_STILL_TRYING, Reach
from hub.sim.modem_state import HOME, SEARCHING
from hub.time_forms import read_duration

Do: TypeAlias = Callable[..., None]

_SPAN = r"(\d+(?:ms|s|min|h|d))"
_QUOTED = r'"([^"]*)"'
_NAME = r"(.+?)"

STEPS: list[tuple[re.Pattern[str], Do]] = []


class SentenceError(FormError):
    """No sentence of a story says this."""


def step(pattern: str) -> Callable[[Do], Do]:
    """Add a sentence: ``pattern`` is a regular expression for the whole of it; its groups become arguments."""

    def register(do: Do) -> Do:
        STEPS.append((re.compile(pattern), do))
        return do

    return register


def perform(house: House, sentence: str) -> None:
    """Do what ``sentence`` says. Raises `SentenceError` when no row of the table fits."""
    for pattern, do in STEPS:
        match = pattern.fullmatch(sentence)
        if match is not None:
            do(house, *(part for part in match.groups() if part is not None))
            return
    raise SentenceError(f"no step says {sentence!r}; docs/stories.md lists them all")


@step("nothing")
def _nothing(_house: House) -> None:
    """Time passes."""


# --- at home -------------------------------------------------------------------------------------------


@step(f"the button {_QUOTED} is pressed")
def _press(house: House, button: str) -> None:
    house.press(button)


@step(f"the button {_QUOTED} is held for {_SPAN}")
def _hold(house: House, button: str, span: str) -> None:
    house.press(button, seconds=read_duration(span).total_seconds())


@step(f"the button {_QUOTED} bounces")
def _bounce(house: House, button: str) -> None:
    """Ten edges within 20 ms, as a worn contact makes them; at the end the finger is gone."""
    for edge in range(10):
        house.world.after(edge * 0.002, lambda down=edge % 2 == 0: house.contacts.move(button, active=down))  # type: ignore[misc]
    house.settle()


@step(f"the pendant {_QUOTED} says {_QUOTED}")
def _act(house: House, pendant: str, action: str) -> None:
    house.act(pendant, action)


@step(f"somebody walks through {_QUOTED}")
def _walk(house: House, room: str) -> None:
    house.walk(room)


@step(f"the bed {_QUOTED} (fills|empties)")
def _bed(house: House, bed: str, how: str) -> None:
    house.sense(bed, active=how == "fills")


@step(f"the door {_QUOTED} (opens|closes)")
def _door(house: House, door: str, how: str) -> None:
    house.sense(door, active=how == "opens")


@step(f"the detector {_QUOTED} (sounds|falls silent)")
def _detect(house: House, detector: str, how: str) -> None:
    house.sense(detector, active=how == "sounds")


@step(rf"the thermometer {_QUOTED} reads (-?\d+(?:\.\d+)?) degrees")
def _measure(house: House, thermometer: str, celsius: str) -> None:
    house.measure(thermometer, float(celsius))


@step(f"the broker hands over a retained {_QUOTED} of the pendant {_QUOTED}")
def _retained(house: House, action: str, pendant: str) -> None:
    topic = str(getattr(house.home.button(pendant).source, "topic", ""))
    house.publish(topic, json.dumps({"action": action}).encode(), retained=True)
    house.settle()


@step(rf"the battery of {_QUOTED} is at (\d+) %")
def _battery(house: House, device: str, percent: str) -> None:
    """At 0 % it says nothing more."""
    house.home.drain(device, int(percent))
    house.settle()


@step(f"the bridge says that {_QUOTED} is (gone|there)")
def _availability(house: House, device: str, how: str) -> None:
    house.home.availability(device, there=how == "there")
    house.settle()


@step("the bridge of the wireless devices (stops|runs again)")
def _bridge(house: House, how: str) -> None:
    state = {"state": "offline" if how == "stops" else "online"}
    house.publish("zigbee2mqtt/bridge/state", json.dumps(state).encode(), retained=True)
    house.settle()


# --- people ----------------------------------------------------------------------------------------------


@step(f"{_NAME} texts {_QUOTED}")
def _text(house: House, who: str, words: str) -> None:
    house.texts(somebody(house, who), words)


@step(f"{_NAME}'s phone is switched off")
def _phone_off(house: House, who: str) -> None:
    house.set_reach(somebody(house, who), replace(house.network.usual, report=REPORT_STILL_TRYING))


@step("the mail server is (gone|back)")
def _mail_server(house: House, state: str) -> None:
    house.mailboxes.is_up = state == "back"


@step(f"the mailbox {_QUOTED} does not exist")
def _no_mailbox(house: House, address: str) -> None:
    house.mailboxes.refused.add(address)


@step(f"{_NAME}'s number is refused")
def _refused(house: House, who: str) -> None:
    house.set_reach(somebody(house, who), replace(house.network.usual, refused_with=1))


@step(f"{_NAME}'s phone works again")
def _phone_on(house: House, who: str) -> None:
    house.set_reach(somebody(house, who), house.network.usual)


@step(f"{_NAME} picks up after {_SPAN}(?: and presses ([0-9*#]))?")
def _picks_up(house: House, who: str, span: str, key: str = "") -> None:
    """A voice mail presses nothing; somebody who does has heard which key means what."""
    after_s = read_duration(span).total_seconds()
    _set_calls(house, who, answers_after_s=after_s, presses=key, having_heard=f" {key}.")


@step(f"{_NAME} picks up after {_SPAN} and hangs up after {_SPAN}")
def _hangs_up(house: House, who: str, span: str, then: str) -> None:
    after_s, hangs_up_after_s = (read_duration(each).total_seconds() for each in (span, then))
    _set_calls(house, who, answers_after_s=after_s, hangs_up_after_s=hangs_up_after_s)


@step(f"{_NAME} picks up no call")
def _never_picks_up(house: House, who: str) -> None:
    _set_calls(house, who)


@step(f"{_NAME}'s line is engaged")
def _engaged(house: House, who: str) -> None:
    _set_calls(house, who, is_busy=True)


@step(f"{_NAME} rings the hub")
def _rings_the_hub(house: House, who: str) -> None:
    house.rings(somebody(house, who))


@step(f"{_NAME} hangs up")
def _puts_down(house: House, who: str) -> None:
    """In a call with the hub, whoever called whom."""
    call = house.modem.call
    if call is None or call.number != house.number_of(somebody(house, who)):
        raise SentenceError(f"{who} is in no call with the hub")
    modem_calls.put_down(house.modem)
    house.settle()


def _set_calls(house: House, who: str, **calls: Any) -> None:
    """What somebody does with calls from now on; texts reach them as before."""
    reach = house.reach_of(somebody(house, who))
    house.set_reach(who, replace(house.network.usual, **_of_texts(reach), **calls))


def _of_texts(reach: Reach) -> dict[str, Any]:
    return {"refused_with": reach.refused_with, "refusals": reach.refusals, "report": reach.report}


@step(f"{_NAME} (answers|declines|arrives|closes) at the console(?: as ([a-z_]+))?")
def _console(house: House, who: str, verb: str, outcome: str = "helped") -> None:
    action = {
        "answers": Action.ANSWER,
        "declines": Action.DECLINE,
        "arrives": Action.ATTEND,
        "closes": Action.CLOSE,
    }[verb]
    house.command(action, by=_id(house, who), outcome=Outcome(outcome) if action is Action.CLOSE else None)


@step(f"{_NAME} sets (away|pause|visitor) for {_SPAN}")
def _leave(house: House, who: str, which: str, span: str) -> None:
    action = Action(which)
    house.command(action, by=_id(house, who), until=house.now() + read_duration(span))


@step(f"{_NAME} sets (away|pause) until {_QUOTED}")
def _leave_until(house: House, who: str, which: str, moment: str) -> None:
    action = Action.AWAY if which == "away" else Action.PAUSE
    house.command(action, by=_id(house, who), until=_next(house, moment))


@step(f"{_NAME} expects a sign by {_QUOTED}")
def _expects(house: House, who: str, moment: str) -> None:
    house.command(Action.EXPECT, by=_id(house, who), until=_next(house, moment))


@step(f"{_NAME} ends the absence")
def _back(house: House, who: str) -> None:
    house.command(Action.BACK, by=_id(house, who))


@step(f"{_NAME} switches the watch off")
def _switches_off(house: House, who: str) -> None:
    house.command(Action.OFF, by=_id(house, who))


@step(f"{_NAME} asks for a drill")
def _drill(house: House, who: str) -> None:
    house.command(Action.TEST, by=_id(house, who))


@step(f"{_NAME} invites {_NAME} by text")
def _invites(house: House, who: str, whom: str) -> None:
    house.invited(_id(house, whom), by=_id(house, who))


@step(f"the family takes {_NAME} off the list")
def _off_the_list(house: House, who: str) -> None:
    house.leaves_the_circle(_id(house, who))


@step(r"Home Assistant orders (\{.*\})")
def _order(house: House, payload: str) -> None:
    house.publish(f"telecare/{house.config.hub.id}/cmd", payload.encode())
    house.settle()


# --- the hub, its power and its card ------------------------------------------------------------------------


@step("the hub is switched on")
def _switch_on(house: House) -> None:
    house.start_hub()


@step(r"the mains (fail|are back)")
def _mains(house: House, how: str) -> None:
    """The house is dark; the hub runs on its battery."""
    house.read("mains", how == "are back")


@step("the hub is killed")
def _kill(house: House) -> None:
    house.kill()


@step(f"the power is cut for {_SPAN}")
def _cut_for(house: House, span: str) -> None:
    house.cut_power(read_duration(span).total_seconds())


@step(f"the power is cut for {_SPAN}, and the machine keeps its clock")
def _cut_with_battery(house: House, span: str) -> None:
    house.cut_power(read_duration(span).total_seconds(), forgets_time=False)


@step("the card is full")
def _card_full(house: House) -> None:
    house.fill_card()


@step("the card has room again")
def _card_free(house: House) -> None:
    house.free_card()


@step("the card is worn out")
def _card_worn(house: House) -> None:
    """As worn cards do, it can be read and takes nothing more."""
    house.card.become(Condition.READ_ONLY)


@step("the card works again")
def _card_works(house: House) -> None:
    house.card.become(Condition.GOOD)


@step(f"the clock jumps {_SPAN} (ahead|back)")
def _clock(house: House, span: str, way: str) -> None:
    by = read_duration(span)
    house.step_clock(by if way == "ahead" else -by)


@step("the network tells the time")
def _network_time(house: House) -> None:
    """Over the internet (NTP)."""
    house.tell_the_time()


@step("the mobile network tells the time")
def _mobile_time(house: House) -> None:
    house.mobile_network_tells_the_time()


# --- the modem and its network ------------------------------------------------------------------------------


@step("the modem is unplugged")
def _unplug(house: House) -> None:
    house.unplug_modem()


@step("the modem is plugged in")
def _plug(house: House) -> None:
    house.plug_modem()


@step("the modem restarts")
def _modem_restarts(house: House) -> None:
    faults.restart(house.modem)


@step("the modem restarts in the middle of the next text")
def _restart_mid_send(house: House) -> None:
    house.modem.suffer(faults.RestartMidSend(silent_s=3.0, times=1))


@step(f"the modem hangs for {_SPAN}")
def _hang(house: House, span: str) -> None:
    faults.hang(house.modem, read_duration(span).total_seconds())


@step("the modem hangs until (its power key is pressed|its supply is cut)")
def _hang_for_good(house: House, what: str) -> None:
    faults.hang_until_switched(house.modem, key_is_dead=what == "its supply is cut")


@step("the OK to the next text is lost")
def _lost_ok(house: House) -> None:
    house.modem.suffer(faults.LostOk(command="+CMGS", times=1))


@step("the modem says nothing of the next text, though it goes out")
def _silence(house: House) -> None:
    house.modem.suffer(faults.SilenceAfterCtrlZ(was_sent=True, times=1))


@step(r"the next (\d+) texts are refused with (\d+)")
def _cms(house: House, times: str, code: str) -> None:
    house.modem.suffer(faults.CmsErrors(code=int(code), times=int(times)))


@step("the mobile network is lost")
def _no_network(house: House) -> None:
    faults.set_coverage(house.modem, SEARCHING)


@step("the mobile network is back")
def _network(house: House) -> None:
    faults.set_coverage(house.modem, HOME)


@step("the SIM card is pulled out")
def _sim_out(house: House) -> None:
    faults.remove_sim(house.modem)


@step("the SIM card is put back")
def _sim_in(house: House) -> None:
    faults.insert_sim(house.modem)


def somebody(house: House, who: str) -> str:
    """Return ``who``, a name or a number. Raises `SentenceError`: a misspelt name would get nothing, for ever."""
    if not house.number_of(who).startswith("+"):
        raise SentenceError(f"{_nobody(house, who)}; a stranger is a number, such as +33799999999")
    return who


def _id(house: House, who: str) -> str:
    people = _people(house)
    if who not in people:
        raise SentenceError(_nobody(house, who))
    return people[who]


def _nobody(house: House, who: str) -> str:
    return f"nobody here is called {who!r}; there are {', '.join(_people(house))}"


def _people(house: House) -> dict[str, str]:
    """Ids by name."""
    return {person.name: person.id for person in house.household.people} | {house.household.resident.name: "resident"}


def _next(house: House, moment: str) -> datetime:
    """When the clock in the hall next shows ``moment``."""
    local = house.local()
    there = datetime.combine(local.date(), time.fromisoformat(moment), house.zone)
    return there if there > local else there + timedelta(days=1)
