"""The API of `hub.web.machines` as OpenAPI 3.1, for tools that want to know."""

from typing import Any

from hub import __version__

_ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
_DONE = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}, "text": {"type": "string"}},
    "required": ["ok", "text"],
}
_AT = {"type": "string", "format": "date-time"}
_MAYBE_AT = {"type": ["string", "null"], "format": "date-time"}
_STATUS = {
    "type": "object",
    "properties": {
        "hub": {"type": "string"},
        "version": {"type": "string"},
        "running": {"type": "boolean"},
        "state": {"type": "string"},
        "since": _MAYBE_AT,
        "last_activity": _MAYBE_AT,
        "next_alert_at": _MAYBE_AT,
        "incidents": {"type": "array", "items": {"type": "object"}},
        "faults": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["hub", "version", "running", "state", "incidents", "faults"],
}
_LINE = {"type": "object", "properties": {"at": _AT, "text": {"type": "string"}}, "required": ["at", "text"]}
_INCIDENT = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "kind": {"type": "string"},
        "state": {"type": "string"},
        "opened_at": _AT,
        "told": {"type": "array", "items": {"type": "string"}},
        "going": {"type": "array", "items": {"type": "string"}},
        "outcome": {"type": ["string", "null"]},
        "timeline": {"type": "array", "items": _LINE},
    },
    "required": ["id", "kind", "state", "opened_at", "told", "going", "outcome", "timeline"],
}
_OUTCOME = {
    "type": "object",
    "properties": {"outcome": {"enum": ["helped", "false_alarm", "emergency"]}},
    "required": ["outcome"],
}
_NUMBER = {
    "name": "number",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
}


def description() -> dict[str, Any]:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Telecare hub", "version": __version__, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": {
            "/api/v1/status": {"get": _operation("status", "How things stand (scope read)", _STATUS)},
            "/api/v1/incidents/{number}": {
                "parameters": [_NUMBER],
                "get": _operation("incident", "One alert (scope read)", _INCIDENT, "404"),
            },
            **{
                f"/api/v1/incidents/{{number}}/{word}": {
                    "parameters": [_NUMBER],
                    "post": _operation(word, f"{words} (scope act)", _DONE, "404", "409"),
                }
                for word, words in (("answer", "I am going"), ("decline", "I cannot go"), ("attend", "I am there"))
            },
            "/api/v1/incidents/{number}/close": {
                "parameters": [_NUMBER],
                "post": _operation("close", "End it (scope act)", _DONE, "404", "409", "422", body=_OUTCOME),
            },
        },
    }


def _operation(
    name: str, summary: str, answer: dict[str, Any], *refusals: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    responses = {"200": _content("Done", answer)}
    for code in ("401", "403", *refusals):
        responses[code] = _content("Refused", _DONE if code == "409" else _ERROR)
    operation: dict[str, Any] = {"operationId": name, "summary": summary, "responses": responses}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


def _content(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}
