"""The inbox: conversations as they happen, a person who answers in the bot's place, opening hours, mails to members."""

import contextlib
import json
import re
import threading
import time
import uuid

import pytest
from Servers.frontdesk import DataDirectory
from Servers.hostile import TEXTS, assert_harmless, problems
from Servers.owner import Owner
from Servers.people import Browser, Program, mails, new_address
from Servers.visitor import FORM, Visitor, Watch
from Servers.wire import Connection, ask_once, eventually

LINK = re.compile(r"/invitations/\S+")


class Shop:
    """A bot with an owner and a colleague, each with a browser and a program."""

    def __init__(self, app, data):
        self.app, self.data = app, data
        self.browser, self.colleague = Browser(app), Browser(app)
        self.browser.sign_in(new_address("owner"))
        self.browser.send("PATCH", "/account", {"name": "Mia"})
        self.program = Program(app, self.browser.email)
        bot = self.program.send("POST", "/bots", {"name": f"Bakery {uuid.uuid4().hex[:6]}", "text": "## Hours\nWe are open from 9 to 18 o’clock.\n"}).json
        self.bot, self.token, self.name = bot["id"], bot["token"], bot["name"]
        self.path = f"/bots/{self.bot}/conversations"
        self.colleague.sign_in(new_address("colleague"))
        self.program.send("POST", "/account/invitations", {"email": self.colleague.email})
        self.colleague.send("POST", LINK.search(mails(app, self.colleague.email)[0]["text"]).group())
        self.colleague.send("PATCH", "/account", {"name": "Ben"})

    def visitor(self, **options):
        return Visitor(self.app, self.token, **options)

    def of(self, visitor):
        return f"{self.path}/{visitor.conversation}"

    def get(self, path, **headers):
        return self.program.send("GET", path, headers=headers)

    def watch(self, target, browser=None, app=None):
        browser = browser or self.browser
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        return Watch(app or self.app, target, {"Cookie": cookies})

    def mails(self, email=None):
        return [mail for mail in mails(self.app, email or self.browser.email) if "waiting for you" in mail["subject"]]


@pytest.fixture(scope="module")
def shop(app, data):
    return Shop(app, data)


@pytest.fixture(scope="module")
def other(start_app, app):
    """Another process on the same database."""
    return start_app()


@pytest.fixture(autouse=True)
def without_limits(data):
    """All visitors of these tests come from one address."""
    data.sql("delete from rate_limits")


# The list

def test_the_inbox_has_the_conversations_of_all_bots_newest_first(shop):
    first, second = shop.visitor(), shop.visitor(mount="/widget/b")
    first.say("When are you open?")
    second.say("Do you sell bicycles?")
    listed = shop.get("/inbox").json["conversations"]
    assert [row["id"] for row in listed[:2]] == [second.conversation, first.conversation]
    assert [row["channel"] for row in listed[:2]] == ["widget", "chat"] and {row["bot_name"] for row in listed} == {shop.name}
    assert listed[0]["unanswered_count"] == 1 and listed[1]["unanswered_count"] == 0
    page = shop.browser.get("/inbox")
    assert page.status == 200 and "Do you sell bicycles?" in page.text and shop.name in page.text


@pytest.mark.parametrize("query, is_listed", [
    ("basis=not_in_my_information", True), ("basis=quoted", False), ("thumb=down", True), ("thumb=up", False), ("handling=waiting", True),
    ("handling=person", False), ("handling=bot", False), ("channel=chat", True), ("channel=widget", False), ("q=UNICYCLES", True), ("q=tricycles", False),
    ("from=2000-01-01", True), ("to=2000-01-01", False), ("thumb=down&handling=waiting&channel=chat", True),
])
def test_the_inbox_is_filtered(shop, query, is_listed):
    visitor = shop.visitor()
    answer = visitor.say("Do you sell unicycles?")
    rated = ask_once(shop.app.port, "POST", f"{visitor.path}/messages/{answer['message_id']}/thumb", FORM, "thumb=down&reason=Wrong")
    assert rated.status == 303
    visitor.ask_for_person()
    for path in ("/inbox", shop.path):
        assert (visitor.conversation in [row["id"] for row in shop.get(f"{path}?{query}").json["conversations"]]) == is_listed


@pytest.mark.parametrize("query", ["handling=x", "thumb=2", "thumb=", "after=x", "from=1", "q=" + "x" * 201, "handling=bot&handling=bot"])
def test_a_filter_that_there_isnt_is_refused(shop, query):
    expected = 200 if query == "thumb=" else (422 if query not in ("after=x", "handling=bot&handling=bot") else 400)
    assert shop.get(f"/inbox?{query}").status == expected


def test_nobody_sees_another_accounts_inbox(app, data, shop):
    stranger = Shop(app, data)
    visitor = shop.visitor()
    visitor.say("Hello there, who are you?")
    assert stranger.get("/inbox").json == {"conversations": [], "next": None, "waiting": 0}
    watch = stranger.watch("/inbox/events")
    mine = shop.watch("/inbox/events")
    visitor.say("When are you open?")
    mine.next("changed", lambda event: visitor.conversation in event.data)
    assert watch.nothing_more("changed")
    assert stranger.browser.get(f"/inbox/events?bot={shop.bot}").status == 404
    assert stranger.browser.get(f"{shop.of(visitor)}/events").status == 404


def test_what_is_looked_at_is_no_longer_new(shop):
    visitor = shop.visitor()
    visitor.say("When are you open?")
    row = lambda: next(row for row in shop.get("/inbox").json["conversations"] if row["id"] == visitor.conversation)
    assert row()["is_unread"]
    shop.get(shop.of(visitor))
    assert row()["is_unread"], "a program looks at it, not a person"
    shop.browser.get(shop.of(visitor))
    assert not row()["is_unread"]
    visitor.say("And on Sundays?")
    assert row()["is_unread"]


# Live

def test_a_change_on_another_process_comes_as_a_row_once(shop, other):
    visitor = shop.visitor()
    watch = shop.watch("/inbox/events")
    visitor.say("When are you open on feast days?", app=other)
    row = watch.next("changed", lambda event: visitor.conversation in event.data)
    assert "When are you open on feast days?" in row.data and row.data.count("<li") == 1
    program = Watch(shop.app, "/api/v1/inbox/events", {"Authorization": f"Bearer {shop.program.grant['access_token']}"})
    visitor.say("And on Mondays?", app=other)
    assert program.next("changed").json["id"] == visitor.conversation


def test_a_list_of_one_bot_and_a_filtered_one_tell_only_what_fits(shop):
    declined, every = shop.watch(f"/inbox/events?bot={shop.bot}&basis=not_in_my_information"), shop.watch("/inbox/events")
    answered = shop.visitor()
    answered.say("When are you open?")
    every.next("changed", lambda event: answered.conversation in event.data)
    unanswered = shop.visitor()
    unanswered.say("Do you sell tractors?")
    event = declined.next("changed")
    assert unanswered.conversation in event.data


def test_who_comes_back_gets_what_happened_meanwhile(shop):
    visitor = shop.visitor()
    watch = shop.watch("/inbox/events")
    visitor.say("When are you open?")
    last = watch.next("changed", lambda event: visitor.conversation in event.data).id
    watch.close()
    visitor.say("Do you deliver?")
    cookies = "; ".join(f"{name}={value}" for name, value in shop.browser.cookies.items())
    again = Watch(shop.app, "/inbox/events", {"Cookie": cookies, "Last-Event-ID": last})
    assert visitor.conversation in again.next("changed").data
    for garbage in ("x", "9" * 40, "-1", "'; --"):
        assert Watch(shop.app, "/inbox/events", {"Cookie": cookies, "Last-Event-ID": garbage}).head.status == 200


def test_after_a_time_without_the_database_the_list_comes_anew(data, shop):
    watch = shop.watch("/inbox/events")
    visitor = shop.visitor()
    visitor.say("Hello?")
    watch.next("changed")
    data.sql("select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' or query like 'LISTEN%' or wait_event = 'ClientRead' and state = 'idle' and query ilike '%listen%'")
    assert 'class="list"' in watch.next("list", seconds=30).data


def test_a_stream_ends_with_the_session(app, shop):
    browser = Browser(app)
    browser.sign_in(shop.browser.email)
    watch = shop.watch("/inbox/events", browser)
    visitor = shop.visitor()
    visitor.say("Hello?")
    watch.next("changed")
    browser.send("DELETE", "/session")
    assert watch.has_ended.wait(10)


def test_streams_end_when_the_process_is_told_to(shop, start_app):
    third = start_app()
    watch = shop.watch("/inbox/events", app=third)
    third.stop()
    assert watch.has_ended.wait(5)


@pytest.mark.parametrize("leave", [Connection.close, Connection.half_close, Connection.reset])
def test_who_leaves_is_no_longer_told(shop, start_app, leave):
    alone = start_app()
    cookies = "; ".join(f"{name}={value}" for name, value in shop.browser.cookies.items())
    connection = Connection(alone.port)
    connection.request("GET", "/inbox/events", {"Cookie": cookies})
    assert connection.head().status == 200
    assert eventually(lambda: watchers(alone) == 1)
    leave(connection)
    assert eventually(lambda: watchers(alone) == 0)
    alone.stop()


@pytest.mark.parametrize("pause", [0, 0.5])
def test_behind_a_stream_nothing_more_is_answered(shop, pause):
    cookies = "; ".join(f"{name}={value}" for name, value in shop.browser.cookies.items())
    with Connection(shop.app.port) as connection:
        connection.request("GET", "/inbox/events", {"Cookie": cookies})
        time.sleep(pause)
        connection.request("GET", "/healthz")
        with contextlib.suppress(ConnectionResetError):
            assert connection.rest().count(b"HTTP/1.1") <= 1


def watchers(app):
    metrics = ask_once(app.port, "GET", "/metrics").text
    return int(re.search(r"^frontdesk_watchers (\d+)$", metrics, re.M)[1])


def test_only_how_many_wait_is_said_and_only_when_it_changes(shop):
    watch = shop.watch(f"/inbox/events?since=253402300799999999")
    visitor = shop.visitor()
    visitor.say("When are you open?")
    watch.next("changed", lambda event: visitor.conversation in event.data)
    visitor.ask_for_person()
    count = shop.get("/inbox").json["waiting"]
    said = watch.next("waiting", lambda event: "A visitor waits" in event.data or f"{count} visitors" in event.data)
    visitor.say("Hello, is somebody there?")
    watch.next("changed", lambda event: visitor.conversation in event.data)
    assert watch.nothing_more("waiting") and said


# A person answers

def test_a_person_answers_and_the_visitor_sees_who_at_once_on_any_process(shop, other):
    visitor = shop.visitor()
    visitor.say("Can I bring my dog?")
    page, desk = visitor.watch(app=other), shop.watch(f"{shop.of(visitor)}/events")
    taken = shop.browser.send("PUT", f"{shop.of(visitor)}/takeover", headers={"Accept": "application/json"})
    assert taken.json == {"handling": "person", "taken_by": "Mia", "is_you": True}
    assert "Mia" in page.next("handling", lambda event: "Mia" in event.data).data
    said = shop.program.send("POST", f"{shop.of(visitor)}/messages", {"text": "Yes, **of course**."})
    assert said.status == 201 and said.json["role"] == "person" and said.json["author"] == "Mia"
    message = page.next("message")
    assert "<strong>of course</strong>" in message.data and "Mia" in message.data
    assert "of course" in desk.next("message", lambda event: "of course" in event.data).data
    answer = visitor.say("Wonderful! When are you open?", app=other)
    assert "person" in answer["answer"], "the bot keeps silent"
    desk.next("message", lambda event: "Wonderful!" in event.data)
    roles = [message["role"] for message in shop.get(shop.of(visitor)).json["messages"]]
    assert roles == ["visitor", "bot", "person", "visitor"]
    assert "Yes, <strong>of course</strong>" in visitor.page().text, "without JavaScript too"
    back = shop.program.send("DELETE", f"{shop.of(visitor)}/takeover")
    assert back.json == {"handling": "bot", "taken_by": None, "is_you": False}
    page.next("handling", lambda event: "Mia" not in event.data)
    assert visitor.say("When are you open?")["basis"] == "quoted"
    assert page.nothing_more("message"), "a person's message comes once"


def test_who_writes_has_taken_over(shop):
    visitor = shop.visitor()
    visitor.say("Hello, is this a shop?")
    assert shop.browser.send("POST", f"{shop.of(visitor)}/messages", {"text": "It is."}).status == 303
    assert shop.get(shop.of(visitor)).json["handling"] == "person"


def test_two_members_dont_take_over_by_accident(shop):
    visitor = shop.visitor()
    visitor.say("Can I order a cake?")
    path = shop.of(visitor)
    assert shop.browser.send("PUT", path + "/takeover").status == 303
    for method, target, form in (("PUT", "/takeover", {}), ("DELETE", "/takeover", {}), ("POST", "/messages", {"text": "Hi"}),
                                 ("PUT", "/takeover", {"from": str(uuid.uuid4())}), ("PUT", "/takeover", {"from": "x"})):
        refused = shop.colleague.send(method, path + target, form, {"Accept": "application/json"})
        assert refused.status == 409 and refused.error["code"] == "taken_over" and "Mia" in refused.error["message"]
    seen = shop.colleague.get(path).text
    owner = re.search(r'name="from" value="([0-9a-f-]{36})"', seen)
    assert "Take over from Mia" in seen and owner
    assert shop.colleague.send("PUT", path + "/takeover", {"from": owner[1]}).status == 303
    assert shop.get(path).json["taken_by"] == "Ben"
    assert shop.browser.send("POST", path + "/messages", {"text": "Hi"}, {"Accept": "application/json"}).status == 409


def test_of_two_who_take_over_at_once_one_has_it(shop):
    for _ in range(5):
        visitor = shop.visitor()
        visitor.say("Who is there?")
        answers = []
        def take(browser):
            answers.append(browser.send("PUT", f"{shop.of(visitor)}/takeover", headers={"Accept": "application/json"}).status)
        threads = [threading.Thread(target=take, args=(browser,)) for browser in (shop.browser, shop.colleague)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert sorted(answers) == [200, 409]


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "x" * 4001, "\x00"])
def test_what_a_person_cant_say_is_refused_and_kept(shop, text):
    visitor = shop.visitor()
    visitor.say("Hello, are you open?")
    refused = shop.program.send("POST", f"{shop.of(visitor)}/messages", {"text": text})
    assert refused.status == 422 and "text" in refused.error["fields"]
    if len(text) > 4000:
        page = shop.browser.send("POST", f"{shop.of(visitor)}/messages", {"text": text})
        assert page.status == 422 and text in page.text
    assert shop.get(shop.of(visitor)).json["handling"] == "bot"


def test_a_programs_conversation_has_nobody_to_talk_to(shop):
    key = shop.program.send("POST", f"/bots/{shop.bot}/keys", {"name": "x"}).json["key"]
    asked = ask_once(shop.app.port, "POST", "/api/v1/ask", {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}, '{"question":"When are you open?"}').json
    path = f"{shop.path}/{asked['conversation_id']}"
    for method, target in (("PUT", "/takeover"), ("DELETE", "/takeover"), ("POST", "/messages")):
        refused = shop.program.send(method, path + target, {"text": "Hi"})
        assert refused.status == 422 and refused.error["code"] == "no_visitor_there"
    assert "Your answer" not in shop.browser.get(path).text


def test_after_four_hours_without_a_word_the_bot_answers_again(data, shop):
    forgotten, fresh = shop.visitor(), shop.visitor()
    for visitor, hours in ((forgotten, "4 hours 1 minute"), (fresh, "3 hours 59 minutes")):
        visitor.say("Hello, when are you open?")
        shop.program.send("PUT", f"{shop.of(visitor)}/takeover", {})
        data.sql(f"update conversations set person_spoke_at = now() - interval '{hours}' where id = '{visitor.conversation}'")
    data.sql("insert into jobs (kind) values ('hand_back')")
    data.sql("select pg_notify('jobs', '')")
    eventually(lambda: shop.get(shop.of(forgotten)).json["handling"] == "bot")
    assert shop.get(shop.of(fresh)).json["handling"] == "person"


def test_a_visitor_never_learns_a_members_address(shop, data):
    shop.browser.send("PATCH", "/account", {"name": ""})
    try:
        visitor = shop.visitor()
        visitor.say("Who are you there?")
        watch = visitor.watch()
        shop.program.send("POST", f"{shop.of(visitor)}/messages", {"text": "Me."})
        seen = watch.next("message").data + visitor.page().text + visitor.page(headers={"Accept": "application/json"}).text
        assert "Me." in seen and shop.browser.email not in seen
        assert shop.browser.email in shop.colleague.get(shop.of(visitor)).text, "colleagues do"
    finally:
        shop.browser.send("PATCH", "/account", {"name": "Mia"})


# Mails

def test_who_asks_for_a_person_is_told_to_all_members_who_want_it_once_in_a_while(shop, data):
    shop.colleague.send("PATCH", "/account", {"mails": "false"})
    visitor = shop.visitor()
    visitor.say("Can I talk to Anna about my wedding cake?")
    before, others = len(shop.mails()), len(shop.mails(shop.colleague.email))
    assert visitor.ask_for_person().status == 303
    visitor.say("Hello? Is Anna there?")
    visitor.ask_for_person()
    sent = shop.mails()
    assert len(sent) == before + 1 and len(shop.mails(shop.colleague.email)) == others
    assert shop.name in sent[0]["subject"] and "wedding cake" in sent[0]["text"] and f"{shop.of(visitor)}" in sent[0]["text"]
    data.sql(f"update conversations set told_at = now() - interval '16 minutes' where id = '{visitor.conversation}'")
    visitor.say("I am still waiting, you know")
    assert len(shop.mails()) == before + 2 and "still waiting" in shop.mails()[0]["text"]
    shop.colleague.send("PATCH", "/account", {"mails": "true"})
    quiet = shop.visitor()
    quiet.say("When are you open?")
    assert len(shop.mails()) == before + 2, "who doesn't ask for a person isn't told of"


def test_who_has_it_and_left_is_told_that_the_visitor_wrote(shop, data):
    visitor = shop.visitor()
    visitor.say("Is there vegan cake?")
    shop.program.send("PUT", f"{shop.of(visitor)}/takeover", {})
    before, others = len(shop.mails()), len(shop.mails(shop.colleague.email))
    visitor.say("And what does it cost?")
    assert len(shop.mails()) == before, "they are there"
    data.sql(f"update conversations set person_spoke_at = now() - interval '16 minutes' where id = '{visitor.conversation}'")
    visitor.say("Hello? The cake?")
    assert len(shop.mails()) == before + 1 and len(shop.mails(shop.colleague.email)) == others


def test_a_link_in_a_mail_leads_to_our_own_address_whoever_asks(shop):
    visitor = shop.visitor()
    visitor.say("Is anybody there at all?")
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    visitor.ask_for_person(headers)
    assert "evil.example" not in shop.mails()[0]["text"]


def test_from_the_mails_link_who_isnt_signed_in_gets_there_by_signing_in(app, shop):
    visitor = shop.visitor()
    visitor.say("Anybody in?")
    visitor.ask_for_person()
    link = re.search(r"https?://\S+?(/bots/[^\s#]+)#answer", shop.mails()[0]["text"])[1]
    phone = Browser(app)
    there = phone.get(link)
    assert there.status == 303 and there["location"] == f"/sign-in?next={link}"
    assert phone.sign_in(shop.browser.email, next=link)["location"] == link
    assert "Anybody in?" in phone.get(link).text


# Opening hours

HOURS = dict.fromkeys(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], "")


def reception(shop, **fields):
    return shop.program.send("PUT", f"/bots/{shop.bot}/reception", fields)


@pytest.fixture
def hours(shop):
    yield lambda **fields: reception(shop, **(HOURS | fields))
    assert reception(shop, **HOURS, time_zone="UTC", closed_message="").status == 200


def test_hours_are_kept_as_they_are_meant(shop, hours):
    saved = hours(monday="9-12.30, 14:00–18", saturday="22:00-2:00", sunday="0:00-24:00", time_zone="Europe/Berlin", closed_message="Shop’s shut.")
    assert saved.status == 200, saved
    assert saved.json["hours"] == HOURS | {"monday": "09:00-12:30, 14:00-18:00", "saturday": "22:00-02:00", "sunday": "00:00-24:00"}
    assert saved.json["time_zone"] == "Europe/Berlin" and saved.json == shop.get(f"/bots/{shop.bot}/reception").json
    page = shop.browser.get(f"/bots/{shop.bot}/reception").text
    assert "09:00-12:30, 14:00-18:00" in page and "Shop’s shut." in page


@pytest.mark.parametrize("field, value", [
    ("monday", "9-25"), ("monday", "noon"), ("monday", "9"), ("monday", "9-12-14"), ("monday", "9:60-10"), ("monday", "9-12, 11-14"), ("monday", "-5-9"),
    ("monday", ",".join(f"{n}-{n}:30" for n in range(8))), ("monday", "24-25"), ("tuesday", "1e1-12"), ("monday", "22-2, 23-1"),
    ("time_zone", "Mars/Olympus"), ("time_zone", "CET"), ("time_zone", "+02"), ("time_zone", "Europe/Berlin'; drop table bots"), ("time_zone", ""),
    ("time_zone", "posix/Europe/Berlin"), ("time_zone", "../etc/passwd"), ("time_zone", "x/" * 40), ("closed_message", "x" * 301),
])
def test_hours_that_arent_are_refused_with_the_field(shop, field, value):
    before = shop.get(f"/bots/{shop.bot}/reception").json
    refused = reception(shop, **{field: value})
    assert refused.status == 422 and field in refused.error["fields"], refused
    assert shop.get(f"/bots/{shop.bot}/reception").json == before


def test_within_the_hours_the_visitor_reads_that_somebody_is_told(shop, hours):
    for fields in ({}, dict.fromkeys(HOURS, "0-24")):
        hours(**fields)
        visitor = shop.visitor()
        visitor.say("Can somebody help me?")
        visitor.ask_for_person()
        assert "A person has been told" in visitor.page().text


def test_outside_them_the_visitor_reads_what_the_owner_says_and_when_it_opens_again(shop, hours, data):
    # A day that is neither today nor yesterday, wherever the zone has its midnight.
    [[day, name]] = data.sql("select extract(isodow from now() + interval '3 days'), trim(to_char(now() + interval '3 days', 'Day'))")
    hours(**{list(HOURS)[int(day) - 1]: "8:15-9"}, closed_message="The oven is cold.")
    visitor = shop.visitor()
    visitor.say("Can somebody help me?")
    visitor.ask_for_person()
    assert f"The oven is cold. We are back on {name} at 08:15." in visitor.page().text
    german = visitor.page(headers={"Accept-Language": "de"}).text
    assert "um 08:15 Uhr wieder da" in german
    assert "waiting for you" in shop.mails()[0]["subject"], "members are told all the same"


def open_at(data, bot, moment, zone):
    """Whether the hours that are stored say open at a moment, by the statement that the server uses, at another time."""
    source = (__import__("pathlib").Path(__file__).parents[2] / "Sources/App/HandOff/Reach.swift").read_text()
    statement = source.split('"""')[1].replace("now()", f"timestamptz '{moment}'").replace("\\(bot.id)", f"'{bot}'").replace(
        "\\(bot.account)", f"(select account_id from bots where id = '{bot}')")
    [[message, weekday, clock, is_open]] = data.sql(statement)
    return is_open == "t", weekday, clock


@pytest.mark.parametrize("moment, expected", [
    # Berlin is an hour ahead of UTC in winter, and two in summer.
    ("2026-01-05 07:59Z", (False, "1", "09:00")), ("2026-01-05 08:00Z", (True, "2", "09:00")), ("2026-07-06 06:59Z", (False, "1", "09:00")),
    ("2026-07-06 07:00Z", (True, "2", "09:00")), ("2026-07-06 15:59Z", (True, "2", "09:00")), ("2026-07-06 16:00Z", (False, "2", "09:00")),
    # Through the nights on which the clocks change: open from Saturday 22 to Sunday 4 by the wall clock.
    ("2026-03-29 00:30Z", (True, "1", "09:00")), ("2026-03-29 01:59Z", (True, "1", "09:00")), ("2026-03-29 02:00Z", (False, "1", "09:00")),
    ("2026-10-25 01:30Z", (True, "1", "09:00")), ("2026-10-25 02:59Z", (True, "1", "09:00")), ("2026-10-25 03:00Z", (False, "1", "09:00")),
    ("2026-03-28 20:59Z", (False, "6", "22:00")), ("2026-03-28 21:00Z", (True, "1", "09:00")),
])
def test_summer_time_and_hours_past_midnight_are_right(shop, hours, data, moment, expected):
    hours(monday="9-18", tuesday="9-18", saturday="22-4", time_zone="Europe/Berlin")
    assert open_at(data, shop.bot, moment, "Europe/Berlin") == expected


# Hostile words in every view

@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_words_do_nothing_in_any_view(shop, kind):
    text = TEXTS[kind]
    visitor = shop.visitor(mount="/widget/b")
    watch, page = shop.watch("/inbox/events"), None
    answer = visitor.say(text)
    page = visitor.watch()
    desk = shop.watch(f"{shop.of(visitor)}/events")
    ask_once(shop.app.port, "POST", f"{visitor.path}/messages/{answer['message_id']}/thumb", {"Content-Type": "application/json"}, json.dumps({"thumb": "down", "reason": text}))
    assert shop.program.send("POST", f"{shop.of(visitor)}/messages", {"text": text}).status == 201
    row = watch.next("changed", lambda event: visitor.conversation in event.data)
    said = page.next("message")
    told = desk.next("message", lambda event: "said-person" in event.data)
    views = [shop.browser.get("/inbox").text, shop.browser.get(shop.path).text, shop.browser.get(shop.of(visitor)).text, visitor.page().text,
             row.data, said.data, told.data]
    for view in views:
        assert_harmless(view)
    for stream, names in ((watch, {"changed", "waiting", "list"}), (page, {"message", "handling"}), (desk, {"message", "handling"})):
        assert {event.name for event in stream.seen} <= names | {None}
    shop.browser.get(f"{shop.path}.csv")


@pytest.mark.parametrize("kind", ["script", "closing", "attribute", "event", "markdown link"])
def test_hostile_words_do_nothing_in_a_mail(shop, data, kind):
    visitor = shop.visitor()
    visitor.say(TEXTS[kind])
    visitor.ask_for_person()
    [[html, subject]] = data.sql(f"select translate(html, e'\\n\\r\\u2028\\u2029', '    '), subject from outbox where recipient = '{shop.browser.email}' and text like '%{visitor.conversation}%'")
    assert_harmless(html)
    assert "\n" not in subject and subject == f"A visitor of {shop.name} is waiting for you"


def test_the_helper_finds_what_is_harmful():
    for html in ("<script>x</script>", "<p onclick=x>", "<a href='javascript:x'>", "<img src='https://evil.example/x'>", "<iframe>", "<p style='x'>"):
        assert problems(html), html
