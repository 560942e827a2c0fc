"""Files that come with a question: what is taken, what the answer uses of it, who gets it back and how."""

import json
import threading
import uuid

import pytest
from Servers.files import chunk, gif, jpeg, pdf, png, webp, word
from Servers.owner import Owner
from Servers.visitor import Watch
from Servers.visitors import Visitor, multipart, send_files
from Servers.wire import Connection, ask_once

POLICY = "# Order 4711\n\n## Parcel\n\nYour parcel with the blue teapot arrives on Thursday afternoon.\n\n## Gift card\n\nThe gift card says: happy birthday, grandma.\n"


class Sender(Visitor):
    def send(self, message, *files, chat=None):
        return send_files(self.program, self.path + (f"/{chat}/messages" if chat else ""), message, *files)

    def attachments(self, chat):
        return [attachment for message in self.get(f"/{chat}").json["messages"] for attachment in message["attachments"]]

    def file(self, chat, attachment):
        return self.browser.get(f"{self.path}/{chat}/attachments/{attachment['id']}")


@pytest.fixture(scope="module")
def owner(app):
    owner = Owner(app)
    owner.bot = owner.make_bot()
    return owner


@pytest.fixture
def sender(app, owner):
    return Sender(app, owner.bot)


@pytest.mark.parametrize("name, content", [
    ("order.md", POLICY.encode()), ("order.docx", word("Your parcel with the blue teapot arrives on Thursday afternoon.")),
    ("order.pdf", pdf("Your parcel with the blue teapot arrives on Thursday afternoon.")),
])
def test_an_answer_quotes_what_is_attached_and_names_the_file(sender, name, content):
    answered = sender.send("When does the parcel with the blue teapot arrive?", (name, content))
    assert answered.status == 201, answered
    assert "Thursday afternoon" in answered.json["answer"] and answered.json["basis"] == "quoted"
    citation = answered.json["citations"][0]
    chat = answered.json["conversation_id"]
    attachment, = sender.attachments(chat)
    assert citation["title"].startswith(name) and citation["source_id"] == "attachment-" + attachment["id"]
    assert "From the attached file" in sender.browser.get(f"{sender.path}/{chat}").text
    assert "Thursday" in sender.ask("And when does the teapot come?", chat).json["answer"], "later questions use it too"
    assert "9 to 18" in sender.ask("When are you open?", chat).json["answer"], "beside the bot’s own text"


def test_what_is_attached_counts_in_its_own_chat_only(sender, app, owner):
    sender.send("Here is my order.", ("order.md", POLICY.encode()))
    for other in (sender, Sender(app, owner.bot, "other")):
        assert "Thursday" not in other.ask("When does the parcel with the blue teapot arrive?").json["answer"]


def test_an_edited_question_keeps_its_files_and_a_replaced_file_isnt_used(sender):
    chat = sender.begin("Hello")
    sender.send("When does the parcel arrive?", ("order.md", POLICY.encode()), chat=chat)
    edited = sender.ask("When does the parcel with the teapot arrive?", chat, replaces=sender.question(chat, "When does the parcel arrive?"))
    assert "Thursday" in edited.json["answer"] and [attachment["name"] for attachment in sender.attachments(chat)] == ["order.md"]
    sender.ask("Hello again", chat, replaces=sender.question(chat, "Hello"))
    assert "Thursday" not in sender.ask("When does the parcel with the teapot arrive?", chat).json["answer"]


def test_a_model_gets_the_files_text_as_numbered_passages(start_app, provider):
    app = start_app(**provider.environment, AI_MODEL="test-model")
    provider.play("normal")
    sender = Sender(app, Owner(app).make_bot())
    answered = sender.send("When does it arrive?", ("order.md", POLICY.encode()))
    told = json.dumps(provider.calls[-1].messages)
    assert "order.md, attached by the visitor" in told and "blue teapot arrives on Thursday" in told and "We deliver within the city" in told
    assert answered.status == 201
    app.stop()


@pytest.mark.parametrize("name, content, kind", [
    ("a.png", png(), "image/png"), ("photo.jpg", jpeg(), "image/jpeg"), ("a.gif", gif(), "image/gif"), ("a.webp", webp(), "image/webp"),
    ("named.pdf.txt", png(), "image/png"),
])
def test_a_picture_is_shown_as_one_and_does_nothing_else(sender, name, content, kind):
    answered = sender.send("Do you know this?", (name, content))
    assert answered.status == 201, answered
    chat = answered.json["conversation_id"]
    attachment, = sender.attachments(chat)
    assert (attachment["media_type"], attachment["width"], attachment["height"], attachment["bytes"]) == (kind, 3, 2, len(content))
    page = sender.browser.get(f"{sender.path}/{chat}").text
    assert f'<img src="{sender.path}/{chat}/attachments/{attachment["id"]}" alt="{name}" width="3" height="2"' in page
    file = sender.file(chat, attachment)
    assert file.status == 200 and file.body == content and file["content-type"] == kind
    assert file["x-content-type-options"] == "nosniff" and "sandbox" in file["content-security-policy"]
    assert file["content-disposition"].startswith("inline; filename=") and "no-store" in file["cache-control"]


NOTE = b"52.5163 N 13.3777 E, by Anna's phone"


@pytest.mark.parametrize("name, plain, told", [
    ("a.png", png(), png(note=NOTE)), ("photo.jpg", jpeg(), jpeg(NOTE)), ("a.gif", gif(), gif(NOTE)), ("a.webp", webp(), webp(NOTE)),
    ("film.jpg", jpeg(), jpeg() + b"a film of it, taken at " + NOTE),
])
def test_a_picture_is_kept_without_what_it_says_of_place_and_device(sender, data, name, plain, told):
    assert NOTE in told
    answered = sender.send("Do you know this?", (name, told))
    assert answered.status == 201, answered
    chat = answered.json["conversation_id"]
    attachment, = sender.attachments(chat)
    kept = sender.file(chat, attachment).body
    assert NOTE not in kept and b"Photoshop" not in kept and attachment["bytes"] == len(kept) < len(told)
    if name != "a.webp":  # Its head stays.
        assert kept == plain
    assert data.sql(f"select sum(length(content)) from attachment_files where attachment_id = '{attachment['id']}'") == [[str(len(kept))]]
    assert data.sql(f"select 1 from attachment_files where attachment_id = '{attachment['id']}' and strpos(encode(content, 'escape'), 'Anna') > 0") == []


def test_a_picture_that_a_phone_took_upright_stays_upright(sender):
    chat = sender.send("Do you know this?", ("photo.jpg", jpeg(NOTE, orientation=6))).json["conversation_id"]
    kept = sender.file(chat, sender.attachments(chat)[0]).body
    assert NOTE not in kept and kept.count(b"Exif\0\0") == 1 and b"\x01\x12\0\3\0\0\0\1\0\6\0\0" in kept and len(kept) == len(jpeg()) + 36


@pytest.mark.parametrize("name, content, served, ending", [
    ("evil.html", b"<html><body><script>alert(1)</script>Some words</body></html>", "text/plain; charset=utf-8", ".html.txt"),
    ("evil.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "text/plain; charset=utf-8", ".svg.txt"),
    ("notes.md", b"# Notes\n\nSome words.", "text/plain; charset=utf-8", ".md"), ("a.pdf", pdf("Some words."), "application/pdf", ".pdf"),
    ("a.exe", pdf("Some words."), "application/pdf", ".exe.pdf"),
])
def test_what_isnt_a_picture_is_a_download(sender, name, content, served, ending):
    answered = sender.send("What does it say?", (name, content))
    assert answered.status == 201, answered
    chat = answered.json["conversation_id"]
    file = sender.file(chat, sender.attachments(chat)[0])
    assert file["content-type"] == served and file["content-disposition"].startswith("attachment;") and file.body == content
    assert file["content-disposition"].endswith(ending) and "sandbox" in file["content-security-policy"] and file["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name, content", [
    ("empty.pdf", b""), ("cut.pdf", b"%PDF-1.4\n1 0 obj\n<<"), ("page.pdf", b"<html><body>x</body></html>"), ("nul.md", b"# A\x00B"),
    ("program.txt", b"\x7fELF" + bytes(99)), ("bomb.docx", word("", document="<w:document>" + " " * 60 * 2**20)),
    ("entity.docx", word("", document='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document>&e;</w:document>')),
    ("broken.docx", b"PK\x03\x04" + b"x" * 500), ("archive.zip", b"\x1f\x8b" + bytes(99)), ("cut.png", b"\x89PNG\r\n\x1a\n" + b"x" * 99),
    ("huge.png", png(60_000, 60_000)), ("none.png", png(0, 5)), ("cut.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"), ("cut.gif", b"GIF89a"), ("cut.webp", b"RIFF\0\0\0\0WEBPVP8 "),
    ("half.png", png(400, 20)[:-30]), ("half.jpg", jpeg(NOTE)[:-40]), ("half.gif", gif()[:-5]), ("half.webp", webp(NOTE)[:-9]), ("lies.jpg", jpeg().replace(b"\xff\xdb\0C", b"\xff\xdb\xff\xff")),
    ("lies.png", png().replace(b"\0\0\0\rIHDR", b"\xff\xff\xff\xffIHDR")), ("nothing.png", png().replace(b"IDAT", b"idat")),
    ("photo.tiff", b"II*\0" + bytes(99)), ("large.txt", b"x " * (5 * 2**19 + 1)), ("long.txt", b"\n\n".join(b"# %d\n\nSome words of a chapter." % n for n in range(600))),
])
def test_a_bad_file_is_refused_with_its_name_and_a_sentence_and_nothing_is_sent(sender, data, name, content):
    used = sender.get().json["usage"]["used"]
    refused = sender.send("What is this?", (name, content))
    assert refused.status == 422, refused
    problem = refused.error["fields"]["file"]
    assert name in problem and problem.endswith((".", "!")) and len(problem) > 20 and "root:" not in problem
    assert sender.titles() == [] and sender.get().json["usage"]["used"] == used
    assert sender.send("And this?", ("good.txt", b"Cats may come in on a leash.")).status == 201


@pytest.mark.parametrize("name", ["../../etc/passwd", "x" * 300, "a\u202egnp.md", "...", "👩‍👩‍👧.md", "a;b=c.md", "<b>.md", "a%22b.md", "a\0.md"])
def test_a_files_name_is_shown_escaped_and_never_a_path(sender, name):
    answered = sender.send("What does it say?", (name, b"Some words that can be read."))
    assert answered.status == 201, answered
    chat = answered.json["conversation_id"]
    attachment, = sender.attachments(chat)
    assert not set('/\\"<>\u202e\0') & set(attachment["name"]) and 0 < len(attachment["name"]) <= 100
    disposition = sender.file(chat, attachment)["content-disposition"]
    assert disposition.isascii() and "\r" not in disposition and disposition.count('"') == 2


def test_four_files_are_taken_and_a_fifth_isnt(sender):
    files = [(f"{number}.txt", b"Some words.") for number in range(5)]
    refused = sender.send("What are these?", *files)
    assert refused.status == 422 and "up to 4 files" in refused.error["fields"]["file"]
    answered = sender.send("What are these?", *files[:4])
    assert answered.status == 201 and [attachment["name"] for attachment in sender.attachments(answered.json["conversation_id"])] == [name for name, _ in files[:4]]


def test_files_come_as_a_form_and_not_as_a_path(sender):
    answered = sender.program.send("POST", sender.path, {"message": "Hello", "file": "/etc/passwd", "files": [{"path": "/etc/passwd"}]})
    assert answered.status == 201 and sender.attachments(answered.json["conversation_id"]) == []
    assert sender.send("", ("a.txt", b"Some words.")).status == 422


def test_nobody_else_gets_a_file_but_the_bots_owner(app, owner, sender):
    chat = sender.send("Here is my order.", ("order.md", POLICY.encode())).json["conversation_id"]
    attachment, = sender.attachments(chat)
    other = Sender(app, owner.bot, "other")
    own = other.begin("Hello?")
    for path in (f"/{chat}/attachments/{attachment['id']}", f"/{own}/attachments/{attachment['id']}"):
        assert other.get(path).status == 404
    assert other.program.send("GET", f"/attachments/{attachment['id']}").status == 404
    assert ask_once(app.port, "GET", f"{sender.path}/{chat}/attachments/{attachment['id']}").status == 303
    assert sender.program.send("GET", f"/attachments/{attachment['id']}").status == 404, "it is the bot’s owner’s address of it"
    seen = owner.get(f"/bots/{owner.bot['id']}/conversations/{chat}").json["messages"][0]["attachments"]
    assert seen == [attachment]
    assert owner.get(f"/attachments/{attachment['id']}").body == POLICY.encode()
    page = ask_once(app.port, "GET", f"/bots/{owner.bot['id']}/conversations/{chat}", {"Cookie": owner.cookie()})
    assert f'href="/attachments/{attachment["id"]}"' in page.text


@pytest.fixture
def taken(owner, sender):
    """A chat that a person of the business has taken over."""
    chat = sender.begin("When are you open?")
    path = f"/bots/{owner.bot['id']}/conversations/{chat}"
    assert owner.call("PUT", f"/api/v1{path}/takeover", {}).json["handling"] == "person"
    return chat, path


def test_files_for_a_person_are_kept_shown_and_to_be_had_by_both(app, owner, sender, taken):
    chat, path = taken
    watch = Watch(app, f"{path}/events?after=0", {"Cookie": owner.cookie()})
    left = sender.send("Here is my order.", ("order.md", POLICY.encode()), ("teapot.jpg", jpeg(NOTE)), chat=chat)
    assert left.status in (200, 201) and "person" in left.json["answer"]
    order, teapot = sender.attachments(chat)
    assert (order["name"], order["media_type"], order["bytes"]) == ("order.md", "text/plain", len(POLICY.encode()))
    live = watch.next("message", lambda event: "Here is my order." in event.data).data
    page = ask_once(app.port, "GET", path, {"Cookie": owner.cookie()}).text
    for shown in (live, page):
        assert f'<a class="attachment" href="/attachments/{order["id"]}" download><bdi>order.md</bdi> <span class="small">1 KB</span></a>' in shown
        assert f'<img src="/attachments/{teapot["id"]}" alt="teapot.jpg" width="3" height="2"' in shown
    own = sender.browser.get(f"{sender.path}/{chat}").text
    assert f'<img src="{sender.path}/{chat}/attachments/{teapot["id"]}"' in own and "<bdi>order.md</bdi>" in own
    assert owner.get(path).json["messages"][-1]["attachments"] == [order, teapot]
    for file, kind, way, content in ((order, "text/plain; charset=utf-8", "attachment;", POLICY.encode()), (teapot, "image/jpeg", "inline;", jpeg())):
        for got in (sender.file(chat, file), owner.get(f"/attachments/{file['id']}")):
            assert got.status == 200 and got.body == content and got["content-type"] == kind and got["content-disposition"].startswith(way)
            assert got["x-content-type-options"] == "nosniff" and "sandbox" in got["content-security-policy"]
        assert Owner(app).get(f"/attachments/{file['id']}").status == 404 and ask_once(app.port, "GET", f"/attachments/{file['id']}").status == 303


def test_files_for_a_person_that_are_sent_twice_are_there_once(sender, data, taken):
    chat, _ = taken
    kind, body = multipart({"message": "Twice?"}, [("twice.md", b"# Twice")])
    headers = {"Content-Type": kind, "Authorization": f"Bearer {sender.program.grant['access_token']}", "Idempotency-Key": uuid.uuid4().hex}
    target = f"/api/v1{sender.path}/{chat}/messages"
    for _ in range(2):
        assert ask_once(sender.app.port, "POST", target, headers, body, timeout=60).status in (200, 201)
    assert data.sql("select count(*) from messages where text = 'Twice?'") == [["1"]]
    assert data.sql("select count(*) from attachments where name = 'twice.md'") == [["1"]]


def test_the_visitors_message_comes_back_with_its_files(sender, taken):
    chat, _ = taken
    kind, body = multipart({"message": "Here is my order."}, [("order.md", POLICY.encode())])
    sent = sender.browser.send("POST", f"{sender.path}/{chat}/messages", body, {"HX-Request": "true", "Content-Type": kind})
    assert sent.status == 200 and "<bdi>order.md</bdi>" in sent.text and "A person will answer you here." in sent.text and 'id="usage"' in sent.text
    page = sender.browser.send("POST", f"{sender.path}/{chat}/messages", body, {"Content-Type": kind})
    assert page.status == 303 and page["location"].startswith(f"{sender.path}/{chat}#message-")
    assert len(sender.attachments(chat)) == 2
    assert 'name="replaces"' not in sender.browser.get(f"{sender.path}/{chat}").text, "what a person reads isn't written anew"


def test_files_for_a_person_are_answered_from_when_the_bot_is_back(owner, sender, taken):
    chat, path = taken
    sender.send("Here is my order.", ("order.md", POLICY.encode()), chat=chat)
    owner.call("DELETE", f"/api/v1{path}/takeover")
    assert "Thursday" in sender.ask("When does the parcel with the blue teapot arrive?", chat).json["answer"]


def test_files_for_a_person_go_with_the_chat_and_are_in_its_exports(owner, sender, data, taken):
    chat, path = taken
    sender.send("Here is my order.", ("order.md", POLICY.encode()), chat=chat)
    attachment, = sender.attachments(chat)
    assert sender.get(f"/{chat}/data.json").json["messages"][-1]["attachments"] == ["order.md"] and "[order.md]" in sender.get(f"/{chat}/data.txt").text
    exported = next(row for row in owner.get(f"/bots/{owner.bot['id']}/conversations.json").json["conversations"] if row["id"] == chat)
    assert exported["messages"][-1]["attachments"] == [attachment]
    assert any("order.md" in row for row in owner.get(f"/bots/{owner.bot['id']}/conversations.csv").text.splitlines() if chat in row)
    assert owner.call("DELETE", f"/api/v1{path}").status == 204
    for table in ("attachment_files", "attachment_passages", "message_attachments"):
        assert data.sql(f"select count(*) from {table} where attachment_id = '{attachment['id']}'") == [["0"]], table
    assert owner.get(f"/attachments/{attachment['id']}").status == 404


def test_a_bad_file_for_a_person_is_refused_and_nothing_is_left(owner, sender, data, taken):
    chat, _ = taken
    used = sender.get().json["usage"]["used"]
    assert sender.send("Look.", ("half.jpg", jpeg()[:-40]), chat=chat).status == 422
    data.sql(f"""insert into attachments (id, account_id, bot_id, conversation_id, person_id, name, media_type, bytes)
        select gen_random_uuid(), account_id, bot_id, id, person_id, 'old', 'text/plain', {100 * 2**20} from conversations where id = '{chat}'""")
    refused = sender.send("Look.", ("order.md", POLICY.encode()), chat=chat)
    assert refused.status == 422 and "100 MB" in refused.error["fields"]["file"]
    assert sender.said(chat) == ["When are you open?"] and sender.get().json["usage"]["used"] == used


def test_a_deleted_chat_takes_its_files_along(sender, data):
    chat = sender.send("Here is my order.", ("order.md", POLICY.encode())).json["conversation_id"]
    attachment, = sender.attachments(chat)
    assert sender.program.send("DELETE", f"{sender.path}/{chat}").status == 204
    for table in ("attachment_files", "attachment_passages", "message_attachments"):
        assert data.sql(f"select count(*) from {table} where attachment_id = '{attachment['id']}'") == [["0"]], table


@pytest.mark.parametrize("whose", ["person", "bot"])
def test_of_many_files_at_once_no_more_are_kept_than_there_is_room(start_app, data, whose):
    app = start_app(VISITOR_LIMITS="off")
    owner = Owner(app)
    bot = owner.make_bot()
    sender = Sender(app, bot, "hoarder")
    chat = sender.send("Hello?", ("a.txt", b"Some words.")).json["conversation_id"]
    maximum = 100 if whose == "person" else 1_024
    # All but 3.5 MB of it is used; of the bot's, by somebody else.
    person = f"(select id from users where email = '{sender.program.email if whose == 'person' else owner.email}')"
    data.sql(f"""insert into attachments (id, account_id, bot_id, conversation_id, person_id, name, media_type, bytes)
        select gen_random_uuid(), account_id, bot_id, id, {person}, 'old', 'text/plain', {maximum * 2**20 - 3_500_000} from conversations where id = '{chat}'""")
    statuses, content = [], png()[:-12] + chunk(b"IDAT", bytes(1_000_000)) + png()[-12:]
    threads = [threading.Thread(target=lambda: statuses.append(sender.send("And this?", ("part.png", content), chat=chat).status)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] * 3 + [422] * 3
    used = sender.get().json["usage"]["used"]
    assert used == 4, "what found no room isn’t counted"
    assert sender.ask("Without a file?", chat).status == 201
    app.stop()


def test_an_upload_that_breaks_off_leaves_nothing(sender, data):
    before = data.sql("select count(*) from attachments")
    kind, body = multipart({"message": "Here"}, [("a.txt", b"word " * 200_000)])
    with Connection(sender.app.port) as connection:
        head = (f"POST /api/v1{sender.path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
                f"Authorization: Bearer {sender.program.grant['access_token']}\r\n\r\n")
        connection.socket.sendall(head.encode() + body[:400_000])
        connection.reset()
    assert sender.titles() == [] and data.sql("select count(*) from attachments") == before


def test_who_sends_files_all_the_time_is_slowed_down(sender):
    statuses = [sender.send("x", ("bad.pdf", b"no")).status for _ in range(22)]
    assert statuses[:19] == [422] * 19 and statuses[-1] == 429
    assert sender.ask("When are you open?").status == 201


def test_what_is_larger_than_four_files_is_refused_unread(sender):
    assert sender.send("x", *[(f"{number}.txt", b"x" * 6 * 2**20) for number in range(4)]).status == 413
