"""Visitors on a business's own site and on a bot's page: what is sent, streamed, framed and refused."""

import gzip
import json
import re
import uuid
from urllib.parse import urlencode

import pytest
from Servers.frontdesk import languages
from Servers.owner import FORM, JSON, Owner
from Servers.wire import Connection, ask_once, events, eventually

STREAM = {"Content-Type": "application/json", "Accept": "text/event-stream"}
PAGE_POST = FORM | {"Sec-Fetch-Site": "same-origin"}
SHOP = "https://www.shop.example"
QUESTION = "When do you open?"
SESSION = "a-secret-of-ours-0123456789"
MOUNTS = ["/widget/b", "/chat"]
LAUNCHER_BYTES = 5 * 1024
PANEL_BYTES = 40 * 1024


class Shop:
    """A bot with what a visitor needs to know of it."""

    def __init__(self, app, **settings):
        self.app = app
        self.owner = Owner(app)
        self.bot = self.owner.make_bot()
        self.id, self.token = self.bot["id"], self.bot["token"]
        if settings:
            self.change(**settings)

    def change(self, **settings):
        response = self.owner.call("PATCH", f"/api/v1/bots/{self.id}", settings)
        assert response.status == 200, response

    def get(self, target, headers=None, app=None):
        return ask_once((app or self.app).port, "GET", target, headers)

    def send(self, message=QUESTION, session=SESSION, headers=None, slash="/"):
        body = json.dumps({"message": message, "session_id": session})
        return ask_once(self.app.port, "POST", f"/api/send/{self.token}{slash}", JSON | (headers or {}), body)

    def post(self, target, form, headers=None):
        return ask_once(self.app.port, "POST", target, PAGE_POST | (headers or {}), urlencode(form))

    def new_session(self, mount="/chat"):
        return re.search(r'name="session_id" value="([\w-]{22})"', self.get(f"{mount}/{self.token}").text).group(1)

    def chat(self, mount="/chat", message=QUESTION):
        """A chat in which something was asked: its address and the answer's id."""
        session = self.new_session(mount)
        response = self.post(f"{mount}/{self.token}/messages", {"message": message, "session_id": session})
        assert response.status == 303, response
        address, _, anchor = response["location"].partition("#answer-")
        return address, anchor

    def sql(self, statement):
        return self.app.data.sql(statement)


@pytest.fixture(scope="module")
def shop(app):
    return Shop(app)


@pytest.fixture(scope="module")
def closed_shop(app):
    """Only its own site may show the bot."""
    return Shop(app, allowed_sites=[SHOP])


@pytest.fixture(autouse=True)
def nobody_has_asked_yet(app):
    """All tests come from one network."""
    app.data.sql("delete from rate_limits where key like 'visitor%'")


# Sending and streaming


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_message_is_answered_in_the_shape_of_ask(shop, slash):
    response = shop.send(slash=slash)
    assert response.status == 200
    answer = response.json
    assert list(answer) == ["answer", "format", "citations", "basis", "conversation_id", "message_id", "usage"]
    assert "9 to 18" in answer["answer"] and answer["basis"] == "quoted" and answer["citations"][0]["title"] == "Hours"


def test_messages_of_one_session_are_one_conversation_and_a_follow_up_is_understood(shop):
    first, second = shop.send(session="one-of-us-0123456789-abc").json, shop.send("And on Sundays?", session="one-of-us-0123456789-abc").json
    assert first["conversation_id"] == second["conversation_id"] and "10 to 12" in second["answer"]
    assert shop.send(session="another-0123456789-abcd").json["conversation_id"] != first["conversation_id"]


def test_the_same_session_at_another_bot_is_another_conversation(app, shop):
    assert Shop(app).send(session=SESSION).json["conversation_id"] != shop.send(session=SESSION).json["conversation_id"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_events_come_while_sending_and_once_more_from_the_stream(shop, slash):
    session = uuid.uuid4().hex
    with Connection(shop.app.port) as connection:
        connection.request("POST", f"/api/send/{shop.token}{slash}", STREAM, json.dumps({"message": QUESTION, "session_id": session})).head()
        sent = list(events(connection))
    with Connection(shop.app.port) as connection:
        head = connection.request("GET", f"/api/stream/{shop.token}{slash}?session_id={session}").head()
        again = list(events(connection))
    assert head["content-type"] == "text/event-stream"
    assert [event.name for event in sent][0] == [event.name for event in again][0] == "start"
    assert text(sent) == text(again) == sent[-1].json["answer"] == again[-1].json["answer"]


def test_the_stream_brings_the_newest_answer_and_goes_on_from_the_last_event(shop):
    session = uuid.uuid4().hex
    shop.send(session=session)
    newest = shop.send("What does delivery cost?", session=session).json
    whole = read(shop, session)
    assert whole[0].json["message_id"] == newest["message_id"] and text(whole) == newest["answer"]
    rest = read(shop, session, f"{newest['message_id']}:10")
    assert text(rest).encode() == newest["answer"].encode()[10:] and rest[0].name == "delta"
    assert shop.get(f"/api/stream/{shop.token}/?session_id={session}", {"Last-Event-ID": f"{newest['message_id']}:end"}).status == 204


@pytest.mark.parametrize("last", ["garbage", "00000000-0000-4000-8000-000000000000:3", "x" * 7_000, ":", "\x80"])
def test_an_event_id_of_elsewhere_is_ignored(shop, last):
    session = uuid.uuid4().hex
    answer = shop.send(session=session).json["answer"]
    assert text(read(shop, session, last)) == answer


@pytest.mark.parametrize("body, field", [
    ({"session_id": SESSION}, "message"), ({"message": " \n", "session_id": SESSION}, "message"), ({"message": "x" * 4001, "session_id": SESSION}, "message"),
    ({"message": "Hi"}, "session_id"), ({"message": "Hi", "session_id": ""}, "session_id"), ({"message": "Hi", "session_id": "x" * 129}, "session_id"),
    ({"message": "Hi", "session_id": "1"}, "session_id"), ({"message": "Hi", "session_id": "customer-7@shop.example, session 1"}, "session_id"),
    ({"message": "Hi", "session_id": "1" * 40}, "session_id"),
    ({"message": ["Hi"], "session_id": SESSION}, "message"), ({"message": "Hi", "session_id": 7}, "session_id"),
])
def test_what_cant_be_sent_is_said_at_its_field(shop, body, field):
    response = ask_once(shop.app.port, "POST", f"/api/send/{shop.token}/", JSON, json.dumps(body))
    assert response.status == 422 and field in response.error["fields"]


def test_a_bot_or_session_that_isnt_there_is_not_found(shop):
    for token in ("0" * 32, "%27or%271", "x", shop.id):
        assert ask_once(shop.app.port, "POST", f"/api/send/{token}/", JSON, json.dumps({"message": "Hi", "session_id": SESSION})).status == 404
        assert shop.get(f"/api/stream/{token}/?session_id=s").status == 404
    assert shop.get(f"/api/stream/{shop.token}/?session_id={uuid.uuid4().hex}").status == 404
    assert shop.get(f"/api/stream/{shop.token}/").status == 422


def test_too_many_messages_of_one_network_are_refused_with_words_and_a_time(app):
    shop = Shop(app)
    statuses = [shop.send("Hi", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status for number in range(130)]
    refused = shop.send("Hi")
    assert 200 in statuses and refused.status == 429 and int(refused["retry-after"]) <= 60
    assert "wait" in refused.error["message"]
    assert Shop(app).send("Hi").status == 200, "another bot's visitors aren't concerned"
    page = shop.post(f"/chat/{shop.token}/messages", {"message": "Not <lost>", "session_id": shop.new_session()})
    assert page.status == 429 and "Not &lt;lost&gt;</textarea>" in page.text and page["retry-after"]


# Other sites


def test_any_site_may_send_where_none_is_named(shop):
    response = shop.send(headers={"Origin": "https://anywhere.example", "Sec-Fetch-Site": "cross-site"})
    assert response.status == 200 and response["access-control-allow-origin"] == "*" and response["access-control-allow-credentials"] is None


def test_only_a_named_site_may_send_and_read(closed_shop):
    response = closed_shop.send(headers={"Origin": SHOP, "Sec-Fetch-Site": "cross-site"})
    assert response.status == 200 and response["access-control-allow-origin"] == SHOP
    assert "Origin" in [value for name, value in response.headers if name.lower() == "vary"]
    assert closed_shop.send().status == 200, "a program has no origin"
    for origin in ("https://shop.example", "http://www.shop.example", SHOP + ".evil.example", SHOP + ":8443", "null", "", "https://evil.example"):
        headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        refused = closed_shop.send(headers=headers)
        assert refused.status == 403 and refused["access-control-allow-origin"] is None, origin
        assert closed_shop.get(f"/api/stream/{closed_shop.token}/?session_id=s", headers).status == 403


def test_a_refusal_can_be_read_by_the_site_that_caused_it(closed_shop):
    refused = closed_shop.send(" ", headers={"Origin": SHOP})
    assert refused.status == 422 and refused["access-control-allow-origin"] == SHOP


def test_a_browser_is_told_beforehand_what_it_may_send(closed_shop):
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type", "Sec-Fetch-Site": "cross-site"}
    for route in ("send", "stream"):
        target = f"/api/{route}/{closed_shop.token}/"
        allowed = ask_once(closed_shop.app.port, "OPTIONS", target, asks | {"Origin": SHOP})
        assert allowed.status == 204 and allowed["access-control-allow-origin"] == SHOP
        assert "POST" in allowed["access-control-allow-methods"] and "Content-Type" in allowed["access-control-allow-headers"]
        assert ask_once(closed_shop.app.port, "OPTIONS", target, asks | {"Origin": "https://evil.example"}).status == 403


def test_no_other_route_takes_what_another_site_sends(shop):
    headers = {"Origin": "https://anywhere.example", "Sec-Fetch-Site": "cross-site"}
    address, answer = shop.chat()
    for target, form in (
        (f"/chat/{shop.token}/messages", {"message": "Hi", "session_id": address.split("/")[-1]}),
        (f"{address}/messages/{answer}/thumb", {"thumb": "up"}), (f"{address}/person", {}), ("/api//send/x", {}), ("/ask", {"question": "Hi"}),
    ):
        assert shop.post(target, form, headers).status == 403, target


# Frames


def test_only_named_sites_may_frame_the_chat_and_nobody_its_hosted_page(app, shop, closed_shop):
    """G01, G04."""
    for bot, ancestors in ((shop, "*"), (closed_shop, SHOP)):
        framed = bot.get(f"/widget/b/{bot.token}/")
        assert framed.status == 200 and framed["x-frame-options"] is None
        assert framed["content-security-policy"].endswith(f"frame-ancestors {ancestors}")
    for target in (f"/chat/{shop.token}", "/", "/sign-in", f"/widget/b/{'0' * 32}/"):
        response = shop.get(target)
        assert response["content-security-policy"].endswith("frame-ancestors 'none'") and response["x-frame-options"] == "DENY", target


@pytest.mark.parametrize("typed, kept", [
    ("https://www.shop.example/cakes?x=1#y", ["https://www.shop.example"]), ("Shop.Example", ["https://shop.example"]),
    ("http://localhost:3000", ["http://localhost:3000"]), ("https://a.example:443\n\nhttps://b.example, https://a.example", ["https://a.example", "https://b.example"]),
    ("", []), ([], []), (["https://a.example"], ["https://a.example"]),
])
def test_of_an_allowed_site_the_origin_counts(shop, typed, kept):
    response = shop.owner.call("PATCH", f"/api/v1/bots/{shop.id}", {"allowed_sites": typed})
    assert response.status == 200 and response.json["allowed_sites"] == kept
    shop.change(allowed_sites="")


@pytest.mark.parametrize("typed", [
    "javascript:alert(1)", "https://", "https://*.shop.example", "*", "https://shop.example'", "https://shop.example;script-src", "data:text/html,x",
    "https://user@shop.example", "https://shop..example", "https://shop.example:99999", "https://shop.example:0", "https://bücher.example", "ftp://shop.example",
    "\n".join(f"https://s{number}.example" for number in range(21)), "https://" + "a" * 300 + ".example", "https://[::1]", "'none'", "shop",
    "\n".join(f"s{number}.example" for number in range(50_000)), "a" * 20_000,
])
def test_what_is_no_site_is_refused_in_words(shop, typed):
    response = shop.owner.call("PATCH", f"/api/v1/bots/{shop.id}", {"allowed_sites": typed})
    assert response.status == 422 and 0 < len(response.error["fields"]["allowed_sites"]) < 200


# The chat page


def test_the_hint_in_the_message_box_is_the_shops_or_what_the_language_says(shop):
    def hint():
        return re.search(r'<textarea id="message"[^>]* placeholder="([^"]*)"', shop.get(f"/chat/{shop.token}").text).group(1)

    assert hint() == "Your message"
    shop.change(placeholder=" Ask about\nour \"cakes\" ")
    assert hint() == "Ask about our &#34;cakes&#34;"
    refused = shop.owner.call("PATCH", f"/api/v1/bots/{shop.id}", {"placeholder": "x" * 81})
    assert refused.status == 422 and refused.error["fields"] == {"placeholder": "This can have up to 80 characters; it has 81."}
    shop.change(placeholder="", language="de")
    assert hint() == "Ihre Nachricht"
    shop.change(language="")


@pytest.mark.parametrize("mount", MOUNTS)
def test_a_visitor_without_javascript_asks_and_reads_the_answer(shop, mount):
    address, answer = shop.chat(mount)
    page = shop.get(address)
    assert page.status == 200 and page["cache-control"] == "no-store" and page["set-cookie"] is None
    assert f'id="answer-{answer}"' in page.text and "9 to 18" in page.text and "Where this comes from" in page.text
    again = shop.post(f"{mount}/{shop.token}/messages", {"message": "And on Sundays?", "session_id": address.split("/")[-1]})
    assert again["location"].startswith(address + "#")
    assert "10 to 12" in shop.get(address).text.split("And on Sundays?")[1]


@pytest.mark.parametrize("mount", MOUNTS)
def test_one_handler_answers_as_page_fragment_json_and_events(shop, mount):
    form = {"message": QUESTION, "session_id": shop.new_session(mount)}
    target = f"{mount}/{shop.token}/messages"
    fragment = shop.post(target, form, {"HX-Request": "true"})
    assert fragment.status == 200 and fragment.text.startswith("<article") and 'aria-busy="true"' in fragment.text
    assert shop.post(target, form, {"Accept": "application/json"}).json["basis"] == "quoted"
    assert "event: done" in shop.post(target, form, {"Accept": "text/event-stream"}).text
    stream = re.search(r'sse-connect="([^"]+)"', fragment.text).group(1)
    with Connection(shop.app.port) as connection:
        connection.request("GET", stream, {"Accept": "text/event-stream"}).head()
        last = list(events(connection))[-1]
    assert last.name == "done" and 'class="thumbs"' in last.data and "<html" not in last.data


def test_a_chat_is_kept_by_its_secret_and_a_conversations_id_opens_nothing(shop):
    """G05."""
    address, answer = shop.chat()
    secret = address.split("/")[-1]
    conversation = shop.sql(f"select conversation_id from messages where id = '{answer}'")[0][0]
    assert conversation.replace("-", "")[:8] not in secret
    other, _ = shop.chat()
    for guess in (conversation, conversation.replace("-", "")[:22], "A" * 22):
        page = shop.get(f"/chat/{shop.token}/{guess}")
        assert page.status == 404 or QUESTION not in page.text
        assert shop.get(f"/chat/{shop.token}/{guess}/messages/{answer}").status == 404
    for path in (f"{other}/messages/{answer}", f"{other}/messages/{answer}/events"):
        assert shop.get(path).status == 404, path
    assert shop.post(f"{other}/messages/{answer}/thumb", {"thumb": "down"}).status == 404
    assert shop.get(f"/api/stream/{shop.token}/?session_id={conversation}").status == 404
    assert shop.get(f"{address}/messages/{answer}", {"HX-Request": "true"}).status == 200, "else this test could not fail"
    assert secret not in shop.app.log


def test_the_words_of_the_page_are_the_visitors_or_the_bots(app, shop):
    spoken = {"en": "Your message", "de": "Ihre Nachricht", "fr": "Votre message", "es": "Su mensaje", "it": "Il suo messaggio", "nl": "Uw bericht", "pt": "A sua mensagem", "sv": "Ditt meddelande"}
    assert set(spoken) == set(languages())
    for language, words in spoken.items():
        page = shop.get(f"/chat/{shop.token}", {"Accept-Language": f"xx, {language}-XX;q=0.9, en;q=0.1"}).text
        assert f'<html lang="{language}">' in page and words in page
    german = Shop(app, language="de")
    page = german.get(f"/chat/{german.token}", {"Accept-Language": "fr"}).text
    assert '<html lang="de">' in page and "Ihre Nachricht" in page
    assert german.send("Wo ist der Mond?").json["answer"].startswith("Das finde ich leider nicht")


@pytest.mark.parametrize("accepted", ["", ";;;,,,q=", "de;q=0", "*", "x" * 5_000, "de;q=nan"])
def test_a_strange_language_is_english(shop, accepted):
    assert '<html lang="en">' in shop.get(f"/chat/{shop.token}", {"Accept-Language": accepted}).text or accepted == "de;q=nan"


def test_thumbs_are_kept_with_their_reason(shop):
    address, answer = shop.chat()
    thumb = f"{address}/messages/{answer}/thumb"
    assert shop.post(thumb, {"thumb": "up"})["location"] == f"{address}#answer-{answer}"
    down = shop.post(thumb, {"thumb": "down"}, {"HX-Request": "true"})
    assert "What was wrong?" in down.text and 'aria-pressed="true"' in down.text
    assert "What was wrong?" not in shop.post(thumb, {"thumb": "down", "reason": "Closed <today>"}, {"HX-Request": "true"}).text
    assert shop.sql(f"select thumb, thumb_reason, thumb_at is null from messages where id = '{answer}'") == [["-1", "Closed <today>", "f"]]
    assert "What was wrong?" not in shop.get(address).text and 'aria-pressed="true"' in shop.get(address).text
    for form in ({}, {"thumb": "0"}, {"thumb": "sideways"}):
        assert shop.post(thumb, form).status == 422
    assert shop.post(f"{address}/messages/{uuid.uuid4()}/thumb", {"thumb": "up"}).status == 404


def test_a_visitor_who_wants_a_person_waits_for_one_and_reads_them_live(shop):
    address, answer = shop.chat()
    assert shop.post(f"{address}/person", {})["location"] == address
    page = shop.get(address).text
    assert "A person has been told" in page
    conversation = shop.sql(f"select conversation_id from messages where id = '{answer}'")[0][0]
    assert shop.sql(f"select handling, wants_person_at is not null from conversations where id = '{conversation}'") == [["waiting", "t"]]
    feed = re.search(r'sse-connect="([^"]+)"', page).group(1).replace("&amp;", "&").replace("&#38;", "&")
    with Connection(shop.app.port) as connection:
        connection.request("GET", feed).head()
        stream = events(connection)
        shop.sql(
            "with author as (update users set name = 'Mia' where email = '%s' returning id), c as (update conversations set handling = 'person', "
            "taken_by = (select id from author), last_message_at = now() where id = '%s' returning account_id, id) insert into messages "
            "(id, account_id, conversation_id, role, text, state, author_id) select gen_random_uuid(), account_id, c.id, 'person', "
            "'Hello, **this** is me <script>', 'answered', author.id from c, author" % (shop.owner.email, conversation))
        message, handling = next(stream), next(stream)
    assert message.name == "message" and "Mia" in message.data and "<strong>this</strong>" in message.data and "<script" not in message.data
    assert handling.name == "handling" and "You are talking with <bdi>Mia</bdi>" in handling.data
    left = shop.post(f"/chat/{shop.token}/messages", {"message": "Thanks!", "session_id": address.split("/")[-1]}, {"Accept": "application/json"})
    assert left.status == 200 and "person will answer" in left.json["answer"] and left.json["citations"] == []
    assert shop.sql(f"select role, text from messages where conversation_id = '{conversation}' order by position desc limit 1") == [["visitor", "Thanks!"]]
    for accept in ("text/event-stream", "text/html"):
        response = shop.post(f"/chat/{shop.token}/messages", {"message": "Hi", "session_id": address.split("/")[-1]}, {"Accept": accept})
        assert response.status == (303 if accept == "text/html" else 200)
    assert "Mia" in shop.get(address).text


def test_a_visitor_can_ask_for_a_person_before_saying_anything_unless_there_is_none(app, shop):
    session = shop.new_session()
    shop.post(f"/chat/{shop.token}/{session}/person", {})
    assert "A person has been told" in shop.get(f"/chat/{shop.token}/{session}").text
    alone = Shop(app, offers_person=False)
    address, _ = alone.chat()
    assert "Talk to a person" not in alone.get(address).text and alone.post(f"{address}/person", {}).status == 404


def test_hostile_settings_stay_text(app):
    hostile = "\"><img src=x onerror=alert(1)></script><script>alert(1)</script>\u2028"
    bot = Shop(app, name=hostile[:60], welcome_message=hostile, contact_line=hostile)
    page, script = bot.get(f"/chat/{bot.token}").text, bot.get(f"/widget/embed/{bot.token}.js").text
    assert "<img" not in page and "<script>alert" not in page and "onerror" in page
    assert script.count("\n)({") == 1 and json.loads(script[script.rindex("({") + 1:script.rindex(")")])["name"].startswith('">')


# The launcher, and what is sent


def test_the_launcher_is_small_cached_and_one_file(shop):
    script = shop.get(f"/widget/embed/{shop.token}.js", {"Accept-Encoding": "gzip, br"})
    assert script.status == 200 and script["content-type"].startswith("text/javascript") and script["set-cookie"] is None
    assert "max-age=300" in script["cache-control"] and script["cross-origin-resource-policy"] == "cross-origin"
    assert len(script.body) <= LAUNCHER_BYTES, f"{len(script.body)} bytes"
    code = gzip.decompress(script.body).decode()
    assert code == shop.get(f"/widget/embed/{shop.token}.js").text
    for store in ("localStorage", "document.cookie", "indexedDB", "fetch(", "innerHTML"):
        assert store not in code
    assert shop.get(f"/widget/embed/{shop.token}.js", {"If-None-Match": script["etag"]}).status == 304
    shop.change(primary_color="#00ff00")
    assert shop.get(f"/widget/embed/{shop.token}.js", {"If-None-Match": script["etag"]}).status == 200
    shop.change(primary_color="#c2185b")


def test_the_open_panel_is_small(shop):
    gzipped = {"Accept-Encoding": "gzip"}
    page = shop.get(f"/widget/b/{shop.token}/").text
    sizes = {"page": len(gzip.compress(page.encode()))}
    for path in re.findall(r'(?:href|src)="(/(?:static|widget)/[^"]+\.(?:css|js|svg))"', page):
        sizes[path] = len(shop.get(path, gzipped).body)
    assert len(sizes) == 9 and sum(sizes.values()) <= PANEL_BYTES, sizes


def test_the_launcher_of_a_bot_that_isnt_there_is_nothing(shop):
    """G03."""
    for token in ("0" * 32, "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "..%2f..", "x.js"):
        response = shop.get(f"/widget/embed/{token}.js")
        assert response.status in (400, 404) and "<script>alert" not in response.text and response["x-content-type-options"] == "nosniff"


def test_a_colour_is_a_stylesheet_and_nothing_else_is(shop):
    css = shop.get("/widget/colors/ffff00.css")
    assert css.text == ":root{--bot:#ffff00;--on-bot:#000000}\n" and css["content-type"].startswith("text/css")
    for color in ("fff", "gggggg", "ffff00}x{", "%23ffff0", "ffff000"):
        assert shop.get(f"/widget/colors/{color}.css").status == 404


# The owner's page


def test_the_owner_copies_the_lines_and_sees_what_they_would_get(shop):
    cookie = {"Cookie": shop.owner.cookie()}
    page = shop.get(f"/bots/{shop.id}/widget", cookie)
    assert page.status == 200 and f"/widget/embed/{shop.token}.js" in page.text and f"/chat/{shop.token}" in page.text
    api = shop.owner.get(f"/bots/{shop.id}/widget").json
    assert set(api) == {"snippet", "chat_url"} and "<noscript>" in api["snippet"]
    form = {"welcome_message": "Hi <there>", "primary_color": "#ffee00", "position": "left", "offers_person": "true", "allowed_sites": ""}
    preview = shop.post(f"/bots/{shop.id}/widget/previews", form, cookie | {"HX-Request": "true"}).text
    assert "Hi &lt;there&gt;" in preview and "preview-left" in preview and "/widget/colors/ffee00.css" in preview
    shade = re.search(r'name="use_color" value="(#[0-9a-f]{6})"', preview).group(1)
    whole = shop.post(f"/bots/{shop.id}/widget/previews", form, cookie).text
    assert "<!doctype html>" in whole and 'value="#ffee00"' in whole
    saved = shop.post(f"/bots/{shop.id}/widget?_method=patch", form | {"use_color": shade}, cookie)
    assert saved.status == 200 and "Saved." in saved.text
    assert shop.owner.get(f"/bots/{shop.id}").json["primary_color"] == shade
    assert "hard to read" not in shop.get(f"/bots/{shop.id}/widget", cookie).text


def test_what_is_wrong_comes_back_as_it_was_typed(shop):
    cookie = {"Cookie": shop.owner.cookie()}
    form = {"welcome_message": "Kept", "primary_color": "red", "position": "up", "allowed_sites": "https://x;y"}
    refused = shop.post(f"/bots/{shop.id}/widget?_method=patch", form, cookie)
    assert refused.status == 422 and 'value="Kept"' in refused.text and "https://x;y</textarea>" in refused.text
    assert refused.text.count('class="wrong"') == 3


def text(stream):
    return "".join(event.json["text"] for event in stream if event.name == "delta")


def read(shop, session, last=None):
    with Connection(shop.app.port) as connection:
        headers = {"Last-Event-ID": last} if last else {}
        assert connection.request("GET", f"/api/stream/{shop.token}/?session_id={session}", headers).head().status == 200
        return list(events(connection))
