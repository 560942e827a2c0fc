"""Signing in with a mailed code, staying signed in, and what others try."""

import base64
import json
import re
import threading

import pytest
from Servers.people import JSON, Browser, Program, code_in, mails, new_address
from Servers.wire import ask_once


@pytest.fixture
def email():
    return new_address()


def sign_in_code(app, body, headers=JSON):
    return ask_once(app.port, "POST", "/api/v1/sign-in/code", headers, body)


def sessions_of(app, email):
    return int(app.data.sql(f"select count(*) from sessions s join users u on u.id = s.user_id where email = '{email}'")[0][0])


# With a browser


def test_a_new_person_signs_in_and_finds_an_account(app, email):
    browser = Browser(app)
    response = browser.sign_in(email)
    assert response["location"] == "/bots"
    account = browser.json()
    assert account["user"]["email"] == email and account["account"]["role"] == "owner"
    assert [session["is_current"] for session in account["sessions"]] == [True]


def test_the_cookie_is_for_this_host_only_and_not_for_scripts(app, email, start_app):
    secure = start_app(BASE_URL="https://desk.example", SHOW_SIGN_IN_CODES_TO_EVERYBODY="on")
    for place, name, end in [(app, "session", ""), (secure, "__Host-session", "; Secure")]:
        browser = Browser(place)
        response = browser.sign_in(email)
        cookie = next(value for key, value in response.headers if key.lower() == "set-cookie" and value.startswith(name))
        assert re.fullmatch(rf"{name}=[\w-]{{43}}; Path=/; Max-Age=5184000; HttpOnly; SameSite=Lax{end}", cookie)
        assert browser.is_signed_in
    assert secure.data is app.data


def test_a_cookie_that_was_there_before_is_replaced_and_its_session_ends(app, email):
    first = Browser(app)
    first.sign_in(email)
    old = dict(first.cookies)
    first.sign_in(email)
    assert first.cookies["session"] != old["session"]
    stolen = Browser(app)
    stolen.cookies = old
    assert not stolen.is_signed_in and first.is_signed_in
    planted = Browser(app)
    planted.cookies = {"session": "A" * 43}
    planted.sign_in(email)
    assert planted.cookies["session"] != "A" * 43


@pytest.mark.parametrize("cookie", [
    "session=", "session=" + "A" * 4_096, "session=\x80\xff\xfe", "session=" + "A" * 43, "session=a; session=b", "session=' or 1=1 --", "=;;;=session;=",
])
def test_a_strange_cookie_is_nobodys(app, cookie):
    response = ask_once(app.port, "GET", "/account", {"Cookie": cookie})
    assert response.status == 303 and response["location"] == "/sign-in?next=/account"


def test_signing_out_ends_the_session_and_nothing_private_is_kept(app, email):
    browser = Browser(app)
    browser.sign_in(email)
    cookies = dict(browser.cookies)
    assert browser.get("/account")["cache-control"] == "no-store"
    response = browser.send("DELETE", "/session")
    assert response.status == 303 and response["location"] == "/" and "session" not in browser.cookies
    browser.cookies = cookies
    assert not browser.is_signed_in
    fragment = browser.get("/account", {"HX-Request": "true"})
    assert fragment.status == 401 and fragment["hx-redirect"] == "/sign-in"
    assert sessions_of(app, email) == 0


@pytest.mark.parametrize("next", [
    "https://evil.example", "//evil.example", "/\\evil.example", "/%09/evil", "javascript:alert(1)", "%2f%2fevil", "https:evil", "/..//evil",
    "/x\r\nSet-Cookie: x=1", "/x%0d%0aSet-Cookie:%20x=1",
])
def test_signing_in_leads_nowhere_else(app, email, next):
    browser = Browser(app)
    response = browser.sign_in(email, next=next)
    assert response["location"] == "/bots" and "x" not in browser.cookies


def test_signing_in_leads_back_to_where_one_was(app, email):
    browser = Browser(app)
    assert browser.get("/account")["location"] == "/sign-in?next=/account"
    assert 'value="/account"' in browser.get("/sign-in?next=/account").text
    assert browser.sign_in(email, next="/account")["location"] == "/account"


# The code


def test_nobody_learns_whether_an_address_is_known(app, email):
    Browser(app).sign_in(email)
    answers = []
    for address in (email, new_address()):
        browser = Browser(app)
        response = browser.ask_for_code(address)
        headers = sorted((name, re.sub(r"=[\w-]{43}", "=…", value)) for name, value in response.headers if name.lower() not in ("x-request-id", "date", "content-length"))
        answers.append((response.status, headers, response.text.replace(address, "…")))
        programs = sign_in_code(app, json.dumps({"email": address}))
        answers[-1] += (programs.status, programs.body)
    assert answers[0] == answers[1]


def test_five_wrong_codes_burn_the_right_one_and_no_message_says_which(app, email):
    browser = Browser(app)
    browser.ask_for_code(email)
    code = code_in(mails(app, email)[0])
    wrong = [browser.enter(email, "2222 2222") for _ in range(5)]
    burned = browser.enter(email, code)
    assert {response.status for response in wrong + [burned]} == {422}
    assert {response.text.replace("2222 2222", "…") for response in wrong} == {burned.text.replace(code, "…")}
    assert sessions_of(app, email) == 0


def test_the_newest_code_is_the_only_one_and_works_once(app, email):
    browser = Browser(app)
    codes = []
    for _ in range(2):
        browser.ask_for_code(email)
        codes.append(code_in(mails(app, email)[0]))
    assert browser.enter(email, codes[0]).status == 422
    cookies = dict(browser.cookies)
    assert browser.enter(email, codes[1]).status == 303
    browser.cookies = cookies
    assert browser.enter(email, codes[1]).status == 422
    assert sessions_of(app, email) == 1


def test_a_code_is_for_its_address_and_its_browser(app, email):
    browser, other = Browser(app), new_address()
    browser.ask_for_code(email)
    code = code_in(mails(app, email)[0])
    assert browser.enter(other, code).status == 422
    assert Browser(app).enter(email, code).status == 422
    assert ask_once(app.port, "POST", "/api/v1/sign-in/token", JSON, json.dumps({"email": email, "code": code})).status == 422
    assert browser.enter(email, code.lower().replace(" ", "-")).status == 303


def test_a_code_that_has_run_out_is_refused(app, email):
    browser = Browser(app)
    browser.ask_for_code(email)
    app.data.sql(f"update sign_in_codes set expires_at = expires_at - interval '10 minutes 1 second' where email = '{email}'")
    assert browser.enter(email, code_in(mails(app, email)[0])).status == 422


def test_of_fifty_who_bring_the_right_code_at_once_one_gets_a_session(app, email):
    browser = Browser(app)
    browser.ask_for_code(email)
    code, results = code_in(mails(app, email)[0]), []
    form = lambda: results.append(Browser.enter(twin(browser), email, code).status)
    threads = [threading.Thread(target=form) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [303] + [422] * 49
    assert sessions_of(app, email) == 1
    assert not any("guessing" in mail["subject"] for mail in mails(app, email))


def twin(browser):
    copy = Browser(browser.app)
    copy.cookies = dict(browser.cookies)
    return copy


def test_many_browsers_that_guess_together_are_stopped_and_the_owner_is_told_once(app, email):
    browser = Browser(app)
    browser.ask_for_code(email)
    guesses = [Browser(app).enter(email, "2222 2222") for _ in range(25)]
    assert [guess.status for guess in guesses] == [422] * 20 + [429] * 5
    assert all(0 < int(guess["retry-after"]) <= 3_600 for guess in guesses[20:])
    assert sum("guessing" in mail["subject"] for mail in mails(app, email)) == 1
    # Whoever holds the mail isn't stopped with them.
    assert browser.enter(email, code_in(mails(app, email)[-1])).status == 303


def test_browsers_that_asked_and_guess_stop_nobody_else(app, email):
    holder, strangers = Browser(app), [Browser(app) for _ in range(10)]
    holder.ask_for_code(email)
    code = code_in(mails(app, email)[0])
    for stranger in strangers:
        stranger.ask_for_code(email)
    statuses = [stranger.enter(email, "2222 2222").status for stranger in strangers for _ in range(5)]
    assert statuses == [422] * 20 + [429] * 30
    assert holder.enter(email, code).status == 303


def test_what_a_stranger_asks_for_leaves_the_code_that_is_being_typed(app, email):
    holder = Browser(app)
    holder.ask_for_code(email)
    code = code_in(mails(app, email)[0])
    Browser(app).ask_for_code(email)
    sign_in_code(app, json.dumps({"email": email}))
    for _ in range(5):
        ask_once(app.port, "POST", "/api/v1/sign-in/token", JSON, json.dumps({"email": email, "code": "22222222"}))
    assert holder.enter(email, code).status == 303


def test_when_strangers_have_used_up_the_mails_the_newest_works_for_whoever_asks(app, email):
    for _ in range(12):
        Browser(app).ask_for_code(email)
    holder, other = Browser(app), Browser(app)
    holder.ask_for_code(email)
    assert len(mails(app, email)) == 5
    code = code_in(mails(app, email)[0])
    assert other.enter(email, code).status == 422, "it hasn't asked"
    assert holder.enter(email, code).status == 303
    assert sessions_of(app, email) == 1


def test_when_no_code_works_for_a_while_yet_one_is_mailed_however_many_were(app, email):
    for _ in range(12):
        Browser(app).ask_for_code(email)
    app.data.sql(f"update sign_in_codes set expires_at = expires_at - interval '6 minutes' where email = '{email}'")
    browsers = [Browser(app) for _ in range(8)]
    threads = [threading.Thread(target=browser.ask_for_code, args=[email]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mails(app, email)) == 6, "one for all who ask at once"
    assert browsers[0].enter(email, code_in(mails(app, email)[0])).status == 303


def test_a_program_enters_codes_that_its_network_asked_for(start_app, email):
    place = start_app(TRUSTED_PROXIES="127.0.0.1")
    ask, enter = lambda network: at(network, "code", email=email), lambda network, code: at(network, "token", email=email, code=code).status
    at = lambda network, path, **members: ask_once(
        place.port, "POST", "/api/v1/sign-in/" + path, JSON | {"X-Forwarded-For": f"{network}.1"}, json.dumps(members))
    assert ask("192.0.2").status == 202
    code = code_in(mails(place, email)[0])
    assert ask("198.51.100").status == 202
    assert [enter("198.51.100", "22222222") for _ in range(5)] == [422] * 5
    assert enter("203.0.113", code) == 422
    assert enter("192.0.2", code) == 200


@pytest.mark.parametrize("code", [None, "", " ", True, [], {}, 12345678, ["ABCD2345"], "ABCD2345ABCD2345", "ABCD\u0000345", "é" * 8])
def test_what_is_no_code_is_refused_kindly(app, email, code):
    sign_in_code(app, json.dumps({"email": email}))
    response = ask_once(app.port, "POST", "/api/v1/sign-in/token", JSON, json.dumps({"email": email, "code": code}))
    assert response.status == 422 and "code" in response.error["fields"]
    assert sessions_of(app, email) == 0


@pytest.mark.parametrize("address", [
    "v@x.org\r\nBcc: e@x.org", "a@x.org,b@x.org", '"a b"@x.org', "a" * 312 + "@x.org", "u@exämple.de", "a@x.org.", "é@x.org", "e\u0301@x.org", "", None, 7, [],
])
def test_what_isnt_one_address_is_refused_and_nothing_is_mailed(app, address):
    before = app.data.sql("select count(*) from outbox")
    response = sign_in_code(app, json.dumps({"email": address}))
    assert response.status == 422 and "email" in response.error["fields"]
    assert app.data.sql("select count(*) from outbox") == before


@pytest.mark.parametrize("body", ["null", "[]", '"x"', "0", "", "{", '{"email":"a@x.org","email":"b@x.org"}'])
@pytest.mark.parametrize("path", ["/sign-in/code", "/sign-in/token", "/sign-in/refresh"])
def test_a_body_that_isnt_an_object_is_refused(app, path, body):
    assert ask_once(app.port, "POST", "/api/v1" + path, JSON, body).status == 400


@pytest.mark.parametrize("kind", [None, "application/xml", "text/plain", "application/json; charset=utf-16"])
def test_other_kinds_of_bodies_are_refused(app, email, kind):
    headers = {"Content-Type": kind} if kind else {}
    assert sign_in_code(app, json.dumps({"email": email}), headers).status == 415
    assert mails(app, email) == []


def test_a_code_is_in_no_answer_no_log_and_no_row_but_the_outbox(app, email):
    browser = Browser(app)
    asked = browser.ask_for_code(email)
    mail = mails(app, email)[0]
    code, token = code_in(mail), None
    signed_in = browser.enter(email, code)
    token = browser.cookies["session"]
    rows = "".join(str(row) for table in ("sign_in_codes", "sessions", "users") for row in app.data.sql(f"select * from {table}"))
    lines = "".join(line for line in app.log.splitlines() if "to the outbox" not in line)
    for secret in (code, code.replace(" ", ""), token):
        for place in (asked.text + str(asked.headers), signed_in.text, rows, lines):
            assert secret not in place


def test_addresses_in_mails_start_with_the_base_url_whatever_the_host_says(app, start_app):
    place = start_app(BASE_URL="https://desk.example", SHOW_SIGN_IN_CODES_TO_EVERYBODY="on")
    owner, guest = Browser(place, {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}), new_address("guest")
    owner.sign_in(new_address())
    assert owner.send("POST", "/account/invitations", {"email": guest}).status == 303
    [mail] = mails(place, guest)
    assert "https://desk.example/invitations/" in mail["text"] and "evil" not in mail["text"]


# With a program


def test_a_program_gets_tokens_and_refreshes_them(app, email):
    program = Program(app, email)
    assert program.grant["token_type"] == "Bearer" and program.grant["expires_in"] == 3_600
    assert program.is_signed_in
    first = program.grant
    program.grant = program.refresh().json
    assert program.is_signed_in and program.grant["refresh_token"] != first["refresh_token"]
    assert program.send("DELETE", "/session").status == 204
    assert not program.is_signed_in and program.refresh().status == 401


def test_a_refresh_token_that_comes_twice_ends_the_session(app, email):
    program = Program(app, email)
    stolen = program.grant["refresh_token"]
    program.grant = program.refresh().json
    assert program.refresh(stolen).status == 401
    assert not program.is_signed_in
    assert program.refresh().status == 401


@pytest.mark.parametrize("token", [None, "", "x", "A" * 43, "A" * 10_000, True, [], {}])
def test_what_is_no_refresh_token_is_refused(app, token):
    assert ask_once(app.port, "POST", "/api/v1/sign-in/refresh", JSON, json.dumps({"refresh_token": token})).status in (401, 422)


def encoded(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("header", [
    {"alg": "none"}, {"alg": "HS512"}, {"alg": "HS256", "kid": "../../dev/null"}, {"alg": "HS256", "jku": "https://evil.example"},
    {"alg": "HS256", "jwk": {"kty": "oct", "k": ""}}, {"alg": 7}, {"alg": "HS256", "crit": ["exp"]}, {}, [], "{", None,
])
def test_a_forged_token_is_refused_whatever_its_header_says(app, email, header):
    program = Program(app, email)
    _, claims, signature = program.grant["access_token"].split(".")
    for forged in (f"{encoded(header)}.{claims}.", f"{encoded(header)}.{claims}.{signature}", f"{encoded(header)}.{claims}"):
        assert program.send("GET", "/bots", headers={"Authorization": f"Bearer {forged}"}).status == 401


@pytest.mark.parametrize("exp", [0, "2099", 1e30, -1e30, -1, None, [], 9223372036854775808])
def test_changed_claims_are_refused_and_end_nothing(app, email, exp):
    program = Program(app, email)
    header, claims, signature = program.grant["access_token"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"exp": exp}
    assert program.send("GET", "/bots", headers={"Authorization": f"Bearer {header}.{encoded(claims)}.{signature}"}).status == 401


def test_a_token_has_one_spelling(app, email):
    program = Program(app, email)
    token = program.grant["access_token"]
    header, claims, signature = token.split(".")
    # Four last letters stand for the same bytes where two bits are left over.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place = alphabet.index(signature[-1])
    twins = [signature[:-1] + alphabet[place ^ bits] for bits in (1, 2, 3)]
    spellings = [f"{token}=", f"{token}==", f"{header}=.{claims}.{signature}", f"{header}.{claims}=.{signature}", f"{token}.", f".{token}"]
    for spelling in spellings + [f"{header}.{claims}.{twin}" for twin in twins]:
        assert program.send("GET", "/bots", headers={"Authorization": f"Bearer {spelling}"}).status == 401, spelling
    assert program.send("GET", "/bots").status == 200


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer  ", "Bearer a b", "Basic YTpi", "bearer \xff\xfe", "Bearer fd_demo_public", "Bearer " + "a." * 4_000])
def test_what_is_no_access_token_is_refused(app, value):
    response = ask_once(app.port, "GET", "/api/v1/bots", {"Authorization": value})
    assert response.status == 401 and response["www-authenticate"] == "Bearer"


def test_cookies_dont_work_for_the_api_nor_tokens_for_pages(app, email):
    browser, program = Browser(app), Program(app, email)
    browser.sign_in(email)
    assert browser.get("/api/v1/bots").status == 401
    bearer = {"Authorization": f"Bearer {program.grant['access_token']}"}
    assert ask_once(app.port, "GET", "/bots", bearer).status == 303
    assert ask_once(app.port, "GET", f"/api/v1/bots?access_token={program.grant['access_token']}").status == 401
