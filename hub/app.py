"""The hub put together: settings -> objects -> start, and stop in the opposite order. One page.

    arm    settings, journal, core, control socket, then the drivers: buttons and modem before anything else;
           what no press waits for (housekeeping, the pages) only after that
    run    the core decides, on this thread, until SIGTERM
    stop   drivers, core, journal

Nothing here decides anything, and nothing but a first start without any good settings keeps the hub from arming.
"""

import logging
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

from hub import __version__, backup, erasing
from hub.clock import HubClock, boot_id
from hub.control import ControlServer, Settlements
from hub.desk import Answer, Desk
from hub.dispatch import Outlets
from hub.domain.facts import CommandSettled
from hub.domain.inputs import Booted, FaultCleared, FaultSeen, PolicyReplaced, WindowRefused
from hub.domain.policy import HAZARDS, Retention
from hub.domain.records import WindowWish
from hub.drivers import REGISTRY, Fitted, Wiring
from hub.drivers.gpio_chip import GpioChip
from hub.errors import HubError
from hub.housekeeping import Chore, Housekeeping
from hub.inbox import Inbox
from hub.joining import Joining
from hub.journal import Journal
from hub.last_resort import LAST_RESORT, LastResort
from hub.ledger import JournalWriter
from hub.loop import TRY_AGAIN_EVERY, Loop
from hub.messages import Catalogue
from hub.ports import Source
from hub.recall import recall, reopened
from hub.refuge import refuge_of
from hub.settings import InForce, in_force
from hub.watchdog import Living, Watchdog, notify
from hub.web.house import House
from hub.web.server import WebServer

log = logging.getLogger(__name__)

# INTEGRATIONS: `hb`.
HEARTBEAT_EVERY = timedelta(seconds=300)
# At a start the time is often not known yet, and a hub that is switched off each night has no next day.
PRUNE_EVERY = timedelta(hours=6)
# After the last resort the texts get this long to leave before the hub starts afresh.
LAST_WORDS_S = 20.0
# The page that asked for it is shown before.
RESTART_AFTER_S = 1.0
# EX_SOFTWARE of sysexits.h: systemd restarts us (Restart=always), and a person sees that it was our own fault.
STATUS_BUG = 70


class App:
    """One hub, on the settings at ``config``."""

    def __init__(self, config: Path) -> None:
        # Absolute: importing lgpio changes the working directory for a moment.
        self._config_path = config.absolute()
        self._sources: list[tuple[str, Source]] = []
        self._watcher_heard_at: datetime | None = None
        self.pages: WebServer | None = None
        self.status = 0

    def run(self) -> int:
        """Run until SIGTERM; return the exit status. Must be called on the main thread.

        :raises ConfigError: a first start with nothing known good.
        :raises ControlError: another hub runs on the same data folder.
        """
        self.arm()
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGHUP, self._on_reload)
        try:
            self.loop.run()
        finally:
            self.stop()
        return self.status

    def arm(self) -> None:
        """Start everything a press needs, then everything else."""
        self.clock = HubClock()
        self.settings = in_force(self._config_path, self.clock.now())
        # Claimed before the journal is opened: a second hub must not so much as look at it.
        self.control = ControlServer(self.settings.config.hub.data_dir, self._handle)
        unclaimed = self._claim()
        self._put_into_place()
        self._build_core()
        self._report_control(unclaimed)
        self.control.start()
        self.writer.start()
        self._start_drivers()
        # Only now: what waits in the journal is handed to the drivers at once.
        self.loop.handle(self._booted)
        self._report_mistakes(self.settings.mistakes)
        log.info("telecare-hub %s armed: %s", __version__, ", ".join(name for name, _ in self._sources))
        notify("READY=1")
        self._start_the_rest()

    def _put_into_place(self) -> None:
        """Do what somebody asked for while the hub ran, and what no running hub can do to its own files."""
        config = self.settings.config.hub
        try:
            changed = erasing.apply(config.data_dir, config.household) or backup.apply(config.data_dir)
        except OSError as error:
            # A card that takes no change must not keep the alarm from arming on what is there.
            log.error("restore: cannot be put into place: %s", error)  # noqa: TRY400 -- the sentence says it all
            return
        if changed:
            log.warning("the data of this home were replaced, as was asked for")
            refuge_of(os.environ.get("RUNTIME_DIRECTORY", "")).empty()
            self.settings = in_force(self._config_path, self.clock.now())

    def restart(self) -> bool:
        """End, where systemd starts us again; else leave it to whoever started us, and say so (False)."""
        if "INVOCATION_ID" not in os.environ:
            return False
        timer = threading.Timer(RESTART_AFTER_S, self.loop.stop)
        timer.daemon = True
        timer.start()
        return True

    def _claim(self) -> str:
        """Take the data folder; return what keeps commands out ("": nothing does), for that keeps no alarm in."""
        try:
            self.control.claim()
        except OSError as error:
            return f"no command can reach this hub: {error}"
        return ""

    def _report_control(self, evidence: str) -> None:
        if evidence:
            log.error("control: %s", evidence)
        self._fault("control.broken", evidence)

    def _fault(self, code: str, evidence: str) -> None:
        """Post that something is out of order, or (no ``evidence``) that what an earlier run told of is over."""
        now = self.clock.now()
        self.inbox.post(FaultSeen(now, code, evidence) if evidence else FaultCleared(now, code))

    def _build_core(self) -> None:
        config, policy = self.settings.config, self.settings.policy
        refuge = refuge_of(os.environ.get("RUNTIME_DIRECTORY", ""))
        recalled = recall(config.hub.journal, self.clock.now(), refuge=refuge)
        self.clock = HubClock(not_before=recalled.watched_until)
        self.inbox = Inbox(frozenset(s.id for s in policy.sensors if s.kind in HAZARDS))
        self.writer = JournalWriter(
            recalled.journal,
            self._reopen_journal,
            self._report_journal,
            last_seq=recalled.last_seq,
            refuge=refuge,
            unwritten=recalled.unwritten,
        )
        words = self.words = Catalogue.load()
        self.settlements = Settlements()
        self.outlets = Outlets(policy, words, self.clock, self.inbox.post, settled=self._settled, channels={})
        self.watchdog = Watchdog(
            self._threads,
            self.clock.now,
            turned_at=lambda: self.loop.turned_at,
            journal_busy_s=self.writer.busy_s,
        )
        self.loop = Loop(
            clock=self.clock,
            inbox=self.inbox,
            ledger=self.writer,
            outlets=self.outlets,
            policy=policy,
            state=recalled.state,
            words=words,
            last_resort=LastResort(
                lambda: self.outlets.channels.get("sms"), self._restart, config.hub.data_dir / LAST_RESORT
            ),
            each_turn=self.watchdog.feed,
        )
        self.desk = Desk(self.loop, self.clock, self.inbox.post, self.settlements, lambda: self.settings, self._note)
        self.outlets.mirrors.append(Joining(self.desk.change, self._refuse_window))
        boot = boot_id()
        self._booted = Booted(
            self.clock.now(),
            rebooted=boot != recalled.state.boot,
            clock_trusted=self.clock.is_trusted(),
            watched_until=recalled.watched_until,
            boot=boot,
        )
        if recalled.evidence:
            log.error("journal: %s", recalled.evidence)
        for fault in ("journal.set_aside", "journal.broken"):
            self._fault(fault, recalled.evidence if fault == recalled.fault else "")

    def _refuse_window(self, name: str, wish: WindowWish) -> None:
        self.inbox.post(WindowRefused(self.clock.now(), name, wish.opens, wish.closes))

    def _start_drivers(self) -> None:
        config, policy = self.settings.config, self.settings.policy
        runtime = Path(os.environ.get("RUNTIME_DIRECTORY", "") or tempfile.gettempdir())
        stood = frozenset(self.loop.state.faults)
        chip = GpioChip(config.gpio_factory, runtime)
        wiring = Wiring(config, self.inbox.post, self.clock, chip, policy, stood, self.writer.busy_s, self.words)
        for name, driver in REGISTRY.items():
            try:
                fitted = driver(wiring)
            except (HubError, ImportError, OSError, ValueError) as error:
                # What one driver lacks must not keep the others from arming.
                log.error("%s: cannot be used: %s", name, error)  # noqa: TRY400 -- the sentence says it all
                self.inbox.post(FaultSeen(self.clock.now(), f"{name}.broken", str(error)))
                continue
            # What no driver looks after any more, and what kept this one from being made, is over.
            for code in wiring.faults_of(name) if fitted is None else {f"{name}.broken"} & stood:
                self.inbox.post(FaultCleared(self.clock.now(), code))
            if fitted is not None:
                self._fit(name, fitted)

    def _fit(self, name: str, fitted: Fitted) -> None:
        """Connect what a driver brings before it starts: its first input may already need it."""
        self.outlets.channels.update(fitted.channels)
        self.outlets.indicator = fitted.indicator or self.outlets.indicator
        self.outlets.speaker = fitted.speaker or self.outlets.speaker
        self.outlets.forget = fitted.forget or self.outlets.forget
        if fitted.mirror is not None:
            self.outlets.mirrors.append(fitted.mirror)
        for source in fitted.sources:
            source.start()
            self._sources.append((name, source))

    def _start_the_rest(self) -> None:
        # At once too: a hub that is switched off every night would never come to it.
        chores = [Chore("prune", PRUNE_EVERY, self._prune, at_once=True)]
        chores.append(Chore("heartbeat", HEARTBEAT_EVERY, self._beat))
        if self.settings.config.ping_url:
            from hub.drivers.push import Pinger  # noqa: PLC0415 -- requests takes 100 ms that no press waits for

            pinger = Pinger(self.settings.config.ping_url)
            chores.append(Chore("ping", pinger.EVERY, lambda: self._ping(pinger.ping)))
        housekeeping = Housekeeping(tuple(chores))
        housekeeping.start()
        self._sources.append(("housekeeping", housekeeping))
        # On a thread of its own, for a card may take its time.
        left_in = self.settings.config.hub.data_dir
        threading.Thread(target=backup.tidy, args=(left_in,), name="tidy", daemon=True).start()
        self._start_pages()

    def _ping(self, ping: Callable[[Sequence[str]], bool]) -> None:
        if ping(self.watchdog.audit(self.loop.state)):
            self._watcher_heard_at = self.clock.now()

    def _start_pages(self) -> None:
        """Serve the pages. They are no part of the audit: systemd must not restart an alarm because a page died."""
        listen = self.settings.config.web
        if listen is None:
            self._fault("web.broken", "")
            return
        house = House(
            remembered=lambda: self.loop.remembered,
            policy=lambda: self.loop.policy,
            settings=lambda: self.settings,
            now=self.clock.now,
            desk=self.desk,
            words=self.words,
            audit=self.watchdog.audit,
            restart=self.restart,
            watcher_heard_at=lambda: self._watcher_heard_at,
        )
        self.pages = WebServer(listen, house, self.inbox.post)
        self.pages.start()

    def stop(self) -> None:
        """Stop what watches, then what decides, then what remembers."""
        notify("STOPPING=1")
        if self.pages is not None:
            self.pages.stop()
        self.control.stop()
        for name, source in reversed(self._sources):
            log.debug("stopping %s", name)
            source.stop()
        self.writer.do(lambda journal: journal.snapshot(self.writer.last_seq, __version__, self.loop.state))
        self.writer.stop()

    # --- what comes from outside -----------------------------------------------------------------------

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.loop.stop()

    def _on_reload(self, _number: int, _frame: FrameType | None) -> None:
        # Reading files in a signal handler would interrupt the core in mid-decision.
        threading.Thread(target=self._reload, name="reload", daemon=True).start()

    def _reload(self) -> None:
        """Read hub.toml again. What is wired to which pin is taken up at the next start."""
        try:
            found = in_force(self._config_path, self.clock.now())
        except HubError as error:
            self._report_mistakes((str(error),))
            return
        self._take_up(found)

    def _take_up(self, found: InForce) -> None:
        wiring_changed = found.config != self.settings.config
        self._note(found)
        self.inbox.post(PolicyReplaced(self.clock.now(), found.policy))
        if wiring_changed:
            log.warning("hub.toml changed: what is wired where is taken up at the next start")

    def _note(self, found: InForce) -> None:
        """From now on the hub runs on ``found``; what was wrong with the settings before may be right now."""
        self.settings = found
        self._report_mistakes(found.mistakes)

    def _report_mistakes(self, mistakes: Iterable[str]) -> None:
        for mistake in mistakes:
            log.error("settings: %s", mistake)
        self._fault("settings.rejected", "; ".join(mistakes))

    def _report_journal(self, evidence: str) -> None:
        if evidence:
            log.error("journal: %s; acting from memory, and trying again every %s", evidence, TRY_AGAIN_EVERY)
        else:
            log.info("journal: written again; nothing was lost")
        self._fault("journal.broken", evidence)

    def _reopen_journal(self) -> Journal:
        journal, evidence = reopened(self.settings.config.hub.journal, self.clock.now(), self.loop.remembered)
        if evidence:
            log.error("journal: %s", evidence)
            self._fault("journal.set_aside", evidence)
        return journal

    def _settled(self, fact: CommandSettled) -> None:
        self.settlements.settle(fact)

    def _handle(self, request: Answer) -> Answer:
        return self.desk.handle(request)

    def _threads(self) -> list[tuple[str, Living]]:
        return [*self._sources, ("journal", self.writer), ("control", self.control)]

    def _beat(self) -> None:
        for mirror in self.outlets.mirrors:
            mirror.beat()

    def _prune(self) -> None:
        """Forget what the family does not want kept, by a clock that is known to be right."""
        if not self.loop.state.clock_trusted:
            return
        kept, now = self._retention(), self.clock.now()
        self.writer.do(lambda journal: journal.prune_activity(now - kept.movements))
        self.writer.do(lambda journal: journal.prune_incidents(now - kept.incidents))

    def _retention(self) -> Retention:
        return self.settings.policy.retention

    def _restart(self, why: str) -> None:
        log.error("%s: starting afresh in %.0f s", why, LAST_WORDS_S)
        self.status = STATUS_BUG
        timer = threading.Timer(LAST_WORDS_S, self.loop.stop)
        timer.daemon = True
        timer.start()
