"""Who a business says that its visitor is: tokens made by another library, in all the ways that they can be wrong."""

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from Servers.keyholder import JSON, Owner
from Servers.people import Browser
from Servers.visitor import session_called
from Servers.wire import ask_once, eventually

DAY = 86_400


@pytest.fixture(scope="module")
def owner(app):
    owner = Owner(app)
    owner.token_of_bot = owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]
    owner.secret = make_secret(owner)
    return owner


def make_secret(owner, status=201):
    return owner.post(f"/api/v1/bots/{owner.bot}/visitor-secrets", {}, status).get("secret")


def secrets(owner):
    return owner.request("GET", f"/api/v1/bots/{owner.bot}/visitor-secrets").json["secrets"]


def token(owner, sub="customer-7", key=None, headers=None, algorithm="HS256", **claims):
    claims = {"sub": sub, "exp": int(time.time()) + 600} | claims
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key or owner.secret, algorithm=algorithm, headers=headers)


def send(owner, visitor_token=None, session="a-session", message="When do you open?", app=None):
    members = {"message": message, "session_id": session_called(session)} | ({} if visitor_token is None else {"visitor_token": visitor_token})
    return ask_once((app or owner.app).port, "POST", f"/api/send/{owner.token_of_bot}/", JSON, json.dumps(members))


def conversation(owner, id):
    return owner.request("GET", f"/api/v1/bots/{owner.bot}/conversations/{id}").json


def test_a_signed_visitor_is_answered_and_the_owner_sees_who_it_is(owner):
    answer = send(owner, token(owner, name="Ada <b>Lovelace</b>", email="ada@shop.example"), "ada")
    assert answer.status == 200 and answer.json["basis"] == "quoted"
    seen = conversation(owner, answer.json["conversation_id"])
    assert seen["signed_visitor"] == "customer-7" and seen["visitor"] == "Ada <b>Lovelace</b> · ada@shop.example"
    browser = Browser(owner.app)
    browser.sign_in(owner.email)
    page = browser.get(f"/bots/{owner.bot}/conversations/{answer.json['conversation_id']}").text
    assert "Verified" in page and "customer-7" in page and "Ada &lt;b&gt;Lovelace&lt;/b&gt; · ada@shop.example" in page
    assert "Verified" in browser.get(f"/bots/{owner.bot}/conversations").text


def test_without_a_token_nobody_is_signed(owner):
    answer = send(owner, session="nobody")
    assert answer.status == 200 and conversation(owner, answer.json["conversation_id"])["signed_visitor"] is None
    assert send(owner, "", "nobody").status == 200, "a page that has none sends an empty one"


def test_only_the_same_visitor_goes_on_in_a_signed_visitors_chat(owner):
    first = send(owner, token(owner), "kept")
    again = send(owner, token(owner, exp=int(time.time()) + 60), "kept", "And on Sundays?")
    assert first.status == again.status == 200 and again.json["conversation_id"] == first.json["conversation_id"]
    before = conversation(owner, first.json["conversation_id"])
    for other in (None, token(owner, sub="customer-8"), token(owner, sub="customer-7 ")):
        refused = send(owner, other, "kept")
        assert refused.status == 401 and refused.error["code"] == "visitor_token" and "sign in again" in refused.error["message"]
    key = owner.make_key()["key"]
    assert owner.ask(key, conversation_id=first.json["conversation_id"]).status == 404
    assert conversation(owner, first.json["conversation_id"]) == before


def test_who_signs_in_during_a_chat_keeps_it(owner):
    first = send(owner, session="later")
    assert send(owner, token(owner, name="Grace"), "later").json["conversation_id"] == first.json["conversation_id"]
    assert conversation(owner, first.json["conversation_id"])["signed_visitor"] == "customer-7"
    assert send(owner, session="later").status == 401


def test_also_while_a_person_has_the_chat(owner):
    id = send(owner, token(owner), "person").json["conversation_id"]
    owner.app.data.sql(f"update conversations set handling = 'person' where id = '{id}'")
    assert send(owner, session="person").status == 401
    assert send(owner, token(owner), "person").status == 200
    assert [message["role"] for message in conversation(owner, id)["messages"]] == ["visitor", "bot", "visitor"]


def segment(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(owner, header):
    signed = f"{segment(header)}.{segment({'sub': 'customer-7', 'exp': int(time.time()) + 600})}"
    signature = hmac.new(owner.secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


REFUSED = {
    "alg none": lambda owner: jwt.encode({"sub": "x", "exp": int(time.time()) + 60}, None, algorithm="none"),
    "alg HS384": lambda owner: token(owner, key=owner.secret * 2, algorithm="HS384"),
    "alg HS512": lambda owner: jwt.encode({"sub": "x", "exp": int(time.time()) + 60}, owner.secret * 2, algorithm="HS512"),
    "alg RS256, signed by HMAC": lambda owner: unsigned(owner, {"alg": "RS256", "typ": "JWT"}),
    "alg None, signed by HMAC": lambda owner: unsigned(owner, {"alg": "none"}),
    "a kid": lambda owner: token(owner, headers={"kid": "../../dev/null"}),
    "a jku": lambda owner: token(owner, headers={"jku": "https://evil.example/keys"}),
    "a jwk": lambda owner: token(owner, headers={"jwk": {"kty": "oct", "k": "eA"}}),
    "another secret": lambda owner: token(owner, key="x" * 46),
    "the bot's public token as secret": lambda owner: token(owner, key=owner.token_of_bot + "0" * 16),
    "expired": lambda owner: token(owner, exp=int(time.time()) - 1),
    "expired long ago": lambda owner: token(owner, exp=1),
    "no exp": lambda owner: token(owner, exp=None),
    "valid for a week": lambda owner: token(owner, exp=int(time.time()) + 7 * DAY),
    "exp 1e30": lambda owner: token(owner, exp=1e30),
    "nbf in ten minutes": lambda owner: token(owner, nbf=int(time.time()) + 600),
    "another bot's aud": lambda owner: token(owner, aud="0123456789abcdef"),
    "no sub": lambda owner: token(owner, sub=None),
    "an empty sub": lambda owner: token(owner, sub=""),
    "a long sub": lambda owner: token(owner, sub="x" * 201),
    "an access token": lambda owner: owner.token,
    "an API key": lambda owner: owner.make_key()["key"],
    "garbage": lambda owner: "a.b.c",
    "a megabyte": lambda owner: "a" * 200_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_token_that_doesnt_count_is_refused_with_a_sentence(owner, name):
    before = owner.app.data.sql("select count(*) from messages")
    refused = send(owner, REFUSED[name](owner), "refused")
    assert refused.status == 401 and refused.error["code"] == "visitor_token" and refused.error["message"].endswith("."), refused
    assert owner.app.data.sql("select count(*) from messages") == before


@pytest.mark.parametrize("value", [7, ["a"], {"a": 1}, True])
def test_what_is_no_text_is_refused(owner, value):
    assert send(owner, value).status == 422


def test_another_bots_secret_signs_nothing_here(owner, app):
    stranger = Owner(app)
    assert send(owner, token(owner, key=make_secret(stranger)), "stranger").status == 401


def test_two_secrets_count_at_once_so_that_one_takes_the_others_place(app, start_app):
    owner = Owner(app)
    owner.token_of_bot = owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]
    owner.secret = first = make_secret(owner)
    second = make_secret(owner)
    third = owner.request("POST", f"/api/v1/bots/{owner.bot}/visitor-secrets", {})
    assert third.status == 422 and third.error["code"] == "too_many_secrets"
    other = start_app()
    assert [send(owner, token(owner, key=key), "rotated", app=each).status for key in (first, second) for each in (app, other)] == [200] * 4
    oldest, newest = [one["id"] for one in secrets(owner)]
    assert owner.request("GET", f"/api/v1/bots/{owner.bot}/visitor-secrets/{oldest}").json == {"id": oldest, "secret": first}
    assert first not in json.dumps(secrets(owner))
    assert owner.request("DELETE", f"/api/v1/bots/{owner.bot}/visitor-secrets/{oldest}").status == 204
    assert [send(owner, token(owner, key=first), "rotated", app=each).status for each in (app, other)] == [401] * 2
    assert send(owner, token(owner, key=second), "rotated").status == 200


def test_secrets_are_sealed_and_bound_to_their_rows(owner, app):
    stored = app.data.sql(f"select secret from visitor_secrets where bot_id = '{owner.bot}'")
    assert owner.secret.encode().hex() not in str(stored) and owner.secret not in str(stored)
    stranger = Owner(app)
    make_secret(stranger)
    app.data.sql(f"update visitor_secrets set secret = (select secret from visitor_secrets where bot_id = '{owner.bot}') where bot_id = '{stranger.bot}'")
    stranger.token_of_bot = stranger.request("GET", f"/api/v1/bots/{stranger.bot}").json["token"]
    assert send(stranger, token(owner), "stolen").status == 401
    id = secrets(stranger)[0]["id"]
    assert stranger.request("GET", f"/api/v1/bots/{stranger.bot}/visitor-secrets/{id}").status == 410


def test_the_page_of_keys_makes_shows_and_deletes_them(app):
    owner = Owner(app)
    browser = Browser(app)
    browser.sign_in(owner.email)
    path = f"/bots/{owner.bot}/visitor-secrets"
    assert "Make a secret" in browser.get(f"/bots/{owner.bot}/keys").text
    made = browser.send("POST", path)
    assert made.status == 201 and "vs_" in made.text and "<html" in made.text and "Make a second secret" in made.text
    assert "vs_" not in browser.get(f"/bots/{owner.bot}/keys").text
    second = browser.send("POST", path, headers={"HX-Request": "true"})
    assert second.status == 201 and "<html" not in second.text and "Make a second" not in second.text
    id = secrets(owner)[0]["id"]
    assert "vs_" in browser.get(f"{path}/{id}").text
    assert browser.send("DELETE", f"{path}/{id}").status == 303 and len(secrets(owner)) == 1


def test_a_visitors_token_opens_nothing_else(owner):
    bearer = JSON | {"Authorization": f"Bearer {token(owner)}"}
    for method, path in [("GET", "/api/v1/bots"), ("POST", "/api/v1/ask"), ("GET", f"/api/v1/bots/{owner.bot}/visitor-secrets")]:
        assert ask_once(owner.app.port, method, path, bearer, "{}" if method == "POST" else None).status == 401
