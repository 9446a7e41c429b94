"""For programs: /healthz, /metrics and the API, with tokens that are scoped, listed and revoked."""

import re
from dataclasses import replace

import pytest

from hub.domain.facts import Outcome
from hub.domain.records import Phase
from hub.web.openapi import description
from tests.web.home import CODE, alarm, is_in


def bearer(home, *scopes, person="marie"):
    home.browser(person)
    return {"Authorization": f"Bearer {home.accounts.issue(person, 'a program', frozenset(scopes))}"}


def test_healthz_needs_no_login_and_tells_nothing_but_yes_or_no(home):
    visitor = home.visitor()
    assert (visitor.get("/healthz").status_code, visitor.get("/healthz").json) == (200, {"status": "ok"})
    home.complaints = ("the thread of modem died",)

    assert (visitor.get("/healthz").status_code, visitor.get("/healthz").json) == (503, {"status": "failing"})


def test_the_figures_are_prometheus_text(home):
    alarm(home)
    headers = bearer(home, "metrics")
    answer = home.visitor().get("/metrics", headers=headers)

    assert answer.content_type.startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    line = re.compile(r'(# (HELP|TYPE) telecare_\w+ .+|telecare_\w+(\{\w+="[^"]*"\})? [-+0-9.e]+)')
    assert [each for each in lines if not line.fullmatch(each)] == []
    for each in (
        "telecare_incidents_open 1",
        "telecare_incidents_unanswered 1",
        'telecare_state{state="alerting"} 1',
        'telecare_road_up{road="sms"} 1',
        "telecare_healthy 1",
    ):
        assert each in lines, each


@pytest.mark.parametrize(
    ("path", "method", "scope"),
    [
        ("/metrics", "GET", "metrics"),
        ("/api/v1/status", "GET", "read"),
        ("/api/v1/openapi.json", "GET", "read"),
        ("/api/v1/incidents/10", "GET", "read"),
        ("/api/v1/incidents/10/answer", "POST", "act"),
    ],
)
def test_a_token_opens_what_its_scopes_say_and_nothing_else(home, path, method, scope):
    alarm(home)
    visitor = home.visitor().client
    right, wrong = bearer(home, scope), bearer(home, *{"read", "act", "metrics"} - {scope})

    assert visitor.open(path, method=method).status_code == 401
    for bad in ("Bearer ", "Bearer tch_x", "Basic bWFyaWU6eA==", "Bearer " + "x" * 5000):
        assert visitor.open(path, method=method, headers={"Authorization": bad}).status_code == 401, bad
    assert visitor.open(path, method=method, headers=wrong).status_code == 403
    assert visitor.open(path, method=method, headers=right).status_code == 200
    # And a login is no token: a page of another site could use it.
    assert home.browser("marie").client.open(path, method=method).status_code == 401


def test_a_token_is_made_listed_and_revoked_on_the_page(home):
    marie = home.browser("marie")
    page = marie.post("/settings/tokens", {"name": "Home Assistant", "scope": ["read", "everything"]}).text
    secret = re.search(r"<code>(tch_[\w-]+)</code>", page)[1]
    headers = {"Authorization": f"Bearer {secret}"}
    assert home.visitor().get("/api/v1/status", headers=headers).status_code == 200
    again = marie.get("/settings").text
    assert secret not in again
    assert "Home Assistant</strong> (read)" in again
    number = re.search(r'name="token" value="(\d+)"', again)[1]
    marie.post("/settings/tokens/revoke", {"token": number})

    assert home.visitor().get("/api/v1/status", headers=headers).status_code == 401
    assert "Home Assistant</strong>" not in marie.get("/settings").text


def test_tokens_without_a_name_or_a_scope_or_too_many_are_refused(home):
    marie = home.browser("marie")
    assert marie.post("/settings/tokens", {"name": "", "scope": ["read"]}).status_code == 422
    assert marie.post("/settings/tokens", {"name": "x", "scope": ["all"]}).status_code == 422
    for _ in range(20):
        home.accounts.issue("marie", "x", frozenset({"read"}))
    assert "too many tokens" in marie.post("/settings/tokens", {"name": "x", "scope": ["read"]}).text


def test_a_token_ends_with_its_person_being_family(home):
    headers = bearer(home, "read")
    household = home.settings.household
    people = tuple(replace(p, role="neighbour") if p.id == "marie" else p for p in household.people)
    home.settings = home.settings.with_household(replace(household, people=people))
    home.bench.loop.policy = home.settings.policy

    assert home.visitor().get("/api/v1/status", headers=headers).status_code == 401


def test_an_alert_is_read_answered_and_ended_by_a_program(home):
    number = alarm(home)
    headers, client = bearer(home, "read", "act"), home.visitor().client
    found = client.get(f"/api/v1/incidents/{number}", headers=headers).json
    assert (found["state"], found["told"]) == ("alerting", ["paul", "marie"])
    assert client.post(f"/api/v1/incidents/{number}/answer", headers=headers).json == {"ok": True, "text": "done"}
    assert is_in(home, Phase.ANSWERED)
    assert client.post(f"/api/v1/incidents/{number}/attend", headers=headers).json["ok"]
    assert CODE not in client.get(f"/api/v1/incidents/{number}", headers=headers).text
    for body in (None, {}, [], {"outcome": "eaten"}, {"outcome": ["helped"]}):
        assert client.post(f"/api/v1/incidents/{number}/close", json=body, headers=headers).status_code == 422
    assert client.post(f"/api/v1/incidents/{number}/close", json={"outcome": "false_alarm"}, headers=headers).json["ok"]
    assert home.bench.state.incidents[number].outcome is Outcome.FALSE_ALARM
    late = client.post(f"/api/v1/incidents/{number}/answer", headers=headers)
    assert (late.status_code, late.json["ok"]) == (409, False)
    assert client.get("/api/v1/incidents/999", headers=headers).json == {"error": "Not Found"}


def test_the_description_has_every_call_and_no_other(still):
    served = {
        (re.sub(r"<int[^:]*:(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in still.app.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST"}
        if rule.rule.startswith("/api/") and "openapi" not in rule.rule
    }
    expanded = {
        (path.replace("<any(answer,decline,attend):action>", word), method)
        for path, method in served
        for word in (("answer", "decline", "attend") if "<any" in path else ("",))
    }
    described = {(path, way) for path, ways in description()["paths"].items() for way in ways if way != "parameters"}

    assert described == expanded


def test_answers_are_what_the_description_says(home):
    number = alarm(home)
    headers, client = bearer(home, "read", "act"), home.visitor().client
    paths = client.get("/api/v1/openapi.json", headers=headers).json["paths"]
    for path in ("/api/v1/status", "/api/v1/incidents/{number}"):
        answer = client.get(path.replace("{number}", str(number)), headers=headers).json
        schema = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert set(schema["required"]) <= answer.keys()
        assert answer.keys() <= schema["properties"].keys() or path == "/api/v1/status"
