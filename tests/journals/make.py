"""Make the journal of a release: played by that release's own house, with what it meant by it beside it.

    git worktree add /tmp/then COMMIT
    PYTHONPATH=/tmp/then .venv/bin/python tests/journals/make.py tests/journals/NAME

writes NAME.sqlite3, NAME.household.toml and NAME.json. It uses only what all releases since 2026-11-24 have.
"""

import contextlib
import json
import shutil
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.domain.records import State
from hub.household import export
from hub.recall import recall
from hub.sim.story import load
from hub.sim.storyteller import Storyteller


def told(state: State) -> dict[str, Any]:
    """Say what a journal means, as JSON takes it: what goes on, what waits, what is wrong, who was last seen."""
    return {
        "next_incident": state.next_incident,
        "open": [
            {
                "number": each.number,
                "kind": str(each.kind),
                "phase": str(each.phase),
                "told": list(each.told),
                "answered_by": each.answered_by,
                "due": each.due.isoformat(),
            }
            for each in state.open_incidents()
        ],
        "waiting": sorted(state.outbox),
        "faults": sorted(state.faults),
        "life": {place: at.isoformat() for place, at in sorted(state.watch.life.items())},
        "at": state.at.isoformat(),
    }


def main(to: Path) -> None:
    """Play the evening, and keep what is left of it."""
    with tempfile.TemporaryDirectory() as place:
        # The house is found by releases that look for it beside the stories, and by those that bring it along.
        story = load(str(Path(__file__).with_name("evening.story")), Path(place))
        Storyteller(story, lambda _line: None).play()
        journal = story.config.hub.journal
        recalled = recall(journal, datetime.now(UTC))
        assert not recalled.evidence, recalled.evidence
        recalled.journal.close()
        meant = {"facts": recalled.last_seq, **told(recalled.state)}
        with contextlib.closing(sqlite3.connect(journal)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")
        shutil.copyfile(journal, f"{to}.sqlite3")
        Path(f"{to}.household.toml").write_text(export(story.household))
        Path(f"{to}.json").write_text(json.dumps(meant, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
