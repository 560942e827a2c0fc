"""While a large bot of one account is indexed, everybody else's requests go on: nothing is indexed where requests are answered."""

import json
import threading

import pytest
from Servers.owner import JSON, TEXT, Owner
from Servers.wire import ask_once

pytestmark = pytest.mark.alone

PASSAGES = 4_000
# Over more connections than there are event loops, so that each loop has some.
CONNECTIONS = 12
# A large bot takes its time, and more where the machine does other things too.
PATIENCE_SECONDS = 120


class PatientOwner(Owner):
    def call(self, method, target, body=None):
        headers = JSON | {"Authorization": f"Bearer {self.token}"}
        return ask_once(self.app.port, method, target, headers, None if body is None else json.dumps(body), timeout=PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def shop(app, data):
    """Knows very much, in its context and in a source, was asked what it doesn't know, and is tested."""
    owner = PatientOwner(app)
    bot = owner.make_bot()["id"]
    path = f"/api/v1/bots/{bot}"
    key = owner.post_json(f"{path}/keys", {"name": "Shop"}).json["key"]
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept": "application/json"}
    assert ask_once(app.port, "POST", "/api/v1/ask", headers, json.dumps({"question": "Do you sell kayaks?"})).status == 200
    assert owner.post_json(f"{path}/tests", {"question": "When are you open?", "words": ["9"]}).status == 201
    source = owner.post_json(f"{path}/sources", {"kind": "text", "title": "More", "text": "We have parrots."}).json["id"]
    data.sql(f"""insert into passages (account_id, bot_id, source_id, position, title, text)
        select account_id, bot_id, id, n + 1000, 'Item ' || n, (select string_agg('word' || (n * 7919 + w * 104729) % 60000, ' ') from generate_series(1, 40) w)
        from sources, generate_series(1, {PASSAGES}) n where id = '{source}'""")
    return owner, path, source


def learn(data, path):
    """So that what was indexed before doesn't count."""
    bot = path.rsplit("/", 1)[1]
    data.sql(f"update passages set text = text || ' more' where bot_id = '{bot}' and position = 1001")
    data.sql(f"update bots set version = version + 1 where id = '{bot}'")


WAYS = {
    "questions": lambda owner, path, source: owner.call("GET", f"{path}/questions"),
    "a question": lambda owner, path, source: owner.call("GET", f"{path}/questions/{owner.group}"),
    "tests": lambda owner, path, source: owner.call("GET", f"{path}/tests"),
    "a trial": lambda owner, path, source: owner.call("POST", f"{path}/trials", {"question": "When are you open?", "text": TEXT}),
    "the settings": lambda owner, path, source: owner.call("PATCH", path, {"name": "Corner"}),
    "the text": lambda owner, path, source: owner.call("PUT", f"{path}/context", {"text": TEXT + "\nMore."}),
    "a source": lambda owner, path, source: owner.call("POST", f"{path}/sources", {"kind": "text", "title": "A", "text": "We have cats."}),
    "an answer": lambda owner, path, source: owner.call("POST", f"{path}/questions/{owner.group}/answer", {"answer": "No, but canoes."}),
    "less": lambda owner, path, source: owner.call("DELETE", f"{path}/sources/{source}?if_worse=refuse"),
}


def test_while_a_large_bot_is_indexed_others_requests_go_on(app, data, shop):
    owner, path, source = shop
    data.sweep("group_questions")
    owner.group = owner.call("GET", f"{path}/questions").json["questions"][0]["id"]
    other = Owner(app)
    other.make_bot()
    for name, way in WAYS.items():
        learn(data, path)
        answers = []
        asking = threading.Thread(target=lambda: answers.append(way(owner, path, source)))
        asking.start()
        for _ in range(CONNECTIONS):
            assert other.get("/bots").status == 200
        was_over = bool(answers)
        asking.join()
        assert answers[0].status in (200, 201, 409), (name, answers)
        assert not was_over, f"{name}: others were answered only after the large bot"
