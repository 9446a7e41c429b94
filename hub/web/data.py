"""The data of the home: saved, brought back, taken along, deleted; who learned what, and how long it is kept.

A backup has the key code in it and an export everybody's numbers, so the password is asked for once more before either,
and that they were taken is a fact (`RecordsTaken`). What replaces or deletes everything is done at the next start.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hub import backup, erasing, takeout
from hub.domain import facts as f
from hub.domain.consent import GUARDIAN
from hub.domain.inputs import Action, Commanded
from hub.domain.policy import Retention
from hub.errors import HubError, JournalError
from hub.household import INCIDENT_MONTHS, MOVEMENT_DAYS
from hub.journal import Journal
from hub.web import passwords
from hub.web.bodies import BACKUP_AT_MOST
from hub.web.edits import RefusedError, edit, household, revision
from hub.web.glance import names_of
from hub.web.guard import FAMILY, accounts, allow, house, who
from hub.web.language import gettext as _
from hub.web.live import answer_live, live_part
from hub.web.login import admitted, too_often
from hub.web.work import Bench, Progress, Work

pages = Blueprint("data", __name__, url_prefix="/data")

# The newest facts that the ledger reads; an alert makes one or two.
FACTS_READ = 500
DAY = timedelta(days=1)
Refusal = tuple[str, int]


def bench() -> Bench:
    """Where long work is done."""
    found: Bench = current_app.extensions["bench"]
    return found


@pages.get("")
@allow(*FAMILY)
def show() -> str:
    """The page."""
    return _page()


def _page(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    consent, kept = house().state.consent, household().retention
    return render_template(
        "data.html",
        wrong=wrong,
        typed=typed or {},
        kept={"days": kept.movements // DAY, "months": kept.incident_months},
        bounds={"days": MOVEMENT_DAYS, "months": INCIDENT_MONTHS},
        revision=revision(),
        work=bench().work,
        consent=consent,
        by_guardian=consent is not None and consent.how == GUARDIAN,
        largest=BACKUP_AT_MOST // 2**20,
    )


@pages.post("/keep")
@allow(*FAMILY)
def keep() -> AnyResponse | Refusal:
    """Set how long movements and alerts are kept. With the password: what is deleted cannot be brought back."""
    form = request.form
    typed = {name: form.get(name, "")[:4] for name in ("days", "months")}
    try:
        _refuse_without_password()
        days, months = _whole(typed["days"], MOVEMENT_DAYS), _whole(typed["months"], INCIDENT_MONTHS)
        edit(lambda found: replace(found, retention=Retention(days * DAY, months)))
    except RefusedError as why:
        return _page(str(why), typed), 422
    return redirect(url_for("data.show"), 303)


def _whole(written: str, bounds: tuple[int, int]) -> int:
    if not (written.isascii() and written.isdecimal() and bounds[0] <= int(written) <= bounds[1]):
        raise RefusedError(_("Write whole numbers of days and months, within the bounds beside them."))
    return int(written)


def _refuse_without_password() -> None:
    """Whoever left a browser open has not left the whole home in it."""
    wait, succeeded = admitted(f"account {who().id}")
    if wait:
        raise RefusedError(too_often(wait))
    account = accounts().account(who().id)
    if account is None or not passwords.matches(request.form.get("password", ""), account.password):
        raise RefusedError(_("The password is not right."))
    succeeded()


# --- saving and taking along --------------------------------------------------------------------------------


@pages.post("/backup")
@allow(*FAMILY)
def save() -> AnyResponse | Refusal:
    """Make a backup."""
    home = house()
    config, at = home.settings().config, home.now()
    file = config.hub.data_dir / "pages.backup.zip"
    return _begin("backup", file, lambda told: backup.write(config, file, at, told))


@pages.post("/export")
@allow(*FAMILY)
def take() -> AnyResponse | Refusal:
    """Make an export."""
    home = house()
    journal, household = home.journal, home.settings().household
    file = home.settings().config.hub.data_dir / "pages.export.zip"
    return _begin("export", file, lambda told: takeout.write(journal, household, file, told))


def _begin(what: str, file: Any, do: Callable[[Progress], Any]) -> AnyResponse | Refusal:
    try:
        _refuse_without_password()
        _insist(bench().is_free, _busy())
        answer = house().desk.command(Commanded(house().now(), Action.TAKEN, "web", who().id, text=what))
        _insist(bool(answer["ok"]), _("That did not work."))
        _insist(bench().begin(what, who().id, file, do) is not None, _busy())
    except RefusedError as why:
        return _page(str(why)), 422
    return redirect(url_for("data.progress"), 303)


def _insist(holds: bool, words: str) -> None:
    """Refuse where that does not hold."""
    if not holds:
        raise RefusedError(words)


def _busy() -> str:
    return _("Something else is being done just now: wait for it.")


def _words_of(why: Exception) -> str:
    """Why it was refused, in the reader's words; of a card that fails the log has the evidence."""
    return str(why) if isinstance(why, RefusedError) else _("The box's card takes nothing now: nothing was changed.")


@pages.get("/work")
@allow(*FAMILY)
def progress() -> str:
    """How far it is."""
    return render_template("work.html", part=_progress())


@pages.get("/work/live")
@allow(*FAMILY)
def progress_live() -> Response:
    """What changes of it."""
    return answer_live(_progress())


def _progress() -> Markup:
    work = bench().work
    words = {"backup": _("The backup"), "export": _("The export"), "check": _("Looking into the backup")}
    return live_part(
        "work_live.html",
        "data.progress_live",
        {},
        work=work,
        name=words[work.what] if work else "",
        mine=work is not None and work.by == who().id,
        reason=_reason(work) if work else "",
    )


def _reason(work: Work) -> str:
    """Why it failed, in the reader's words; the log has the evidence."""
    known = {
        "no backup of": _("This file is no backup of such a box."),
        "damaged": _("This backup is damaged."),
        "other sensors": _("This backup is of a home with other detectors."),
        "an alert was open": _("An alert was open when this backup was made: people would be called for it again."),
        "form": _("This backup was made by another release, which this one cannot read."),
    }
    if not work.wrong:
        return ""
    return next((words for said, words in known.items() if said in work.wrong), _("It failed: see the log of the box."))


@pages.get("/file")
@allow(*FAMILY)
def fetch() -> AnyResponse:
    """The file that was made, for whoever asked for it."""
    work = bench().work
    if work is None or work.file is None or work.wrong or not work.over.is_set() or work.by != who().id:
        abort(404)
    day = f"{work.began.astimezone(house().policy().zone):%Y-%m-%d}"
    return send_file(work.file, "application/zip", as_attachment=True, download_name=f"telecare-{work.what}-{day}.zip")


# --- bringing back, and deleting ----------------------------------------------------------------------------


@pages.post("/restore")
@allow(*FAMILY)
def check() -> AnyResponse | Refusal:
    """Look into a backup; nothing in force is touched by it."""
    home = house()
    config, at = home.settings().config, home.now()
    sent = request.files.get("file")
    kept = config.hub.data_dir / "pages.upload.zip"
    try:
        _refuse_without_password()
        _insist(sent is not None and bool(sent.filename), _("Choose the file of a backup."))
        _insist(bench().is_free, _busy())
        request.files["file"].save(kept)

        def look(told: Progress) -> backup.Found:
            with kept.open("rb") as content:
                return backup.stage(config, content, at, told)

        _insist(bench().begin("check", who().id, kept, look) is not None, _busy())
    except RefusedError as why:
        return _page(str(why)), 422
    except OSError:
        return _page(_("The box's card takes nothing now: nothing was changed.")), 503
    return redirect(url_for("data.progress"), 303)


# For the guard: a backup is larger than any form.
check.body_at_most = BACKUP_AT_MOST  # type: ignore[attr-defined]


@pages.post("/restore/now")
@allow(*FAMILY)
def restore() -> str | AnyResponse | Refusal:
    """Put into place at the next start what was checked."""
    work = bench().work
    is_mine = work is not None and work.by == who().id and isinstance(work.found, backup.Found)
    try:
        _refuse_in_an_alert()
        _insist(is_mine, _("Choose the file of a backup."))
        backup.agree(house().settings().config)
    except (RefusedError, HubError) as why:
        return _page(_words_of(why)), 422
    bench().clear()
    return render_template("restarting.html", restarts=house().restart(), erased=False)


@pages.post("/erase")
@allow(*FAMILY)
def erase() -> str | AnyResponse | Refusal:
    """Delete everything at the next start; asked for by the name of the home, and the password."""
    typed = " ".join(request.form.get("name", "").split())
    try:
        _refuse_in_an_alert()
        _insist(
            typed == house().policy().resident.name,
            _("Write the name of the one who lives here, exactly as it stands above."),
        )
        _refuse_without_password()
        erasing.ask(house().settings().config.hub.data_dir)
    except (RefusedError, HubError) as why:
        return _page(_words_of(why)), 422
    return render_template("restarting.html", restarts=house().restart(), erased=True)


def _refuse_in_an_alert() -> None:
    is_open = any(incident.is_call for incident in house().state.open_incidents())
    _insist(not is_open, _("Not while an alert is open: somebody may need help."))


# --- who learned what ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Learned:
    """Somebody learned something of the one at home, or took it along."""

    at: datetime
    person: str
    what: str
    incident: int | None = None


@pages.get("/ledger")
@allow(*FAMILY)
def ledger() -> str:
    """Who was told the way in, and who took the records out of the house."""
    lines: list[Learned] = []
    broken = False
    try:
        with contextlib.closing(Journal(house().journal, read_only=True)) as journal:
            kinds = (f.MessageRequested.__name__, f.IncidentAttended.__name__, f.RecordsTaken.__name__)
            lines = [line for each in journal.newest(kinds, FACTS_READ) if (line := _learned(each.fact)) is not None]
    except JournalError:
        broken = True
    return render_template("ledger.html", lines=lines, broken=broken)


def _learned(fact: f.Fact) -> Learned | None:
    names = names_of(house().policy())
    if isinstance(fact, f.RecordsTaken):
        what = _("took a backup of everything") if fact.what == "backup" else _("took an export of everything")
        return Learned(fact.at, fact.name, what)
    if isinstance(fact, f.MessageRequested) and fact.words.key == "access":
        told = dict(fact.words.values)
        parts = {"address": _("the address"), "key_code": _("the key"), "notes": _("what to mind")}
        known = ", ".join(words for name, words in parts.items() if told.get(name))
        return Learned(fact.at, names.get(fact.person, fact.person), _("was told: %s") % known, fact.incident)
    return None
