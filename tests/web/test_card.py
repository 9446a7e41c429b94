"""The card for a neighbour: docs/card.md has it as it is printed, in both languages, and what it promises holds."""

import html
import re
from pathlib import Path

import pytest
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader

from hub.domain.orders import Command, read_order
from hub.domain.policy import Person
from hub.domain.replies import Meaning, read_reply
from tests.web.home import NOW

WEB = Path(__file__).parents[2] / "hub" / "web"
DOCS = (Path(__file__).parents[2] / "docs" / "card.md").read_text(encoding="utf-8")


def printed(language: str) -> list[str]:
    """The sentences of a card, as one reads them: the page's own template and words."""
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"), extensions=["jinja2.ext.i18n"], autoescape=True
    )
    environment.install_gettext_translations(
        Translations.load(WEB / "translations", [language], "pages"), newstyle=True
    )
    emergency = ["15", "112"] if language == "fr" else ["112"]
    person = Person("paul", "Paul", "")
    card = environment.get_template("card.html").render(
        person=person, home="Mme Martin", language=language, emergency=emergency
    )
    parts = re.findall(r"<(?:h2|p|t[hd])[^>]*>(.*?)</(?:h2|p|t[hd])>", card, re.DOTALL)
    return [" ".join(html.unescape(re.sub("<[^>]*>", "", part)).split()) for part in parts]


def documented(language: str) -> str:
    heading = {"en": "## In English", "fr": "## En français"}[language]
    section = DOCS.partition(heading)[2].partition("\n## ")[0]
    return " ".join(section.replace("|", " ").replace("**", "").replace("> ", " ").split())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_documentation_has_the_card_as_it_is_printed(language):
    told = documented(language)

    for sentence in printed(language):
        assert sentence in told, sentence


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("1", Meaning.ANSWER), ("1, 10 min", Meaning.ANSWER), ("2", Meaning.DECLINE), ("3", Meaning.ATTEND),
        ("9", Meaning.CLOSE), ("OK", Meaning.ACKNOWLEDGE),
        ("thanks", Meaning.ACKNOWLEDGE), ("merci", Meaning.ACKNOWLEDGE),
        ("STOP", Meaning.STOP), ("START", Meaning.RESUME), ("REPRISE", Meaning.RESUME),
        ("HELP", Meaning.HELP), ("AIDE", Meaning.HELP),
    ],
)  # fmt: skip
def test_what_the_card_says_to_write_means_what_it_says(words, meaning):
    assert read_reply(words).meaning is meaning
    assert f"{words}" in DOCS


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("HOLIDAY 3d", Command.HOLIDAY), ("CONGES 3j", Command.HOLIDAY),
        ("HOLIDAY END", Command.HOLIDAY_OVER), ("CONGES FIN", Command.HOLIDAY_OVER),
    ],
)  # fmt: skip
def test_and_so_do_its_commands(words, command):
    order = read_order(words, NOW)

    assert order is not None
    assert order.command is command
    assert words in DOCS
