"""Every route of the API is called, and answers what openapi.json says: its status, its type, its shape."""

import json
import re

import pytest
from Server.test_developers import check, operations
from Server.test_tenants import NAMED, Business, plain, routes
from Servers.people import JSON, Program, code_in, mails, new_address
from Servers.wire import Connection, ask_once

# What a route takes, so that it does what it says; the rest takes nothing.
BODIES = {
    "POST /ask": {"question": "When do you open?"},
    "POST /bots": {"name": "Another bakery"},
    "PATCH /bots/{bot}": {"welcome_message": "Good morning"},
    "PUT /bots/{bot}/context": {"text": "# Bakery\n\n## Hours\n\nWe open at 7 on weekdays.\n"},
    "POST /bots/{bot}/previews": {"text": "We open at 7."},
    "POST /bots/{bot}/sources": {"kind": "qa", "question": "Do you bake rye bread?", "answer": "Yes."},
    "POST /bots/{bot}/trials": {"question": "When do you open?"},
    "PATCH /bots/{bot}/widget": {"welcome_message": "Hello"},
    "POST /bots/{bot}/widget/previews": {"welcome_message": "Hello"},
    "PATCH /bots/{bot}/limits": {"daily_dollars": "1"},
    "POST /bots/{bot}/questions/{question}/answer": {"answer": "No, only bread."},
    "POST /bots/{bot}/tests": {"question": "When do you open?", "words": ["7"]},
    "PATCH /bots/{bot}/tests/{test}": {"words": ["7"]},
    "POST /bots/{bot}/keys": {"name": "Another"},
    "PUT /bots/{bot}/conversations/{conversation}/takeover": {},
    "POST /bots/{bot}/conversations/{conversation}/messages": {"text": "Good morning"},
    "PUT /bots/{bot}/reception": {"time_zone": "Europe/Berlin", "monday": "9:00-17:00"},
    "PUT /bots/{bot}/lead-form": {"lead_fields": ["email"], "consent_text": "You may write to me."},
    "PUT /bots/{bot}/webhook": {"url": "https://shop.example.com/leads"},
    "POST /chat/{token}/sessions": {"message": "When do you open?"},
    "PATCH /chat/{token}/sessions/{conversation}": {"title": "Hours"},
    "POST /chat/{token}/sessions/{conversation}/messages": {"message": "When do you open?"},
    "POST /chat/{token}/sessions/{conversation}/messages/{message}/thumb": {"thumb": "up"},
    "PATCH /account": {"name": "Mia"},
    "PATCH /account/members/{member}": {"role": "member"},
    "POST /sign-in/code": {"email": "somebody@desk.example"},
    "POST /v1/chat/completions": {"model": "frontdesk", "messages": [{"role": "user", "content": "When do you open?"}]},
}
# Called below by themselves, or not at all, each with its reason.
APART = {
    "POST /sign-in/token": "with a code", "POST /sign-in/refresh": "with its token", "POST /account/email": "with two codes", "PUT /account/email": "with two codes",
    "POST /account/invitations": "with a guest", "POST /invitations/{token}": "with a guest", "PUT /account/current": "ends where it was", "DELETE /account": "at the end",
    "POST /account/providers": "needs a provider: see test_own_providers.py", "POST /account/imports": "needs an archive: see test_export.py",
    "POST /bots/{bot}/runs": "needs a model: see test_held_changes.py", "POST /bots/{bot}/runs/{run}/attempts": "the same", "POST /bots/{bot}/runs/{run}/publication": "the same",
    "POST /bots/{bot}/sources/{source}/readings": "reads a file or a website: see test_sources.py",
    "DELETE /bots/{bot}/runs/{run}/change": "gives up a change that was held back: see test_unpublished.py",
    "POST /bots/{bot}/versions/{version}/restorations": "takes back what the rest needs: see test_versions.py",
    "POST /bots/{bot}/webhook/trials": "calls another server: see test_leads.py",
}
QUERIES = {"/bots/{bot}/numbers.csv": "?chart=days", "/numbers.csv": "?chart=days"}


@pytest.fixture(scope="module")
def description(app):
    return ask_once(app.port, "GET", "/api/v1/openapi.json").json


@pytest.fixture(scope="module")
def business(app):
    business = Business(app, "described")
    app.data.sql(f"update accounts set plan = 'paid' where id = '{business.account}'")
    return business


def call(business, method, path, body, access):
    names = {"message": business.message} if path == "/api/v1/ask/{message}/events" else {"model": "frontdesk"} if "{model}" in path else {}
    given = iter(NAMED.get(plain(path), []))
    target = re.sub(r"\{(\w+)\}", lambda match: names.get(match[1]) or business.made[next(given, match[1])], path) + QUERIES.get(plain(path), "")
    headers = {"accessToken": {"Authorization": f"Bearer {business.program.grant['access_token']}"}, "apiKey": business.key}.get(access, {})
    with Connection(business.app.port) as connection:
        connection.request(method.upper(), target, headers | (JSON if body is not None else {"Accept": "application/json"}), None if body is None else json.dumps(body))
        return connection.head() if path.endswith("/events") else connection.response()


def agrees(response, operation, description):
    said = operation["responses"].get(str(response.status))
    assert said, (response.status, response)
    content = said.get("content", {})
    kind = (response["content-type"] or "").partition(";")[0]
    if not content:
        return kind == ""
    assert kind in content or "*/*" in content, (kind, list(content))
    if kind == "application/json" and kind in content:
        check(response.json, content[kind]["schema"], description)


def access(operation):
    return next(iter(operation["security"][0])) if operation.get("security") else "anybody"


def key(method, path):
    return f"{method.upper()} {plain(path)}"


@pytest.mark.parametrize("methods", [["get"], ["post", "put", "patch"], ["delete"]], ids=str)
def test_what_a_route_answers_is_what_the_description_says(business, description, methods):
    wrong = []
    for path, method, operation in sorted(operations(description), key=lambda each: (methods + [each[1]]).index(each[1])):
        if method not in methods or key(method, path) in APART:
            continue
        if method == "delete" and path in ("/api/v1/account/sessions", "/api/v1/session", "/api/v1/bots/{bot}", "/api/v1/account/sessions/{session}"):
            continue  # what follows needs it; all of them answer nothing
        body = BODIES.get(key(method, path), {} if method in ("post", "put", "patch") else None)
        response = call(business, method, path, body, access(operation))
        try:
            agrees(response, operation, description)
        except AssertionError as problem:
            wrong.append(f"{method.upper()} {path}: {problem}")
    assert not wrong, "\n".join(wrong)


def test_every_route_that_takes_something_is_called_here_or_there(description):
    assert set(BODIES) | set(APART) <= {key(method, path) for path, method, _ in operations(description)}


def test_signing_in_and_changing_the_address_answer_what_the_description_says(app, description):
    def says(method, path, response):
        agrees(response, description["paths"]["/api/v1" + path][method.lower()], description)

    program = Program(app, new_address("described"))
    for path, members in [("/sign-in/refresh", {"refresh_token": program.grant["refresh_token"]}), ("/sign-in/code", {"email": program.email})]:
        says("POST", path, program.post(path, members))
    says("POST", "/sign-in/token", program.post("/sign-in/token", {"email": program.email, "code": code_in(mails(app, program.email)[0])}))
    new = new_address("described")
    says("POST", "/account/email", program.send("POST", "/account/email", {"email": new}))
    codes = {"old_code": code_in(mails(app, program.email)[0]), "new_code": code_in(mails(app, new)[0])}
    says("PUT", "/account/email", program.send("PUT", "/account/email", codes))
    says("POST", "/account/invitations", program.send("POST", "/account/invitations", {"email": new_address("guest")}))
    account = program.send("GET", "/account").json["account"]
    says("PUT", "/account/current", program.send("PUT", "/account/current", {"account": account["id"]}))
    says("DELETE", "/account", program.send("DELETE", "/account", {"account_name": account["name"]}))


@pytest.mark.parametrize("query", ["?after=a&after=b", "?a=1&%61=2", "?next&next"])
def test_a_name_that_is_given_twice_in_an_address_is_refused_everywhere(app, query):
    for method, path, _ in routes():
        target = re.sub(r"\{\w+\}", "00000000-0000-4000-8000-000000000000", path) + query
        response = ask_once(app.port, method, target, {"Sec-Fetch-Site": "same-origin"})
        assert response.status == 400, (method, target, response.status)
