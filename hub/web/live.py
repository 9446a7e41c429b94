"""What keeps itself up to date: a part of a page that htmx asks for every five seconds, sent when it changed.

By its own tag and 204 instead of ETag and 304: the pages are `no-store`, so that a phone that is handed on shows
nothing of them, and a browser without a store has no tag to send (docs/adr/0030).
"""

import hashlib
from typing import Any

from flask import Response, render_template, request, url_for
from markupsafe import Markup

EVERY_S = 5
_TAG_DIGITS = 16


def live_part(template: str, endpoint: str, where: dict[str, Any], **values: Any) -> Markup:
    """Render ``template`` so that it follows what happens; ``endpoint`` (with ``where``) is asked for it again."""
    body = render_template(template, **values)
    tag = _tag_of(body)
    address = url_for(endpoint, seen=tag, **where)
    return Markup(
        '<div id="live" data-tag="{}" hx-get="{}" hx-trigger="every {}s" hx-swap="outerHTML">\n{}</div>'
    ).format(
        tag,
        address,
        EVERY_S,
        Markup(body),  # noqa: S704 -- a template of ours, escaped when it was rendered
    )


def answer_live(part: Markup) -> Response:
    """Send a part, or 204 to whoever has it already."""
    seen = request.args.get("seen", "")
    if seen and f'data-tag="{seen}"' in part[:80]:
        return Response(status=204)
    return Response(part)


def _tag_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_TAG_DIGITS]
