"""The account page: the person, the business, its members and invitations, the devices, the end."""

import re

import pytest
from Servers.people import Browser, Program, code_in, mails, new_address
from Servers.wire import Closed, Connection, ask_once, events

LINK = re.compile(r"http://\S+(/invitations/[\w-]{43})")
PRIVATE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def mia(app):
    return signed_in(app, "mia")


def signed_in(app, name, **more):
    browser = Browser(app, {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    browser.sign_in(new_address(name), **more)
    return browser


def invite(owner, email):
    assert owner.send("POST", "/account/invitations", {"email": email}).status == 303
    return LINK.search(mails(owner.app, email.lower())[0]["text"]).group(1)


def with_member(owner, name="tom"):
    """A person of their own who has become a member."""
    member = signed_in(owner.app, name)
    assert member.send("POST", invite(owner, member.email)).status == 303
    return member


def member_id(owner, email):
    return next(member["id"] for member in owner.json()["members"] if member["email"] == email)


# Names


def test_names_are_changed_and_shown_everywhere(mia):
    page = mia.send("PATCH", "/account", {"name": " Mia <b>\u202e\nMoe ", "account_name": "Corner & Bakery"})
    assert page.status == 200 and "Saved." in page.text
    account = mia.json()
    assert (account["user"]["name"], account["account"]["name"]) == ("Mia <b> Moe", "Corner & Bakery")
    page = mia.get("/account").text
    assert "Mia &lt;b&gt; Moe" in page and "Corner &amp; Bakery" in page


@pytest.mark.parametrize("form", [{"name": "a" * 81}, {"account_name": ""}, {"account_name": " \u200b"}, {"account_name": "a" * 81}])
def test_what_is_no_name_comes_back_with_what_to_mend(mia, form):
    response = mia.send("PATCH", "/account", form)
    assert response.status == 422 and 'aria-invalid="true"' in response.text
    assert mia.json()["account"]["name"] == "My business"


def test_a_person_can_have_no_name_again(mia):
    mia.send("PATCH", "/account", {"name": "Mia"})
    assert mia.send("PATCH", "/account", {"name": ""}).status == 200
    assert mia.json()["user"]["name"] == ""


def test_what_isnt_theirs_to_change_is_left_alone(mia):
    before = mia.json()["account"]
    assert mia.send("PATCH", "/account", {"plan": "paid", "role": "owner", "account_id": PRIVATE, "email": "x@x.org", "id": PRIVATE, "balance": "9"}).status == 200
    assert mia.json()["account"] == before


# The address


def codes(app, old, new):
    return code_in(mails(app, old)[0]), code_in(mails(app, new)[0])


def test_an_address_changes_with_codes_from_both_mailboxes(app, mia):
    old, new = mia.email, new_address("mia-new")
    response = mia.send("POST", "/account/email", {"email": new})
    assert response.status == 303 and response["location"] == "/account#email"
    assert f"<strong>{new}</strong>" in mia.get("/account").text and mia.json()["email_change"]["email"] == new
    first, second = codes(app, old, new)
    for old_code, new_code in ((first, "2222 2222"), ("2222 2222", second), (second, first)):
        wrong = mia.send("PUT", "/account/email", {"old_code": old_code, "new_code": new_code})
        assert wrong.status == 422 and "These two codes aren’t right" in wrong.text
    assert mia.json()["user"]["email"] == old
    assert mia.send("PUT", "/account/email", {"old_code": first, "new_code": second}).status == 303
    assert mia.json()["user"]["email"] == new
    assert "has changed" in mails(app, old)[0]["subject"]
    assert mia.send("PUT", "/account/email", {"old_code": first, "new_code": second}).status == 422
    stranger = Browser(app)
    stranger.sign_in(old)
    assert stranger.json()["user"]["id"] != mia.json()["user"]["id"]


def test_five_wrong_codes_end_the_change(app, mia):
    new = new_address()
    mia.send("POST", "/account/email", {"email": new})
    first, second = codes(app, mia.email, new)
    for _ in range(5):
        assert mia.send("PUT", "/account/email", {"old_code": "2222 2222", "new_code": second}).status == 422
    assert "don’t work any more" in mia.send("PUT", "/account/email", {"old_code": first, "new_code": second}).text
    assert mia.json()["user"]["email"] == mia.email


def test_whether_an_address_is_taken_only_its_owner_learns(app, mia):
    tom = signed_in(app, "tom")
    answers = []
    for new in (tom.email, new_address()):
        response = mia.send("POST", "/account/email", {"email": new})
        answers.append((response.status, response["location"], response.body, mia.get("/account").text.replace(new, "…")))
        answers[-1] = tuple(re.sub(r"<time.*?</time>", "", part) if isinstance(part, str) else part for part in answers[-1])
    assert answers[0] == answers[1]
    mia.send("POST", "/account/email", {"email": tom.email})
    first, second = codes(app, mia.email, tom.email)
    taken = mia.send("PUT", "/account/email", {"old_code": first, "new_code": second})
    assert taken.status == 422 and "already" in taken.text
    assert mia.json()["user"]["email"] == mia.email and mia.json()["email_change"] is None


def test_a_change_can_be_given_up(app, mia):
    new = new_address()
    mia.send("POST", "/account/email", {"email": new})
    first, second = codes(app, mia.email, new)
    assert mia.send("DELETE", "/account/email").status == 303
    assert mia.send("PUT", "/account/email", {"old_code": first, "new_code": second}).status == 422
    assert mia.json()["email_change"] is None


def test_nobody_fills_a_mailbox_by_changing_addresses(app, mia):
    new = new_address()
    statuses = [mia.send("POST", "/account/email", {"email": new}).status for _ in range(8)]
    assert statuses == [303] * 5 + [429] * 3
    assert len(mails(app, new)) == 5


@pytest.mark.parametrize("email", ["", "nobody", "a@x.org,b@x.org", "v@x.org\r\nBcc: e@x.org"])
def test_a_new_address_must_be_one(mia, email):
    assert mia.send("POST", "/account/email", {"email": email}).status == 422


def test_the_own_address_is_no_new_one(mia):
    assert mia.send("POST", "/account/email", {"email": mia.email.upper()}).status == 422


# Devices


def test_devices_are_listed_and_signed_out_one_by_one(app, mia):
    phone = Browser(app, {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"})
    phone.sign_in(mia.email)
    program = Program(app, mia.email)
    listed = mia.json("/account/sessions")["sessions"]
    assert sorted((one["kind"], one["device"], one["is_current"]) for one in listed) == [
        ("api", "A device", False), ("browser", "Firefox on Linux", True), ("browser", "Safari on iPhone", False)]
    assert mia.json(f"/account/sessions/{phone.session}")["device"] == "Safari on iPhone"
    gone = mia.send("DELETE", f"/account/sessions/{phone.session}")
    assert gone.status == 303 and gone["location"] == "/account#devices"
    assert not phone.is_signed_in and mia.is_signed_in and program.is_signed_in
    assert program.send("DELETE", f"/account/sessions/{mia.session}").status == 204
    assert not mia.is_signed_in


def test_signing_out_everywhere_means_here_too_on_every_process(app, start_app, mia):
    other = start_app()
    program = Program(app, mia.email)
    twin = Browser(other)
    twin.cookies = dict(mia.cookies)
    assert twin.is_signed_in
    assert mia.send("DELETE", "/account/sessions")["location"] == "/"
    assert "session" not in mia.cookies and not twin.is_signed_in and not program.is_signed_in and program.refresh().status == 401


def test_a_device_of_somebody_else_isnt_there(app, mia):
    tom = signed_in(app, "tom")
    for method in ("GET", "DELETE"):
        assert mia.send(method, f"/account/sessions/{tom.session}").status == 404
    assert tom.is_signed_in


@pytest.fixture(scope="module")
def slow_app(start_app, provider):
    """Another process, whose model says a word and then nothing for long."""
    return start_app(**provider.environment, AI_MODEL="silent_in_the_middle")


@pytest.mark.parametrize("end", ["sign out", "this device", "everywhere", "removal", "account"])
def test_an_open_stream_ends_with_its_session_on_another_process(app, slow_app, mia, end):
    bot = mia.send("POST", "/bots", {"name": "Bakery", "text": "We open at 7."})["location"]
    tom = with_member(mia)
    there = Browser(slow_app)
    there.cookies = dict(tom.cookies)
    asked = there.send("POST", f"{bot}/trials", {"question": "When do you open?"}, {"HX-Request": "true"})
    message = re.search(r'id="answer-([0-9a-f-]{36})"', asked.text).group(1)
    with Connection(slow_app.port) as connection:
        connection.request("GET", f"{bot}/trials/{message}/events", {"Cookie": f"session={tom.cookies['session']}"})
        assert connection.head().status == 200
        assert next(events(connection)).name == "start"
        ends = {
            "sign out": lambda: tom.send("DELETE", "/session"), "this device": lambda: tom.send("DELETE", f"/account/sessions/{tom.session}"),
            "everywhere": lambda: tom.send("DELETE", "/account/sessions"),
            "removal": lambda: mia.send("DELETE", f"/account/members/{member_id(mia, tom.email)}"),
            "account": lambda: mia.send("DELETE", "/account", {"account_name": "My business"}),
        }
        assert ends[end]().status == 303
        connection.socket.settimeout(5)
        with pytest.raises(Closed):
            while True:
                connection.more()
        assert there.get(f"{bot}/trials/{message}/events").status == 303


# Members


def test_a_person_is_invited_accepts_and_leaves(app, mia):
    mia.send("PATCH", "/account", {"name": "Mia", "account_name": "Corner Bakery"})
    tom = signed_in(app, "tom")
    path = invite(mia, tom.email.upper())
    assert [one["email"] for one in mia.json()["invitations"]] == [tom.email]
    mail = mails(app, tom.email)[0]
    assert mail["subject"] == "An invitation to Corner Bakery on Frontdesk" and "Mia invites you" in mail["text"]
    seen = tom.get(path)
    assert seen.status == 200 and "Corner Bakery" in seen.text and "Accept the invitation" in seen.text
    assert tom.send("POST", path)["location"] == "/bots"
    account = tom.json()
    assert account["account"]["name"] == "Corner Bakery" and account["account"]["role"] == "member" and len(account["accounts"]) == 2
    assert account["invitations"] == [] and mia.json()["invitations"] == []
    own = next(one["id"] for one in account["accounts"] if not one["is_current"])
    assert tom.send("PUT", "/account/current", {"account": own})["location"] == "/bots"
    assert tom.json()["account"]["id"] == own
    assert tom.send("PUT", "/account/current", {"account": account["account"]["id"]}).status == 303
    assert tom.send("DELETE", f"/account/members/{account['user']['id']}")["location"] == "/"
    assert not tom.is_signed_in
    tom.sign_in(tom.email)
    assert tom.json()["account"]["id"] == own


def test_an_invitation_leads_a_stranger_through_signing_in(app, mia):
    email = new_address("guest")
    path, guest = invite(mia, email), Browser(app)
    page = guest.get(path)
    assert page.status == 200 and f'href="/sign-in?next={path}"' in page.text and "<form" not in page.text.split("<main", 1)[1].split("</main", 1)[0]
    assert guest.send("POST", path).status == 401
    assert guest.sign_in(email, next=path)["location"] == path
    assert guest.send("POST", path).status == 303
    assert guest.json()["account"]["id"] == mia.json()["account"]["id"]


def test_an_invitation_is_for_its_address_once_and_a_week(app, mia):
    email, eva = new_address("guest"), signed_in(app, "eva")
    path = invite(mia, email)
    page = eva.get(path)
    assert "you are signed in as" in page.text and "Accept the invitation" not in page.text
    refused = eva.send("POST", path)
    assert refused.status == 403 and "another address" in refused.text
    guest = Browser(app)
    guest.sign_in(email)
    app.data.sql(f"update invitations set expires_at = now() - interval '1 second' where email = '{email}'")
    assert guest.get(path).status == guest.send("POST", path).status == 404
    app.data.sql(f"update invitations set expires_at = now() + interval '1 hour' where email = '{email}'")
    assert guest.send("POST", path).status == 303
    assert guest.get(path).status == guest.send("POST", path).status == 404
    assert len(eva.json()["accounts"]) == 1


def test_a_link_is_in_no_log(app, mia):
    path = invite(mia, new_address("guest"))
    Browser(app).get(path)
    app.logged(lambda line: line.get("path") == "/invitations/")
    assert path not in app.log


def test_an_invitation_can_be_withdrawn(app, mia):
    path = invite(mia, new_address("guest"))
    [invitation] = mia.json()["invitations"]
    assert mia.send("DELETE", f"/account/invitations/{invitation['id']}").status == 303
    assert mia.get(path).status == 404
    assert mia.send("DELETE", f"/account/invitations/{invitation['id']}").status == 404


def test_twenty_invitations_a_day_are_enough(mia):
    statuses = [mia.send("POST", "/account/invitations", {"email": new_address("guest")}).status for _ in range(22)]
    assert statuses == [303] * 20 + [429] * 2


def test_nobody_is_invited_all_day(app):
    email = new_address("guest")
    statuses = [signed_in(app, "spammer").send("POST", "/account/invitations", {"email": email}).status for _ in range(6)]
    assert statuses == [303] * 5 + [429]


def test_a_strangers_invitations_stop_nobody_elses(app, start_app):
    place, email = start_app(TRUSTED_PROXIES="127.0.0.1"), new_address("guest")
    invite = lambda network: Browser(place, {"X-Forwarded-For": f"{network}.1"})
    def status(network):
        owner = invite(network)
        owner.sign_in(new_address("owner"))
        return owner.send("POST", "/account/invitations", {"email": email}).status
    assert [status("192.0.2") for _ in range(6)] == [303] * 5 + [429]
    assert status("198.51.100") == 303


def test_codes_that_strangers_have_mailed_stop_no_change_of_the_address(app, mia):
    new = new_address()
    for _ in range(8):
        Browser(app).ask_for_code(new)
    assert mia.send("POST", "/account/email", {"email": new}).status == 303


def test_who_is_a_member_isnt_invited(mia):
    assert mia.send("POST", "/account/invitations", {"email": mia.email}).status == 422


def test_members_may_not_do_what_is_the_owners(app, mia):
    tom = with_member(mia)
    owner, invited = member_id(mia, mia.email), new_address("guest")
    invite(mia, invited)
    [invitation] = mia.json()["invitations"]
    for method, target, form in [
        ("PATCH", "/account", {"account_name": "Mine"}), ("DELETE", "/account", {"account_name": "My business"}),
        ("PATCH", f"/account/members/{owner}", {"role": "member"}), ("PATCH", f"/account/members/{member_id(mia, tom.email)}", {"role": "owner"}),
        ("DELETE", f"/account/members/{owner}", {}), ("POST", "/account/invitations", {"email": invited}),
        ("DELETE", f"/account/invitations/{invitation['id']}", {}),
    ]:
        response = tom.send(method, target, form)
        assert response.status == 403 and "Only an owner" in response.text, (method, target)
    assert mia.json()["account"]["name"] == "My business" and mia.json()["invitations"] == [invitation]
    assert tom.json()["invitations"] == []
    page = tom.get("/account").text
    assert "Delete this account" not in page and "Invite somebody" not in page and "Leave this account" in page
    assert tom.send("PATCH", "/account", {"name": "Tom"}).status == 200


def test_roles_change_and_the_last_owner_stays(app, mia):
    tom = with_member(mia)
    me, him = member_id(mia, mia.email), member_id(mia, tom.email)
    for method, form in (("PATCH", {"role": "member"}), ("DELETE", {})):
        refused = mia.send(method, f"/account/members/{me}", form)
        assert refused.status == 422 and "needs an owner" in refused.text
    assert mia.send("PATCH", f"/account/members/{him}", {"role": "boss"}).status == 422
    assert mia.send("PATCH", f"/account/members/{him}", {"role": "owner"}).status == 303
    assert tom.json()["account"]["role"] == "owner"
    assert tom.send("PATCH", f"/account/members/{me}", {"role": "member"}).status == 303
    assert mia.json()["account"]["role"] == "member" and mia.send("POST", "/account/invitations", {"email": "x@x.org"}).status == 403


def test_the_page_offers_nothing_that_the_last_owner_cant_do(app, mia):
    assert "Leave this account" not in mia.get("/account").text
    tom = with_member(mia)
    assert "Leave this account" in tom.get("/account").text and "Leave this account" not in mia.get("/account").text
    mia.send("PATCH", f"/account/members/{member_id(mia, tom.email)}", {"role": "owner"})
    assert "Leave this account" in mia.get("/account").text


def test_a_removed_member_is_signed_out_of_that_account(app, mia):
    tom = with_member(mia)
    at_home = Browser(app)
    at_home.sign_in(tom.email)
    own = next(one["id"] for one in at_home.json()["accounts"] if one["role"] == "owner")
    at_home.send("PUT", "/account/current", {"account": own})
    assert mia.send("DELETE", f"/account/members/{member_id(mia, tom.email)}").status == 303
    assert not tom.is_signed_in and at_home.is_signed_in
    assert at_home.send("PUT", "/account/current", {"account": mia.json()["account"]["id"]}).status == 404
    assert len(at_home.json()["accounts"]) == 1


# The end


def test_an_account_goes_when_its_name_is_typed_and_takes_everything_along(app, mia):
    bot = mia.send("POST", "/bots", {"name": "Bakery", "text": "We open at 7."})["location"]
    tom, account = with_member(mia), mia.json()
    assert mia.send("DELETE", "/account", {"account_name": "my business"}).status == 422
    assert mia.send("DELETE", "/account", {}).status == 422
    assert mia.get(bot).status == 200
    gone = mia.send("DELETE", "/account", {"account_name": " My  business "})
    assert gone.status == 303 and gone["location"] == "/" and "session" not in mia.cookies
    assert not tom.is_signed_in
    tables = [row[0] for row in app.data.sql("select table_name from information_schema.columns where column_name = 'account_id' and table_schema = 'public'")]
    assert len(tables) > 10
    for table in tables:
        assert app.data.sql(f"select count(*) from {table} where account_id = '{account['account']['id']}'") == [["0"]], table
    assert app.data.sql(f"select count(*) from users where email = '{mia.email}'") == [["0"]]
    tom.sign_in(tom.email)
    assert [one["role"] for one in tom.json()["accounts"]] == ["owner"]


# For programs


def test_programs_do_all_of_it_too(app, mia):
    program = Program(app, mia.email)
    assert set(program.send("GET", "/account").json) == {"user", "account", "accounts", "email_change", "members", "invitations", "sessions"}
    assert program.send("PATCH", "/account", {"name": "Mia", "account_name": "Bakery"}).json["user"]["name"] == "Mia"
    assert [one["email"] for one in program.send("GET", "/account/members").json["members"]] == [mia.email]
    created = program.send("POST", "/account/invitations", {"email": new_address("guest")})
    assert created.status == 201 and set(created.json) == {"id", "email", "expires_at"}
    assert program.send("DELETE", f"/account/invitations/{created.json['id']}").status == 204
    new = new_address()
    assert program.send("POST", "/account/email", {"email": new}).json == {"status": "sent"}
    first, second = codes(app, mia.email, new)
    wrong = program.send("PUT", "/account/email", {"old_code": first, "new_code": first})
    assert wrong.status == 422 and wrong.error["code"] == "wrong_codes"
    assert program.send("PUT", "/account/email", {"old_code": first, "new_code": second}).json == {"email": new}
    assert program.send("DELETE", "/account", {"account_name": "nope"}).error["fields"].keys() == {"account_name"}
    assert program.send("DELETE", "/account", {"account_name": "Bakery"}).status == 204
    assert not program.is_signed_in and not mia.is_signed_in


@pytest.mark.parametrize("body", ["null", "[]", '"x"', "0", "", "{"])
@pytest.mark.parametrize("route", [
    ("PATCH", "/account"), ("DELETE", "/account"), ("PUT", "/account/current"), ("POST", "/account/email"), ("PUT", "/account/email"),
    ("POST", "/account/invitations"), ("PATCH", f"/account/members/{PRIVATE}"),
], ids=str)
def test_a_body_that_isnt_an_object_is_refused(app, program, route, body):
    headers = {"Authorization": f"Bearer {program.grant['access_token']}", "Content-Type": "application/json"}
    assert ask_once(app.port, route[0], "/api/v1" + route[1], headers, body).status == 400


@pytest.fixture(scope="module")
def program(app):
    return Program(app, new_address("program"))


@pytest.mark.parametrize("value", [True, [], {}, 7, "\u0000", "a\u0000b", "' or 1=1 --", "\u202e"])
@pytest.mark.parametrize("route", [
    ("PATCH", "/account", "name"), ("PUT", "/account/current", "account"), ("POST", "/account/email", "email"),
    ("PUT", "/account/email", "old_code"), ("POST", "/account/invitations", "email"), ("DELETE", "/account", "account_name"),
], ids=str)
def test_odd_values_are_refused_or_harmless(program, route, value):
    method, path, field = route
    response = program.send(method, path, {field: value})
    assert response.status in (200, 404, 422, 429), response
    assert program.is_signed_in


def test_nothing_of_an_account_is_kept_by_a_browser(app, mia):
    for target in ("/account", "/account/members", "/account/sessions", "/bots"):
        for headers in ({}, {"Accept": "application/json"}, {"HX-Request": "true"}):
            response = mia.get(target, headers)
            assert response.status == 200 and response["cache-control"] == "no-store", (target, headers)
    assert mia.send("PUT", "/account/current", {"account": PRIVATE})["cache-control"] == "no-store"
