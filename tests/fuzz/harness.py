"""Every target, by its name: for hypothesis (`test_fuzz.py`) and for atheris (`bench/fuzz.py`)."""

from tests.fuzz.file_doors import CONFIG, HOUSEHOLD
from tests.fuzz.house_doors import REPLIES, TEXTS
from tests.fuzz.journal_door import JOURNAL
from tests.fuzz.modem_doors import CODEC, GRAMMAR, MACHINE
from tests.fuzz.order_doors import CONTROL, MQTT
from tests.fuzz.page_door import PAGES
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (GRAMMAR, MACHINE, CODEC, REPLIES, TEXTS, MQTT, CONFIG, HOUSEHOLD, CONTROL, JOURNAL, PAGES)
}
