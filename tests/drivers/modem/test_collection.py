"""The field's collection (tests/fixtures/gsm), counted: nothing of it is left out unseen.

`pytest tests/drivers/modem/test_collection.py` prints the table. What is left out stands, with its reason, in the
test that it belongs to.
"""

import json
from pathlib import Path
from typing import Any

import test_at_responses
import test_machine_transcripts as transcripts
import test_pdu_vectors
import test_timeouts
from test_machine_sending import CODES

FIXTURES = Path(__file__).parents[2] / "fixtures" / "gsm"


def count(name: str, key: str | None) -> int:
    found: Any = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    return len(found if key is None else found[key])


def test_the_collection_is_whole_and_each_piece_of_it_is_tested(capsys):
    lines_only = transcripts.LINES_ONLY.keys()
    table = {
        "PDUs": (count("pdu_vectors.json", "vectors"), len(test_pdu_vectors.VECTORS), "none left out"),
        "response lines": (count("response_vectors.json", "vectors"), len(test_at_responses.VECTORS), "none left out"),
        "transcripts": (
            count("transcripts.json", "sequences"),
            len(transcripts.SEQUENCES),
            f"{len(transcripts.SEQUENCES) - len(lines_only)} replayed, {len(lines_only)} read line by line",
        ),
        "+CMS ERROR codes": (count("cms_errors.json", "codes"), len(CODES), "none left out"),
        "timeouts": (
            count("timeouts.json", None),
            len(test_timeouts.TIMEOUTS),
            f"{len(test_timeouts.ASKED) + 1} measured, {len(test_timeouts.NOT_SAID)} never said",
        ),
    }
    with capsys.disabled():
        print()
        for what, (there, tested, how) in table.items():
            print(f"  {what:<18} {there:>4} in the collection, {tested:>4} tested  ({how})")

    assert [there for there, _, _ in table.values()] == [134, 107, 59, 75, 24]
    assert all(there == tested for there, tested, _ in table.values())
    assert all(reason for reason in transcripts.LINES_ONLY.values())
