"""Visitors who leave an address: the form, the list, the table, the daily mail, and the signed webhook."""

import csv
import hashlib
import hmac
import io
import json
import re
import socket
import threading
import time
import uuid
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from Servers.hostile import TEXTS, assert_harmless
from Servers.people import Browser, Program, mails, new_address
from Servers.visitor import FORM, Visitor
from Servers.wire import ask_once, eventually

pytestmark = pytest.mark.long

CONSENT = "You may write to me about my question."


class Receiver:
    """An owner's server. It answers as it is told, and keeps what came."""

    def __init__(self):
        self.requests, self.answers = [], []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((dict(self.headers), body))
                answer = receiver.answers.pop(0) if receiver.answers else (200, {}, b"ok")
                if callable(answer):
                    return answer(self)
                status, headers, content = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.address}/leads"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def published_check(app):
    """What /developers tells a receiver to do, as it stands there."""
    page = ask_once(app.port, "GET", "/developers").text
    code = unescape(re.search(r'<code class="language-python-function">(.*?)</code>', page, re.S)[1])
    scope = {}
    exec(code, scope)
    return scope["is_genuine"]


def is_genuine(headers, body, secret):
    """The same by hand."""
    parts = dict(part.split("=", 1) for part in headers["Frontdesk-Signature"].split(","))
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return abs(time.time() - int(parts["t"])) < 300 and hmac.compare_digest(expected, parts["v1"])


class Shop:
    def __init__(self, app):
        self.app = app
        self.browser = Browser(app)
        self.browser.sign_in(new_address("owner"))
        self.program = Program(app, self.browser.email)
        bot = self.program.send("POST", "/bots", {"name": "Corner Bakery", "text": "## Hours\nWe are open from 9 to 18 o’clock.\n"}).json
        self.bot, self.token, self.path = bot["id"], bot["token"], f"/bots/{bot['id']}"

    def get(self, path):
        return self.program.send("GET", self.path + path)

    def put(self, path, **fields):
        return self.program.send("PUT", self.path + path, fields)

    def leads(self):
        return self.get("/leads").json["leads"]

    def visitor(self):
        return Visitor(self.app, self.token)


@pytest.fixture(scope="module")
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def desk(start_app, own, receiver):
    """May send to the receiver on this machine, and nowhere else on it."""
    return start_app(data=own, ALLOWED_LOCAL_HOSTS=receiver.address)


@pytest.fixture(scope="module")
def shop(desk):
    shop = Shop(desk)
    assert shop.put("/lead-form", lead_fields=["name", "email", "phone"], consent_text=CONSENT).json["consent_version"] == 2
    return shop


@pytest.fixture(autouse=True)
def without_limits(own):
    """All visitors of these tests come from one address."""
    own.sql("delete from rate_limits")


def lead(**more):
    return {"name": "Anna", "email": "anna@example.org", "note": "A cake for forty", "consent": 2} | more


# The form

def test_a_bot_that_asks_for_nothing_has_no_form(desk):
    shop = Shop(desk)
    visitor = shop.visitor()
    assert visitor.say("Do you sell tractors?")["basis"] == "not_in_my_information"
    assert "Leave your address" not in visitor.page().text
    assert visitor.page("/leads").status == 404 and visitor.leave(lead()).status == 404


def test_where_the_bot_doesnt_know_the_visitor_is_offered_to_leave_an_address(shop):
    visitor = shop.visitor()
    visitor.say("When are you open?")
    assert "Leave your address" not in visitor.page().text
    visitor.say("Do you sell tractors?")
    assert "Leave your address" in visitor.page().text
    form = visitor.page("/leads").text
    assert CONSENT in form and all(f'name="{name}"' in form for name in ("name", "email", "phone", "note", "consent"))
    assert "Adresse hinterlassen" in visitor.page(headers={"Accept-Language": "de"}).text


def test_who_waits_for_a_person_is_offered_to_leave_an_address(shop):
    visitor = shop.visitor()
    visitor.say("When are you open?")
    visitor.ask_for_person()
    assert "Leave your address" in visitor.page().text and CONSENT in visitor.page("/leads").text


def test_without_javascript_a_visitor_leaves_an_address_and_is_thanked(shop):
    visitor = shop.visitor()
    visitor.say("Do you make cakes for weddings?")
    body = "name=Anna+B.&email=ANNA%40example.org&phone=%2B49+30+1234-56&note=Forty+guests&consent=2"
    page = ask_once(shop.app.port, "POST", visitor.path + "/leads", FORM, body)
    assert page.status == 200 and "We’ll get in touch" in page.text
    kept = shop.leads()[0]
    assert (kept["name"], kept["email"], kept["phone"], kept["note"]) == ("Anna B.", "anna@example.org", "+49 30 1234-56", "Forty guests")
    assert (kept["consent_text"], kept["consent_version"], kept["conversation_id"]) == (CONSENT, 2, visitor.conversation)
    fragment = ask_once(shop.app.port, "POST", visitor.path + "/leads", FORM | {"HX-Request": "true"}, body)
    assert fragment.status == 200 and "<html" not in fragment.text and "We’ll get in touch" in fragment.text


@pytest.mark.parametrize("given, field", [
    ({"email": "", "phone": ""}, "email"), ({"email": "anna"}, "email"), ({"email": "a@b@c"}, "email"), ({"email": "anna@example.org\nBcc: x@y.example"}, "email"),
    ({"email": "", "phone": "call me"}, "phone"), ({"phone": "12"}, "phone"), ({"phone": "1" * 41}, "phone"), ({"phone": "<b>12345</b>"}, "phone"),
    ({"name": "x" * 81}, "name"), ({"consent": None}, "consent"), ({"consent": 1}, "consent"), ({"consent": "yes"}, "consent"), ({"consent": 3}, "consent"),
])
def test_what_cant_be_kept_is_refused_with_the_field_and_what_was_typed(shop, given, field):
    visitor, before = shop.visitor(), len(shop.leads())
    refused = visitor.leave({name: value for name, value in lead(**given).items() if value is not None})
    assert refused.status == 422 and field in refused.error["fields"], refused
    assert len(shop.leads()) == before
    if isinstance(given.get("email"), str) and "\n" not in given["email"]:
        page = ask_once(shop.app.port, "POST", visitor.path + "/leads", FORM, f"email={given['email']}&note=Forty&consent=2")
        assert page.status == 422 and "Forty" in page.text


def test_who_agrees_agrees_to_what_stood_there(desk):
    shop = Shop(desk)
    assert shop.put("/lead-form", lead_fields=["email"], consent_text="First words").json["consent_version"] == 2
    visitor = shop.visitor()
    assert visitor.leave(lead()).status in (200, 204)
    assert shop.put("/lead-form", consent_text="Second words").json["consent_version"] == 3
    assert shop.put("/lead-form", consent_text="Second words").json["consent_version"] == 3, "the same words are the same version"
    stale = visitor.leave(lead())
    assert stale.status == 422 and "consent" in stale.error["fields"], "they saw the first words"
    assert visitor.leave(lead(consent=3)).status in (200, 204)
    assert [(kept["consent_text"], kept["consent_version"]) for kept in shop.leads()] == [("Second words", 3), ("First words", 2)]
    assert shop.leads()[0]["name"] == "", "what isn't asked for isn't kept"


def test_one_visitor_leaves_five_an_hour(shop):
    visitor = shop.visitor()
    assert [visitor.leave(lead()).status for _ in range(6)][-2:] == [204, 429]


@pytest.mark.parametrize("fields", [["name"], ["address"], ["email", "email"], "x"])
def test_a_form_that_cant_be_is_refused(shop, fields):
    refused = shop.put("/lead-form", lead_fields=fields)
    assert refused.status == 422 and "lead_fields" in refused.error["fields"]
    assert shop.put("/lead-form", consent_text="x" * 1001).status == 422
    assert shop.get("/lead-form").json == {"lead_fields": ["name", "email", "phone"], "consent_text": CONSENT, "consent_version": 2}


# The list

def test_a_lead_outlasts_its_conversation_and_can_be_deleted(shop):
    visitor = shop.visitor()
    visitor.say("Do you make cakes?")
    visitor.leave(lead(name="Berta"))
    kept = shop.leads()[0]
    assert shop.program.send("DELETE", f"{shop.path}/conversations/{visitor.conversation}").status == 204
    assert shop.leads()[0] == kept | {"conversation_id": None}
    assert shop.program.send("DELETE", f"{shop.path}/leads/{kept['id']}").status == 204
    assert kept["id"] not in [one["id"] for one in shop.leads()]
    assert shop.program.send("DELETE", f"{shop.path}/leads/{kept['id']}").status == 404


def test_older_leads_are_on_further_pages_and_all_in_the_table(desk, own):
    shop = Shop(desk)
    own.sql(f"""insert into leads (id, account_id, bot_id, email, consent_version, created_at)
        select gen_random_uuid(), account_id, id, n || '@example.org', 1, now() - n / 3 * interval '1 minute' from bots, generate_series(1, 120) n where id = '{shop.bot}'""")
    seen, after = [], ""
    while True:
        page = shop.get("/leads" + after).json
        seen += [one["id"] for one in page["leads"]]
        if not page["next"]:
            break
        after = f"?after={page['next']}"
    assert len(seen) == len(set(seen)) == 120
    assert shop.get("/leads?after=x").status == 400
    table = list(csv.DictReader(io.StringIO(shop.program.send("GET", f"{shop.path}/leads.csv").body.decode("utf-8-sig"))))
    assert [row["id"] for row in table] == seen


@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_words_do_nothing_in_any_view(desk, own, receiver, kind):
    shop = Shop(desk)
    shop.put("/lead-form", lead_fields=["name", "email"])
    visitor = shop.visitor()
    text = TEXTS[kind]
    kept = visitor.leave({"name": text[:80], "email": "anna@example.org", "note": text})
    assert kept.status == 204, kept
    assert_harmless(shop.browser.get(f"{shop.path}/leads").text)
    shop.put("/lead-form", consent_text=text[:1000])
    assert_harmless(visitor.page("/leads").text)
    assert_harmless(ask_once(desk.port, "POST", visitor.path + "/leads", FORM, f"name={'x' * 90}&email=x").text)
    row, = csv.DictReader(io.StringIO(shop.program.send("GET", f"{shop.path}/leads.csv").body.decode("utf-8-sig"), newline=""))
    for cell in row.values():
        assert cell.lstrip()[:1] not in ("=", "+", "-", "@"), cell
    mail_leads(own, shop.bot)
    mail = eventually(lambda: left(shop))[0]
    [[html]] = own.sql(f"select translate(html, e'\\n\\r\\u2028\\u2029', '    ') from outbox where text like '%{shop.bot}%'")
    assert_harmless(html)
    assert "\n" not in mail["subject"]


# The daily mail

def mail_leads(own, bot, days=1):
    own.sql(f"update leads set created_at = created_at - interval '{days} days' where bot_id = '{bot}'")
    own.sql("insert into jobs (kind) values ('daily_leads')")
    own.sql("select pg_notify('jobs', '')")


def left(shop):
    return [mail for mail in mails(shop.app, shop.browser.email) if "left an address" in mail["subject"]]


def test_yesterdays_leads_are_mailed_once_and_todays_wait(desk, own):
    shop = Shop(desk)
    shop.put("/lead-form", lead_fields=["name", "email"])
    for name in ("Anna", "Berta"):
        shop.visitor().leave({"name": name, "email": f"{name}@example.org"})
    mail_leads(own, shop.bot, days=0)
    eventually(lambda: own.sql("select count(*) from jobs where kind = 'daily_leads'") == [["0"]])
    assert left(shop) == [], "their day isn't over"
    mail_leads(own, shop.bot)
    mail = eventually(lambda: left(shop))[0]
    assert mail["subject"] == "2 visitors of Corner Bakery left an address"
    assert "Anna · anna@example.org" in mail["text"] and "Berta" in mail["text"] and f"{shop.path}/leads" in mail["text"]
    mail_leads(own, shop.bot)
    eventually(lambda: own.sql("select count(*) from jobs where kind = 'daily_leads'") == [["0"]])
    assert len(left(shop)) == 1, "none when there are none"


def test_who_wants_no_mails_gets_none(desk, own):
    shop = Shop(desk)
    shop.put("/lead-form", lead_fields=["email"])
    shop.program.send("PATCH", "/account", {"mails": False})
    shop.visitor().leave({"email": "anna@example.org"})
    mail_leads(own, shop.bot)
    eventually(lambda: own.sql(f"select 1 from leads where bot_id = '{shop.bot}' and mailed_at is not null"))
    assert left(shop) == []
    assert shop.program.send("PATCH", "/account", {"mails": "perhaps"}).status == 422


# The webhook

@pytest.fixture(scope="module")
def hooked(desk, receiver):
    shop = Shop(desk)
    shop.put("/lead-form", lead_fields=["name", "email"])
    saved = shop.put("/webhook", url=receiver.url)
    assert saved.status == 200, saved
    shop.secret = saved.json["secret"]
    return shop


def deliveries(shop, count=1):
    return eventually(lambda: (found := shop.get("/webhook").json["deliveries"]) and len(found) >= count and found)


def test_a_lead_is_sent_on_at_once_and_its_signature_holds(hooked, receiver):
    receiver.requests.clear()
    hooked.visitor().leave({"name": "Änna", "email": "anna@example.org", "note": "Forty"})
    headers, body = eventually(lambda: receiver.requests)[0]
    assert is_genuine(headers, body, hooked.secret)
    assert not is_genuine(headers, body + b" ", hooked.secret) and not is_genuine(headers, body, hooked.secret + "x"), "else it could not fail"
    check = published_check(hooked.app)
    assert check(headers["Frontdesk-Signature"], body, hooked.secret) and not check(headers["Frontdesk-Signature"], body + b" ", hooked.secret)
    sent = json.loads(body)
    assert sent["event"] == "lead.created" and sent["bot_id"] == hooked.bot and sent["lead"] == hooked.leads()[0]
    assert headers["Content-Type"] == "application/json" and headers["Frontdesk-Delivery"] == sent["lead"]["id"]
    log = deliveries(hooked)[0]
    assert (log["attempt"], log["status"], log["problem"]) == (1, 200, "") and log["milliseconds"] >= 0
    page = hooked.browser.get(f"{hooked.path}/leads").text
    assert hooked.secret in page and "Taken" in page


def test_the_secret_isnt_stored_as_it_is(hooked, own):
    assert hooked.secret.startswith("whsec_") and len(hooked.secret) > 40
    assert hooked.secret.encode().hex() not in own.sql(f"select secret from webhooks where bot_id = '{hooked.bot}'")[0][0]


@pytest.mark.parametrize("answer, problem", [
    ((500, {}, b"inner secret"), "It answered 500."), ((302, {"Location": "http://169.254.169.254/"}, b"inner secret"), "We don’t follow redirects"),
    ((410, {}, b"inner secret"), "it is gone"), ((404, {}, b"inner secret"), "It answered 404."),
])
def test_what_the_server_refuses_is_noted_but_not_what_it_says(hooked, receiver, own, answer, problem):
    receiver.requests.clear()
    before = len(hooked.get("/webhook").json["deliveries"])
    receiver.answers.append(answer)
    hooked.visitor().leave({"name": "Anna", "email": "anna@example.org"})
    log = deliveries(hooked, before + 1)[0]
    assert problem in log["problem"] and log["status"] == answer[0]
    assert "inner secret" not in json.dumps(hooked.get("/webhook").json) + hooked.browser.get(f"{hooked.path}/leads").text
    assert own.sql("select count(*) from webhook_deliveries d where d::text like '%inner secret%'") == [["0"]]
    assert own.sql("select count(*) from jobs j where j::text like '%inner secret%'") == [["0"]]
    own.sql("delete from jobs where kind = 'webhook'")


def test_it_is_tried_again_with_the_same_name_until_it_is_taken(hooked, receiver, own):
    receiver.requests.clear()
    before = len(hooked.get("/webhook").json["deliveries"])
    receiver.answers += [(503, {}, b""), (503, {}, b"")]
    hooked.visitor().leave({"name": "Anna", "email": "anna@example.org"})
    for attempt in (1, 2):
        deliveries(hooked, before + attempt)
        eventually(lambda: own.sql("update jobs set run_at = now() where kind = 'webhook' and state = 'waiting' returning id"))
        own.sql("select pg_notify('jobs', '')")
    log = deliveries(hooked, before + 3)
    assert [(one["attempt"], one["status"]) for one in log[:3]] == [(3, 200), (2, 503), (1, 503)]
    assert len({headers["Frontdesk-Delivery"] for headers, _ in receiver.requests}) == 1
    assert all(is_genuine(headers, body, hooked.secret) for headers, body in receiver.requests)
    [[waited]] = own.sql("select count(*) from jobs where kind = 'webhook'")
    assert waited == "0"


def test_after_the_last_attempt_the_owner_sees_it_and_nobody_is_alarmed(hooked, receiver, own):
    before = len(hooked.get("/webhook").json["deliveries"])
    receiver.answers.append((500, {}, b""))
    hooked.visitor().leave({"name": "Anna", "email": "anna@example.org"})
    deliveries(hooked, before + 1)
    eventually(lambda: own.sql("select 1 from jobs where kind = 'webhook' and state = 'waiting'"))
    receiver.answers.append((500, {}, b""))
    own.sql("update jobs set attempt = 7, run_at = now() where kind = 'webhook'")
    own.sql("select pg_notify('jobs', '')")
    assert deliveries(hooked, before + 2)[0]["attempt"] == 8
    eventually(lambda: own.sql("select count(*) from jobs where kind = 'webhook'") == [["0"]])


def test_more_than_64_kib_of_answer_are_not_read_and_not_needed(hooked, receiver):
    before = len(hooked.get("/webhook").json["deliveries"])
    receiver.answers.append((200, {}, b"x" * 10_000_000))
    hooked.visitor().leave({"name": "Anna", "email": "anna@example.org"})
    assert deliveries(hooked, before + 1)[0]["problem"] == ""


def test_a_server_that_says_nothing_is_left_after_ten_seconds(hooked, receiver, own):
    before = len(hooked.get("/webhook").json["deliveries"])
    release = threading.Event()
    receiver.answers.append(lambda handler: release.wait(20))
    hooked.visitor().leave({"name": "Anna", "email": "anna@example.org"})
    log = eventually(lambda: (found := hooked.get("/webhook").json["deliveries"]) and len(found) > before and found, seconds=20)[0]
    release.set()
    assert log["problem"] == "It took longer than 10 seconds." and log["status"] is None
    own.sql("delete from jobs where kind = 'webhook'")


def test_a_trial_is_sent_once(hooked, receiver):
    receiver.requests.clear()
    before = len(hooked.get("/webhook").json["deliveries"])
    receiver.answers.append((500, {}, b""))
    assert hooked.program.send("POST", f"{hooked.path}/webhook/trials", {}).status == 204
    assert deliveries(hooked, before + 1)[0]["problem"] == "It answered 500."
    headers, body = receiver.requests[0]
    assert json.loads(body) == {"event": "trial", "bot_id": hooked.bot, "lead": None} and is_genuine(headers, body, hooked.secret)


INNER = [
    "http://127.0.0.1/", "http://localhost/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.0.1/",
    "http://169.254.169.254/latest", "http://100.64.0.1/", "http://198.18.0.1/", "http://224.0.0.1/", "http://[fd00::1]/", "http://[fe80::1]/",
    "http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://127.1/", "http://127.0.0.1./", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/",
    "javascript:alert(1)", "data:text/html,x", "http://user:pw@example.org/", "http://good.example@127.0.0.1/", "http://127.0.0.1#@good.example/",
    "http://good.example\\@127.0.0.1/", "http://example.org:22/", "http://example.org:5432/", "http://example.org:0/", "http://example.org:65536/", "", "x",
    "https://" + "x" * 9000,
]


@pytest.mark.parametrize("url", INNER)
def test_an_inner_address_is_refused_when_it_is_saved(hooked, url):
    before = hooked.get("/webhook").json["url"]
    refused = hooked.put("/webhook", url=url)
    assert refused.status == 422 and "url" in refused.error["fields"], refused
    assert hooked.get("/webhook").json["url"] == before


def test_and_when_it_is_sent_to_nothing_connects(hooked, own, receiver):
    """As after a name that led elsewhere when it was saved."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    listener.settimeout(0.5)
    before = len(hooked.get("/webhook").json["deliveries"])
    own.sql(f"update webhooks set url = 'http://127.0.0.1:{listener.getsockname()[1]}/' where bot_id = '{hooked.bot}'")
    try:
        hooked.visitor().leave({"name": "Anna", "email": "anna@example.org"})
        log = deliveries(hooked, before + 1)[0]
        assert log["status"] is None and log["problem"]
        with pytest.raises(TimeoutError):
            listener.accept()
    finally:
        own.sql(f"update webhooks set url = '{receiver.url}' where bot_id = '{hooked.bot}'")
        listener.close()


def test_a_webhook_that_is_taken_off_gets_nothing_more(desk, receiver):
    shop = Shop(desk)
    shop.put("/lead-form", lead_fields=["email"])
    assert shop.program.send("DELETE", f"{shop.path}/webhook").status == 404 and shop.program.send("POST", f"{shop.path}/webhook/trials", {}).status == 404
    first = shop.put("/webhook", url=receiver.url).json["secret"]
    assert shop.put("/webhook", url=receiver.url + "/new").json["secret"] == first, "another address keeps the secret"
    assert shop.program.send("DELETE", f"{shop.path}/webhook").status == 204
    receiver.requests.clear()
    shop.visitor().leave({"email": "anna@example.org"})
    assert shop.get("/webhook").json == {"url": None, "secret": None, "deliveries": []} and receiver.requests == []
    assert shop.put("/webhook", url=receiver.url).json["secret"] != first


def test_who_is_signed_in_isnt_asked_for_an_address(desk, shop):
    person = Program(desk, new_address("guest"))
    asked = person.send("POST", f"/chat/{shop.token}/sessions", {"message": "Do you sell tractors?"})
    assert asked.status == 201 and asked.json["basis"] == "not_in_my_information"
    browser = Browser(desk)
    browser.sign_in(person.email)
    path = f"/chat/{shop.token}/sessions/{asked.json['conversation_id']}"
    assert browser.send("POST", f"{path}/person").status == 303
    page = browser.get(path).text
    assert "tractors" in page and "Leave your address" not in page and "/leads" not in page
