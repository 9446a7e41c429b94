"""Pages for paper: the sheet for the fridge, and a card for each neighbour. The address of the pages as a QR code."""

import io

import segno
from flask import Blueprint, g, render_template, request
from markupsafe import Markup

from hub.domain.calls import called
from hub.domain.policy import Person
from hub.web import language
from hub.web.guard import FAMILY, THE_HOUSE, allow, house

pages = Blueprint("printing", __name__, url_prefix="/print")


@pages.get("/fridge")
@allow(*THE_HOUSE)
def fridge() -> str:
    """Who answers, what the light means, what to press: for the kitchen's wall. No number and no key is on it."""
    people = [person for person in house().policy().people if person.can_be_alerted]
    policy = house().policy()
    return render_template("fridge.html", people=people, warning=policy.delays.panic_warning, qr=qr(request.host_url))


@pages.get("/cards")
@allow(*FAMILY)
def cards() -> str:
    """A card for each neighbour, in their own language: what the texts mean, and how to answer."""
    policy = house().policy()
    rung = called(policy)
    people = [person for person in policy.people if person.can_be_alerted]
    return render_template("cards.html", cards=[_card(person, is_rung=person in rung) for person in people])


def _card(person: Person, *, is_rung: bool) -> Markup:
    reader = g.language
    g.language = language.chosen([person.language], reader)
    try:
        return Markup(render_template("card.html", person=person, is_rung=is_rung))  # noqa: S704 -- a template of ours
    finally:
        g.language = reader


def qr(address: str) -> Markup:
    """Return the address as an SVG that paper and phones can read."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, svgclass="qr", lineclass=None, omitsize=True, border=2
    )
    return Markup(out.getvalue().decode())  # noqa: S704 -- segno's own paths; the address is not in it
