"""What the API says of itself: the examples run as they stand, and the description is true."""

import html
import json
import re
import shutil
import socket
import subprocess
import sys
import time

import jwt
import pytest
from Servers.keyholder import Owner
from Servers.wire import ask_once

JSON = {"Content-Type": "application/json"}
KEY = {"Authorization": "Bearer fd_demo_public"}
PROGRAMS = {"bash": "bash", "python": sys.executable, "javascript": "node"}
EXAMPLES = {
    "bash": ["Ask with curl", "Stream with curl", "OpenAI’s protocol with curl", "An idempotency key with curl"],
    "python": ["Ask with Python", "A conversation with Python", "With OpenAI’s Python client", "Sign a visitor with Python"],
    "javascript": ["Ask with JavaScript", "Stream with JavaScript", "Sign a visitor with JavaScript"],
    "swift": ["Ask with Swift"],
    "html": ["The widget for a signed visitor"],
    "http": ["A message of a signed visitor"],
}


@pytest.fixture(scope="module")
def site(start_app):
    """An app that knows its address, which stands in the examples."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return start_app(PORT=port)


@pytest.fixture(scope="module")
def page(site):
    response = ask_once(site.port, "GET", "/developers")
    assert response.status == 200 and "Content-Security-Policy".lower() in dict((name.lower(), value) for name, value in response.headers)
    return response.text


@pytest.fixture(scope="module")
def examples(page):
    blocks = re.findall(r'aria-label="([^"]*)"[^>]*><pre><code class="language-(\w+)">(.*?)</code>', page, re.S)
    return {html.unescape(label): (language, html.unescape(code)) for label, language, code in blocks}


@pytest.fixture(scope="module")
def description(site):
    response = ask_once(site.port, "GET", "/api/v1/openapi.json")
    assert response["content-type"] == "application/json"
    return response.json


def test_every_example_of_the_page_is_tried(examples):
    assert {label: language for label, (language, _) in examples.items()} == {
        label: language for language, labels in EXAMPLES.items() for label in labels
    }


@pytest.mark.parametrize("language, label", [(language, label) for language in PROGRAMS for label in EXAMPLES[language]])
def test_an_example_runs_as_it_stands(examples, tmp_path, language, label):
    program = shutil.which(PROGRAMS[language])
    if not program:
        pytest.skip(f"{PROGRAMS[language]} isn't installed")
    file = tmp_path / {"bash": "example.sh", "python": "example.py", "javascript": "example.mjs"}[language]
    file.write_text(examples[label][1])
    done = subprocess.run([program, str(file)], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    if label.startswith("Sign a visitor"):
        claims = jwt.decode(done.stdout.strip(), "vs_your_secret", algorithms=["HS256"])
        assert claims["sub"] == "customer-7" and 3_500 < claims["exp"] - time.time() <= 3_600
        return
    expected = {"A conversation with Python": "German", "Stream with curl": "event: done", "Stream with JavaScript": "safe"}.get(label, "free to run")
    assert expected in done.stdout and "Traceback" not in done.stderr


@pytest.mark.parametrize("label", ["Sign a visitor with Python", "Sign a visitor with JavaScript"])
def test_a_token_of_an_example_counts_with_the_bots_own_secret(site, examples, tmp_path, label):
    program = shutil.which(PROGRAMS[examples[label][0]])
    if not program:
        pytest.skip("it isn't installed")
    owner = Owner(site)
    secret = owner.post(f"/api/v1/bots/{owner.bot}/visitor-secrets", {}, 201)["secret"]
    file = tmp_path / "example.mjs"
    file.write_text(examples[label][1].replace("vs_your_secret", secret))
    made = subprocess.run([program, str(file)], capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    public = owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]
    head, _, body = examples["A message of a signed visitor"][1].partition("\n\n")
    path = head.split()[1].replace("YOUR_BOT", public)
    answer = ask_once(site.port, "POST", path, JSON, body.replace("THE_TOKEN", made))
    assert answer.status == 200, answer
    seen = owner.request("GET", f"/api/v1/bots/{owner.bot}/conversations/{answer.json['conversation_id']}").json
    assert seen["signed_visitor"] == "customer-7" and seen["visitor"] == "Ada Lovelace"


def test_the_swift_example_runs_as_it_stands(examples, tmp_path):
    if not shutil.which("swiftc"):
        pytest.skip("swiftc isn't installed")
    (tmp_path / "main.swift").write_text(examples["Ask with Swift"][1])
    subprocess.run(["swiftc", "-swift-version", "6", "main.swift", "-o", "ask"], check=True, cwd=tmp_path, timeout=180)
    done = subprocess.run([tmp_path / "ask"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "free to run" in done.stdout, done.stderr


def test_the_page_is_found_from_the_start_and_kept_by_browsers(site, page):
    assert 'href="/developers"' in ask_once(site.port, "GET", "/").text
    tag = ask_once(site.port, "GET", "/developers")["etag"]
    assert ask_once(site.port, "GET", "/developers", {"If-None-Match": tag}).status == 304
    for link in set(re.findall(r'href="(/[^"#]*)"', page)):
        assert ask_once(site.port, "GET", link).status == 200, link


def test_every_route_of_the_api_is_described(description):
    assert description["openapi"] == "3.1.0"
    names = set()
    for path, method, operation in operations(description):
        assert operation["summary"], f"{method} {path} needs an Operation where its feature adds it"
        assert operation["operationId"] not in names
        names.add(operation["operationId"])
        assert {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"} == set(re.findall(r"{(\w+)}", path))
        assert any(status.startswith("2") for status in operation["responses"])
    assert {"/api/v1/ask", "/v1/chat/completions", "/v1/models", "/api/v1/bots/{bot}/keys", "/api/v1/openapi.json"} <= set(description["paths"])


def test_every_schema_that_is_named_is_there_and_used(description):
    schemas = description["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(description)))
    assert named == set(schemas) and all(isinstance(schema, dict) for schema in schemas.values())


def test_a_route_that_is_described_is_there_and_asks_for_what_it_says(site, description):
    for path, method, operation in operations(description):
        response = ask_once(site.port, method.upper(), re.sub(r"{\w+}", "00000000-0000-4000-8000-000000000000", path), JSON, None if method == "get" else "{}")
        assert response.status == (401 if operation.get("security") else response.status) and response.status not in (405, 500), (path, method)
        check(response.json, schema_of(operation, str(response.status)) or schema_of(operation, "default"), description)


def test_answers_have_the_described_shapes(site, description):
    owner = Owner(site)
    question = {"question": "When do you open?"}
    key = owner.make_key()
    completion = {"model": "frontdesk", "messages": [{"role": "user", "content": "What does it cost?"}]}
    for path, method, response in (
        ("/api/v1/ask", "post", owner.ask(key["key"])),
        ("/api/v1/ask", "post", owner.ask(key["key"], question="")),
        ("/v1/chat/completions", "post", ask_once(site.port, "POST", "/v1/chat/completions", KEY | JSON, json.dumps(completion))),
        ("/v1/chat/completions", "post", ask_once(site.port, "POST", "/v1/chat/completions", KEY | JSON, "{}")),
        ("/v1/models", "get", ask_once(site.port, "GET", "/v1/models", KEY)),
        ("/v1/models/{model}", "get", ask_once(site.port, "GET", "/v1/models/frontdesk", KEY)),
        ("/api/v1/bots", "get", owner.request("GET", "/api/v1/bots")),
        ("/api/v1/bots/{bot}", "get", owner.request("GET", f"/api/v1/bots/{owner.bot}")),
        ("/api/v1/bots/{bot}", "patch", owner.request("PATCH", f"/api/v1/bots/{owner.bot}", {"welcome_message": "Hello!"})),
        ("/api/v1/bots/{bot}/context", "get", owner.request("GET", f"/api/v1/bots/{owner.bot}/context")),
        ("/api/v1/bots/{bot}/limits", "get", owner.request("GET", f"/api/v1/bots/{owner.bot}/limits")),
        ("/api/v1/bots/{bot}/limits", "patch", owner.request("PATCH", f"/api/v1/bots/{owner.bot}/limits", {"daily_dollars": 2.5, "daily_messages": 9})),
        ("/api/v1/bots/{bot}/visitor-secrets", "post", owner.request("POST", f"/api/v1/bots/{owner.bot}/visitor-secrets", {})),
        ("/api/v1/bots/{bot}/visitor-secrets", "get", owner.request("GET", f"/api/v1/bots/{owner.bot}/visitor-secrets")),
        ("/api/v1/bots/{bot}/keys", "get", owner.request("GET", f"/api/v1/bots/{owner.bot}/keys")),
        ("/api/v1/bots/{bot}/keys", "post", owner.request("POST", f"/api/v1/bots/{owner.bot}/keys", {"name": "x"})),
        ("/api/v1/bots/{bot}/trials", "post", owner.request("POST", f"/api/v1/bots/{owner.bot}/trials", question)),
        ("/api/v1/account", "get", owner.request("GET", "/api/v1/account")),
        ("/api/v1/account", "patch", owner.request("PATCH", "/api/v1/account", {"name": "Mia"})),
        ("/api/v1/account/members", "get", owner.request("GET", "/api/v1/account/members")),
        ("/api/v1/account/sessions", "get", owner.request("GET", "/api/v1/account/sessions")),
        ("/api/v1/account/invitations", "post", owner.request("POST", "/api/v1/account/invitations", {"email": "guest@y.example"})),
        ("/api/v1/account/email", "post", owner.request("POST", "/api/v1/account/email", {"email": "new@y.example"})),
        ("/api/v1/sign-in/code", "post", owner.request("POST", "/api/v1/sign-in/code", {"email": "x@y.example"})),
    ):
        operation = description["paths"][path][method]
        schema = schema_of(operation, str(response.status)) or schema_of(operation, "default")
        check(response.json, schema, description)
        # The check itself can fail.
        with pytest.raises(AssertionError):
            check({}, schema, description)


def test_an_answer_with_something_that_is_not_described_is_found(site, description):
    owner = Owner(site)
    bot = owner.request("GET", f"/api/v1/bots/{owner.bot}").json
    check(bot, description["components"]["schemas"]["Bot"], description)
    less = json.loads(json.dumps(description["components"]["schemas"]["Bot"]))
    del less["properties"]["token"]
    less["required"].remove("token")
    with pytest.raises(AssertionError, match="token"):
        check(bot, less, description)
    with pytest.raises(AssertionError, match="uuid"):
        check(bot | {"id": "1"}, description["components"]["schemas"]["Bot"], description)


def operations(description):
    return [(path, method, operation) for path, methods in description["paths"].items() for method, operation in methods.items()]


def schema_of(operation, status):
    response = operation["responses"].get(status)
    return response and response["content"]["application/json"]["schema"]


FORMATS = {
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "date": r"\d{4}-\d\d-\d\d", "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "email": r"[^@ ]+@[^@ ]+", "uri": r"https?://.+",
}
KINDS = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}


def check(value, schema, description):
    """As much of JSON Schema as the description uses."""
    if "$ref" in schema:
        return check(value, description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], description)
    for part in schema.get("allOf", []):
        check(value, part, description)
    if "anyOf" in schema:
        assert any(fits(value, part, description) for part in schema["anyOf"]), value
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(isinstance(value, KINDS[kind]) for kind in kinds), (value, kinds)
    assert value == schema.get("const", value) and value in schema.get("enum", [value]), (value, schema)
    if isinstance(value, str) and schema.get("format") in FORMATS:
        assert re.fullmatch(FORMATS[schema["format"]], value), (value, schema["format"])
    if isinstance(value, dict):
        assert set(schema.get("required", [])) <= set(value), (value, schema["required"])
        members = schema.get("properties", {})
        # What an answer has, and nobody was told of.
        assert not members or set(value) <= set(members), (value, list(members))
        for name, content in value.items():
            check(content, members.get(name) or schema.get("additionalProperties", {}), description)
    if isinstance(value, list):
        for item in value:
            check(item, schema.get("items", {}), description)


def fits(value, schema, description):
    try:
        check(value, schema, description)
        return True
    except AssertionError:
        return False
