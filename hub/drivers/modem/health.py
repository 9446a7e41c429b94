"""Is the modem still there, heard by a network, and set as we left it? Looked at now and then.

Also the one place that decides whether the roads are open: the modem is ready, and a network takes
its texts, or its calls, or lost it only a moment ago.
"""

from hub.drivers.modem import causes
from hub.drivers.modem.ladder import Ladder, SettingsLostError
from hub.drivers.modem.responses import Network, NetworkTime, PowerTrouble, Signal, SimState
from hub.drivers.modem.script import Script
from hub.drivers.modem.situation import CALLS, Reports, Situation
from hub.drivers.modem.startup import Startup

# Often enough to see a lost network before the next alert, seldom enough not to be in its way.
HEALTH_EVERY_S = 45.0
# Storage fills by what arrives; operator, SIM and clock change seldom.
SLOW_EVERY_S = 300.0
# Where the modem does not announce texts, an answer of a neighbour must not wait much longer.
POLL_EVERY_S = 30.0
# The hub believes a network that says the same time twice; until then it is asked on every look.
TIMES_ASKED_EARLY = 2
# A modem changes cells; what comes back within this was not lost.
GRACE_S = 15.0
# Then it is told as a fault, and worth a word to the family.
NO_NETWORK_S = 60.0
# Below this many texts get through only after tries (SIM7600: 38 s at -109 dBm); it clears 4 dB above.
WEAK_DBM = -107
STRONG_ENOUGH_DBM = -103
WEAK_READINGS = 3
# Trouble with the supply that has not come back for so long has passed.
POWER_TROUBLE_KEPT_S = 3600.0
# Good reception until a moment ago and no network now: that is no dead spot.
GOOD_DBM = -85


class Health:
    """Looks at the modem, and tells what the network's coming and going means."""

    def __init__(self, situation: Situation, reports: Reports, ladder: Ladder, startup: Startup) -> None:
        self._situation = situation
        self._reports = reports
        self._ladder = ladder
        self._startup = startup
        self._weak_readings = 0
        self._was_good = False
        self._times_told = 0
        # An earlier run may have told of the supply: that too is over in an hour.
        self.power_settles_at: float | None = situation.now + POWER_TROUBLE_KEPT_S
        # Since when a ready modem has had no network.
        self.without_network_since: float | None = None

    def look(self) -> Script[None]:
        """Signal, registration, and whether the modem still knows how we talk; the time, until it was told."""
        answer = yield from self._ladder.ask("AT+CSQ")
        if (signal := answer.value(Signal)) is not None:
            self.note_signal(signal)
        yield from self._startup.ask_registration()
        self.judge()
        yield from self._ladder.ask_mode()
        if self._times_told < TIMES_ASKED_EARLY:
            yield from self._ask_time()

    def look_around(self) -> Script[None]:
        """The SIM, the operator, the network's clock."""
        answer = yield from self._ladder.ask("AT+CPIN?")
        told = answer.value(SimState)
        if (told is not None and told.state != "READY") or causes.sim_code(answer.final) in causes.SIM_GONE:
            raise SettingsLostError(f"AT+CPIN? says {told.state if told else answer.final}")
        yield from self._startup.ask_operator()
        yield from self._ask_time()

    def _ask_time(self) -> Script[None]:
        answer = yield from self._ladder.ask("AT+CCLK?")
        if (clock := answer.value(NetworkTime)) is not None:
            self.note_clock(clock)

    def note_network(self, network: Network) -> None:
        """The modem told by itself where it is registered."""
        self._situation.note(network)
        self.judge()

    def note_clock(self, clock: NetworkTime) -> None:
        """The network's clock, a hint; one that was never set is none."""
        if clock.is_plausible:
            self._times_told += 1
            self._reports.observe("network_time", clock.at.isoformat())
            self._reports.time(clock.at)

    def note_signal(self, signal: Signal) -> None:
        """Keep how well the network is heard; unknown is not weak."""
        self._situation.signal_dbm = signal.dbm
        self._reports.observe("signal_dbm", signal.dbm)
        if signal.dbm is None:
            return
        self._was_good = signal.dbm >= GOOD_DBM
        self._weak_readings = self._weak_readings + 1 if signal.dbm < WEAK_DBM else 0
        if self._weak_readings >= WEAK_READINGS:
            self._reports.fault("gsm.weak", f"{signal.dbm} dBm: move the antenna")
        elif signal.dbm >= STRONG_ENOUGH_DBM:
            self._reports.clear("gsm.weak")

    def note_power(self, trouble: PowerTrouble) -> None:
        """The modem's supply is bad: for an hour after the last complaint."""
        self._reports.fault("modem.power", f"the modem says {trouble.line}: its supply is too weak or too strong")
        self.power_settles_at = self._situation.now + POWER_TROUBLE_KEPT_S

    def judge(self) -> None:
        """Tell what has changed, or lasted, by now: the road for texts, the supply."""
        if self.power_settles_at is not None and self._situation.now >= self.power_settles_at:
            self.power_settles_at = None
            self._reports.clear("modem.power")
        self._judge_road()

    def _judge_road(self) -> None:
        situation = self._situation
        if not situation.is_ready:
            self.without_network_since = None
            self._reports.observe("gsm_registered", False)
            self._close(situation.why_not)
            return
        self._reports.observe("gsm_registered", situation.is_registered)
        if situation.is_registered:
            self.without_network_since = None
            self._reports.link(up=True)
            self._reports.link(up=situation.carries_calls, detail=self._why_no_calls(), name=CALLS)
            self._reports.clear("gsm.no_network", "modem.sick")
            return
        if self.without_network_since is None:
            self.without_network_since = situation.now
        self._tell_lost(self.without_network_since)

    def _tell_lost(self, since: float) -> None:
        if self._situation.now >= since + GRACE_S:
            self._close(self._why_lost())
        if self._situation.now >= since + NO_NETWORK_S:
            self._reports.fault("gsm.no_network", self._why_lost())

    def _close(self, why: str) -> None:
        self._reports.link(up=False, detail=why)
        self._reports.link(up=False, detail=why, name=CALLS)

    def _why_no_calls(self) -> str:
        if self._situation.carries_calls:
            return ""
        return "this network takes texts only" if self._situation.profile.voice else "this modem has no voice"

    def _why_lost(self) -> str:
        if self._situation.is_denied:
            return "the network refuses this SIM: is its contract active and paid?"
        if self._was_good:
            return "network lost although it was heard well a moment ago: an outage, or somebody jams it"
        return "no network is found: antenna, place, and whether the operator still runs this kind of network"

    def next_judgement(self) -> float | None:
        """Return when being without a network means more than it does now."""
        since = self.without_network_since
        if since is None:
            return None
        # The same sums as in `_tell_lost`: rounded otherwise, the timer would come and nothing be due.
        return next((at for at in (since + GRACE_S, since + NO_NETWORK_S) if self._situation.now < at), None)
