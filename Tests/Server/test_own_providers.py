"""An owner adds a key of a provider; their bots answer with it, and nobody else's."""

import base64
import os
import subprocess
from urllib.parse import urlencode

import pytest
from Servers.frontdesk import PROGRAM
from Servers.owner import FORM, Owner
from Servers.provider import KEY as PROVIDER_KEY
from Servers.wire import ask_once

QUESTION = "When are you open on Sundays?"


@pytest.fixture(scope="module")
def open_app(start_app):
    """Owners may name addresses on this machine."""
    return start_app(ALLOWED_LOCAL_HOSTS="127.0.0.1")


@pytest.fixture
def owner(open_app, provider):
    provider.play("normal")
    yield Owner(open_app)
    assert PROVIDER_KEY not in open_app.log


@pytest.fixture
def address(provider):
    return f"http://127.0.0.1:{provider.port}/v1"


def add(owner, address, key=PROVIDER_KEY, provider="compatible", **more):
    return owner.call("POST", "/api/v1/account/providers", {"provider": provider, "base_url": address, "key": key} | more)


def keys(owner):
    return owner.get("/account/providers").json["keys"]


def answer(owner, bot, **settings):
    response = owner.call("POST", f"/api/v1/bots/{bot['id']}/trials", {"question": QUESTION} | settings)
    assert response.status == 201 and PROVIDER_KEY not in response.text
    return response.text


@pytest.mark.parametrize("name", ["openai", "openrouter", "groq", "anthropic", "compatible"])
def test_a_key_that_is_taken_is_kept_and_never_shown_again(owner, address, name):
    response = add(owner, address, provider=name)
    assert response.status == 201 and PROVIDER_KEY not in response.text
    assert (response.json["provider"], response.json["base_url"], response.json["hint"]) == (name, address, PROVIDER_KEY[-4:])
    assert keys(owner) == [response.json]
    assert PROVIDER_KEY not in owner.get("/account/providers").text
    stored = owner.app.data.sql(f"select provider_credentials::text from provider_credentials where id = '{response.json['id']}'")
    assert PROVIDER_KEY.encode().hex() not in str(stored) and PROVIDER_KEY not in str(stored)


def test_trying_it_asks_for_nothing_that_costs(owner, address, provider):
    add(owner, address)
    assert [call.method for call in provider.calls] == ["GET"]


def test_a_newer_key_takes_the_older_ones_place(owner, address):
    first = add(owner, address).json["id"]
    second = add(owner, address).json["id"]
    assert [key["id"] for key in keys(owner)] == [second] and first != second


@pytest.mark.parametrize("members, field, says", [
    ({"key": "sk-wrong"}, "key", "doesn’t take this key"), ({"provider": "openai", "key": ""}, "key", "enter the key"),
    ({"key": "sk\nx"}, "key", "look like a key"), ({"key": "k" * 600}, "key", "look like a key"), ({"base_url": ""}, "base_url", "server’s address"),
    ({"base_url": "http://127.0.0.1:9/v1"}, "base_url", "Nothing answers"), ({"provider": "x"}, "provider", "This can be"),
    ({"provider": None}, "provider", "This can be"), ({"provider": 7}, "provider", "must be text"), ({"key": ["x"]}, "key", "must be text"),
    ({"base_url": "http://models.example.com/v1"}, "base_url", "https://"), ({"base_url": "file:///etc/passwd"}, "base_url", "http"),
    ({"base_url": "http://user:pw@127.0.0.1/"}, "base_url", "leave out"),
])
def test_what_cannot_be_used_is_said_and_not_kept(owner, address, members, field, says):
    response = add(owner, address, **members)
    assert response.status == 422 and says in response.json["error"]["fields"][field], response.text
    assert PROVIDER_KEY not in response.text and keys(owner) == []


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:{port}/v1", "http://localhost:{port}/v1", "http://[::1]:{port}/v1", "http://2130706433:{port}/v1", "http://127.1:{port}/v1",
    "http://10.1.2.3/v1", "http://169.254.169.254/latest", "https://[::ffff:127.0.0.1]/v1", "https://example.com:22/v1", "gopher://127.0.0.1/",
])
def test_a_private_address_is_refused_and_nothing_is_sent_there(app, provider, url):
    provider.play("normal")
    owner = Owner(app)
    response = add(owner, url.format(port=provider.port))
    assert response.status == 422 and list(response.json["error"]["fields"]) == ["base_url"]
    assert provider.calls == [] and keys(owner) == []


def test_a_bot_answers_with_its_accounts_key_and_no_others(owner, address, provider):
    add(owner, address)
    bot = owner.make_bot()
    assert "It is free to run" not in answer(owner, bot), "a server of one's own has no model that could be guessed"
    assert "It is free to run" in answer(owner, bot, provider="compatible", model="any-model")
    [call] = [call for call in provider.calls if call.method == "POST"]
    assert call.headers["authorization"] == f"Bearer {PROVIDER_KEY}" and call.body["model"] == "any-model"
    other = Owner(owner.app)
    assert "It is free to run" not in answer(other, other.make_bot(), provider="compatible", model="any-model")


def test_the_owners_notes_and_language_reach_the_model(owner, address, provider):
    add(owner, address, provider="anthropic")
    bot = owner.make_bot()
    text = answer(owner, bot, provider="anthropic", system_prompt="Always mention rye.", language="de", temperature=0.7)
    system = provider.calls[-1].system
    assert "Always mention rye." in system and "Answer in German" in system and provider.calls[-1].body["temperature"] == 0.7
    assert "Always mention rye." in text, "the owner sees what was sent"


def test_a_fallback_answers_where_the_first_fails(owner, address, provider):
    add(owner, address, provider="openai")
    add(owner, address, provider="anthropic")
    bot = owner.make_bot()
    assert "It is free to run" in answer(owner, bot, provider="openai", model="refuses_the_key", fallbacks=["anthropic"])
    assert [call.target for call in provider.calls if call.method == "POST"] == ["/v1/chat/completions", "/v1/messages"]


def test_a_key_is_removed_by_its_account_only(owner, address):
    id = add(owner, address).json["id"]
    assert Owner(owner.app).call("DELETE", f"/api/v1/account/providers/{id}").status == 404
    assert owner.call("DELETE", "/api/v1/account/providers/x").status == 404
    assert [key["id"] for key in keys(owner)] == [id]
    assert owner.call("DELETE", f"/api/v1/account/providers/{id}").status == 204
    assert keys(owner) == []


def test_a_member_sees_the_keys_and_cannot_change_them(owner, address):
    id = add(owner, address).json["id"]
    owner.app.data.sql(f"update members set role = 'member' from users where users.id = user_id and email = '{owner.email}'")
    assert [key["id"] for key in keys(owner)] == [id]
    assert add(owner, address).status == 403
    assert owner.call("DELETE", f"/api/v1/account/providers/{id}").status == 403


def test_the_page_works_without_javascript_and_forgets_a_wrong_key(owner, address):
    headers = {"Cookie": owner.cookie(), "Sec-Fetch-Site": "same-origin"}
    form = {"provider": "compatible", "base_url": address, "key": "sk-wrong-key-of-mine"}
    response = ask_once(owner.app.port, "POST", "/account/providers", headers | FORM, urlencode(form))
    assert response.status == 422 and "doesn’t take this key" in response.text and address in response.text
    assert "sk-wrong-key-of-mine" not in response.text
    response = ask_once(owner.app.port, "POST", "/account/providers", headers | FORM, urlencode(form | {"key": PROVIDER_KEY}))
    assert response.status == 303
    page = ask_once(owner.app.port, "GET", "/account/providers", headers)
    assert page.status == 200 and f"key ending in {PROVIDER_KEY[-4:]}" in page.text and PROVIDER_KEY not in page.text


def test_without_being_signed_in_there_is_nothing_to_see(open_app):
    for target in ("/account/providers", "/api/v1/account/providers"):
        assert ask_once(open_app.port, "GET", target, {"Accept": "application/json"}).status == 401


def rotate(app, keys):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(app.data.path), "SECRET_KEYS": keys}
    return subprocess.run([PROGRAM, "rotate"], cwd=app.root, env=environment, capture_output=True, text=True, timeout=60)


def test_after_a_change_of_the_servers_keys_all_are_encrypted_anew_by_command(start_app, provider, address):
    old, new = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    provider.play("normal")
    owner = Owner(start_app(ALLOWED_LOCAL_HOSTS="127.0.0.1", SECRET_KEYS=old))
    id = add(owner, address).json["id"]
    key_id = lambda: owner.app.data.sql(f"select key_id from provider_credentials where id = '{id}'")
    before = key_id()
    assert rotate(owner.app, new).returncode == 0 and key_id() == before, "without the old key it is left as it is"
    result = rotate(owner.app, f"{new},{old}")
    assert result.returncode == 0 and "encrypted anew" in result.stderr and key_id() != before
    app = start_app(ALLOWED_LOCAL_HOSTS="127.0.0.1", SECRET_KEYS=new)
    later = Owner(app, owner.email)
    assert "It is free to run" in answer(later, later.make_bot(), provider="compatible", model="any-model")
