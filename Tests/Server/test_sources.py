"""What a bot is taught beside its context: pairs, texts, files, websites; and what must not do any harm."""

import json
import threading
import uuid

import pytest
from Servers.files import word
from Servers.frontdesk import CopiedDataDirectory
from Servers.owner import Owner
from Servers.wire import ask_once, eventually


def multipart(fields, name=None, content=b""):
    boundary = uuid.uuid4().hex
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    if name is not None:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


class Shop:
    def __init__(self, app):
        self.app = app
        self.owner = Owner(app)
        self.bot = self.owner.make_bot()["id"]
        self.path = f"/api/v1/bots/{self.bot}"

    def upload(self, name, content):
        kind, body = multipart({"kind": "file"}, name, content)
        return ask_once(
            self.app.port, "POST", self.path + "/sources", {"Content-Type": kind, "Authorization": f"Bearer {self.owner.token}"}, body)

    def add(self, **members):
        return self.owner.post_json(self.path + "/sources", members)

    def read(self, response, seconds=60):
        """The source, once it was read."""
        assert response.status == 201, response
        path = f"/bots/{self.bot}/sources/{response.json['id']}"
        return eventually(lambda: (source := self.owner.get(path).json)["status"] in ("ready", "failed") and source, seconds)

    def ask(self, question):
        return self.owner.post_json(self.path + "/trials", {"question": question}).json["article"]["reply"]


@pytest.fixture(scope="module")
def shop(app):
    return Shop(app)


def test_an_owners_own_answer_is_given_word_for_word_also_with_a_slip(shop):
    added = shop.add(kind="qa", question="Do you have gluten-free bread?", answer="Yes: on *Wednesdays*.")
    assert added.status == 201 and added.json["status"] == "ready"
    for question in ("Do you have gluten-free bread?", "do you have gluten free bread", "Do you have glutne-free bread"):
        reply = shop.ask(question)
        assert reply["answer"] == "Yes: on *Wednesdays*." and reply["basis"] == "quoted"
        assert reply["citations"][0]["source_id"] == added.json["id"]


def test_a_file_is_read_by_a_job_and_answers_with_its_place(shop):
    source = shop.read(shop.upload("policy.docx", word("Shoes can be returned within thirty days with the receipt.")))
    assert source["status"] == "ready" and source["words"] > 5 and source["problem"] is None
    reply = shop.ask("Can I return shoes?")
    assert "thirty days" in reply["answer"] and reply["citations"][0]["source_id"] == source["id"]
    assert shop.owner.call("DELETE", f"{shop.path}/sources/{source['id']}").status == 204
    assert "thirty days" not in shop.ask("Can I return shoes?")["answer"]


@pytest.mark.parametrize("name, content", [
    ("empty.pdf", b""), ("cut.pdf", b"%PDF-1.4\n1 0 obj\n<<"), ("picture.pdf", b"\x89PNG\r\n\x1a\n" + b"x" * 99), ("page.pdf", b"<html><body>x</body></html>"),
    ("nul.md", b"# A\x00B"), ("program.txt", b"\x7fELF" + bytes(99)), ("bomb.docx", word("", document="<w:document>" + " " * 60 * 2**20)),
    ("entity.docx", word("", document='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document>&e;</w:document>')),
    ("nothing.docx", word("")), ("broken.docx", b"PK\x03\x04" + b"x" * 500),
])
def test_a_bad_file_ends_as_failed_with_a_sentence_and_harms_nothing(shop, name, content):
    source = shop.read(shop.upload(name, content))
    assert source["status"] == "failed" and source["problem"].endswith((".", "!")) and len(source["problem"]) > 15
    assert "root:" not in json.dumps(source) and "/" not in source["problem"]
    assert shop.read(shop.upload("good.txt", b"Cats may come in on a leash."))["status"] == "ready"


@pytest.mark.parametrize("name", ["../../etc/passwd", "x" * 300, "a\u202egnp.md", "...", "👩‍👩‍👧.md", "a;b=c.md", "<b>.md"])
def test_a_files_name_is_shown_and_never_a_path(shop, name):
    source = shop.read(shop.upload(name.replace('"', "%22"), b"Some words that can be read."))
    assert "/" not in source["title"] and "\u202e" not in source["title"] and 0 < len(source["title"]) <= 200


@pytest.mark.parametrize("url", [
    "http://127.0.0.1/", "localhost", "http://[::1]/", "http://0x7f000001/", "http://10.1.2.3/", "http://169.254.169.254/", "http://[::ffff:127.0.0.1]/",
    "file:///etc/passwd", "ftp://shop.example/", "javascript:alert(1)", "http://user:pw@shop.example/", "http://shop.example:22/", "http://good.example\\@127.0.0.1/",
    "", "   ", "http://", "x" * 3000, "http://127.1/",
])
def test_an_address_that_isnt_a_public_websites_is_refused_at_its_field(shop, url):
    response = shop.add(kind="website", url=url)
    assert response.status == 422 and "url" in response.json["error"]["fields"], response


def test_a_website_on_a_host_that_the_operator_allows_is_read_page_by_page(start_app):
    other = CopiedDataDirectory()
    app = start_app(data=other, ALLOWED_LOCAL_HOSTS="127.0.0.1")
    shop = Shop(app)
    source = shop.read(shop.add(kind="website", url=app.base_url, refresh="weekly"))
    assert source["status"] == "ready" and source["refresh"] == "weekly" and source["words"] > 100
    assert source["pages"][0]["status"] == "read" and {page["status"] for page in source["pages"]} <= {"read", "skipped", "failed"}
    assert all(page["problem"] for page in source["pages"] if page["status"] != "read")
    again = ask_once(
        app.port, "POST", f"{shop.path}/sources/{source['id']}/readings", {"Authorization": f"Bearer {shop.owner.token}", "Content-Type": "application/json"}, "{}")
    assert again.status == 202
    assert shop.read(type("Made", (), {"status": 201, "json": source}))["status"] == "ready"
    app.stop()
    other.remove()


@pytest.mark.parametrize("members", [
    {}, {"kind": "x"}, {"kind": "qa"}, {"kind": "qa", "question": "x"}, {"kind": "qa", "question": "", "answer": "x"}, {"kind": "text"},
    {"kind": "text", "text": " \n "}, {"kind": "qa", "question": "q" * 501, "answer": "x"}, {"kind": "website", "url": "https://shop.example", "refresh": "daily"},
])
def test_what_is_missing_or_too_long_is_said_at_its_field(shop, members):
    response = shop.add(**members)
    assert response.status == 422 and response.json["error"]["fields"], response


def test_a_file_named_by_a_path_is_never_opened(shop):
    response = shop.add(kind="file", files=[{"path": "/etc/passwd"}], file="/etc/passwd")
    assert response.status == 415


def test_a_file_that_is_too_large_is_refused(shop):
    response = shop.upload("large.txt", b"x" * (10 * 2**20 + 1))
    assert response.status in (413, 422)


@pytest.mark.parametrize("members", [{"kind": "text", "text": "Cats may come in on a leash."}, {"kind": "qa", "question": "May cats come in?", "answer": "On a leash."}])
def test_what_an_owner_wrote_isnt_read_again_and_stays_as_it_is(shop, data, members):
    source = shop.add(**members).json
    again = shop.owner.post_json(f"{shop.path}/sources/{source['id']}/readings", {})
    assert again.status == 409 and again.error["code"] == "nothing_to_read"
    assert data.sql(f"select count(*) from jobs where payload = '{source['id']}'") == [["0"]]
    assert shop.owner.get(f"/bots/{shop.bot}/sources/{source['id']}").json["status"] == "ready"


def test_a_job_that_was_queued_for_what_an_owner_wrote_leaves_it_alone(shop, data):
    source = shop.add(kind="text", text="Dogs may come in, too.").json
    job = data.sql(
        f"with made as (insert into jobs (kind, payload, account_id) select 'read_source', id, account_id from sources where id = '{source['id']}' returning id) "
        "select id, pg_notify('jobs', '') from made")[0][0]
    eventually(lambda: data.sql(f"select count(*) from jobs where id = {job}") == [["0"]])
    assert shop.owner.get(f"/bots/{shop.bot}/sources/{source['id']}").json["status"] == "ready"


def test_there_is_nothing_to_read_again_where_there_is_no_source(shop, data):
    missing = str(uuid.uuid4())
    assert shop.owner.post_json(f"{shop.path}/sources/{missing}/readings", {}).status == 404
    assert data.sql(f"select count(*) from jobs where payload = '{missing}'") == [["0"]]


def test_a_refused_answer_changes_neither_tests_nor_what_was_tested(app, data):
    shop = Shop(app)
    shop.add(kind="text", text="Delivery costs 5 euros.", title="Delivery")
    test = shop.owner.post_json(f"{shop.path}/tests", {"question": "What does delivery cost?", "words": ["5 euros"]})
    assert test.status == 201, test
    account = data.sql(f"select account_id from bots where id = '{shop.bot}'")[0][0]
    data.sql(
        "insert into sources (id, account_id, bot_id, kind, title, status) "
        f"select gen_random_uuid(), '{account}', '{shop.bot}', 'text', 'full', 'ready' from generate_series(1, 499)")
    before = [data.sql(f"select words::text from bot_tests where bot_id = '{shop.bot}'"), data.sql(f"select count(*) from test_runs where bot_id = '{shop.bot}'")]
    refused = shop.add(kind="qa", question="What does delivery cost?", answer="Delivery costs 7 euros.", if_worse="update")
    assert refused.status == 422 and "kind" in refused.error["fields"], refused
    assert before == [data.sql(f"select words::text from bot_tests where bot_id = '{shop.bot}'"), data.sql(f"select count(*) from test_runs where bot_id = '{shop.bot}'")]


def test_a_source_that_is_deleted_while_it_is_read_ends_its_job_quietly(app, data, shop):
    source = shop.upload("long.txt", b"Cats may come in on a leash, and dogs stay outside. " * 1_500).json["id"]
    eventually(lambda: data.sql(f"select status from sources where id = '{source}'") == [["reading"]], 30)
    # Not committed before the job waits for it.
    data.sql(f"""
        do $$ begin
          delete from sources where id = '{source}';
          for n in 1..300 loop
            exit when exists (select from pg_locks where not granted);
            perform pg_sleep(0.05);
          end loop;
        end $$""")
    eventually(lambda: data.sql(f"select count(*) from jobs where payload = '{source}'") == [["0"]], 60)
    assert not [line for line in app.log.split("\n") if "a job failed" in line and "read_source" in line]


def test_of_many_uploads_at_once_no_more_are_taken_than_there_is_room(app, data):
    shop = Shop(app)
    account = data.sql(f"select account_id from bots where id = '{shop.bot}'")[0][0]
    # All but 3 MB of it is used.
    data.sql(
        f"insert into sources (id, account_id, bot_id, kind, title, bytes, status) "
        f"values (gen_random_uuid(), '{account}', '{shop.bot}', 'file', 'old', {197 * 2**20}, 'ready')")
    statuses = []
    threads = [threading.Thread(target=lambda: statuses.append(shop.upload("part.png", b"\x89PNG\r\n\x1a\n" + b"x" * 1_000_000).status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] * 3 + [422] * 5
    assert int(data.sql(f"select sum(bytes) from sources where account_id = '{account}'")[0][0]) <= 200 * 2**20


def test_a_source_of_another_bot_isnt_this_ones(shop, app):
    stranger = Shop(app)
    source = stranger.add(kind="text", title="x", text="Secret words.").json["id"]
    assert shop.owner.get(f"/bots/{shop.bot}/sources/{source}").status == 404
    assert shop.owner.call("DELETE", f"{shop.path}/sources/{source}").status == 404
