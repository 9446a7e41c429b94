"""Every sentence of the pages has its French, and the compiled catalogue is made of it (docs/adr/0031)."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hub.household import LANGUAGES as OF_HOUSEHOLDS
from hub.web.language import FOLDER, LANGUAGES, catalogue

WEB = Path(FOLDER).parent
FRENCH = FOLDER / "fr" / "LC_MESSAGES"
AGAIN = "run `make words`"


@pytest.fixture(scope="module")
def french():
    with (FRENCH / "pages.po").open("rb") as file:
        return read_po(file, locale="fr")


def said() -> set:
    """Every sentence of the code and the templates."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    found = extract_from_dir(WEB, methods, {"templates/**.html": {"trimmed": "true"}})
    return {message for _, _, message, _, _ in found}


def test_the_catalogue_has_every_sentence_and_no_other(french):
    assert {message.id for message in french if message.id} == said(), AGAIN


def test_every_sentence_has_its_french_with_the_same_values(french):
    for message in french:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert list(message.check()) == [], message.id


def test_no_line_breaks_between_a_word_and_its_sign(french):
    """French writes a space before ; : ? ! and within « »: it must be one that no line breaks at."""
    for message in french:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert message.id == "" or not any(re.search(" [;:?!»]|« ", each) for each in strings), message.id


def test_the_compiled_file_is_made_of_the_other(french):
    compiled = io.BytesIO()
    write_mo(compiled, french)

    assert (FRENCH / "pages.mo").read_bytes() == compiled.getvalue(), AGAIN


def test_every_language_of_the_household_can_read_the_pages():
    assert set(LANGUAGES) == set(OF_HOUSEHOLDS)
    assert catalogue("fr").gettext("All is well") == "Tout va bien"
    assert catalogue("en").gettext("All is well") == "All is well"
