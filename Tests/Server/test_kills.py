"""Killed under load: whatever was promised before is kept, nothing is done twice, and it comes back by itself.

Ten kills, or as many as FRONTDESK_KILLS says: of the web process, of a worker, and of Postgres, in turn."""

import hashlib
import os
import random
import signal
import statistics
import time

import pytest
from Servers.frontdesk import DataDirectory, Worker
from Servers.load import Load, free_port
from Servers.owner import Owner
from Servers.wire import eventually

pytestmark = pytest.mark.alone

KILLS = int(os.environ.get("FRONTDESK_KILLS", "10"))
VISITORS = 3
BACK_SECONDS = 60
# A job whose worker was killed waits for the end of its lease, and for a second one where that was killed, too.
SETTLED_SECONDS = 90
FILE = "\n\n".join(f"## Heading {number}\n\nWords that stand under heading {number}." for number in range(1, 8))


@pytest.fixture
def own():
    directory = DataDirectory()
    yield directory
    directory.remove()


def test_nothing_that_was_acknowledged_is_lost_and_no_job_takes_effect_twice(own, start_app, capsys):
    port = free_port()
    processes = {"web": start_app(data=own, PORT=port), "worker": Worker(own)}
    owner = Owner(processes["web"])
    bot = owner.make_bot()["id"]
    [[version]] = own.sql(f"select version from bots where id = '{bot}'")
    load, back = Load(port, VISITORS), {"web": [], "worker": [], "postgres": []}
    load.also(load.upload(owner, bot, FILE))
    try:
        with load:
            for number in range(KILLS):
                victim = list(back)[number % len(back)]
                # Otherwise there was hardly any load.
                eventually(lambda: len(load.answers) > number + 1 and len(load.files) > (number + 1) / 2, BACK_SECONDS)
                time.sleep(random.uniform(0.1, 1))
                killed, postmaster = time.monotonic(), own.postmaster
                kill(victim, processes, own, lambda: start_app(data=own, PORT=port))
                is_new = lambda: victim != "postgres" or own.runs_anew(postmaster)
                back[victim].append(load.wait_for_answer(killed, BACK_SECONDS, is_new))
        assert not load.problems
        check_answers(own, load)
        check_files(own, load, bot, int(version))
    finally:
        processes["worker"].stop()
    with capsys.disabled():
        print(f"\n{report(back, load)}")


def kill(victim, processes, data, start_web):
    if victim == "postgres":
        return os.kill(data.postmaster, signal.SIGKILL)
    processes[victim].kill()
    processes[victim] = start_web() if victim == "web" else Worker(data)


def check_answers(data, load):
    """Every answer that a visitor got is there word for word, with its question and its conversation."""
    stored = {row[0]: row[1:] for row in data.sql(
        "select m.id, c.id, q.text, md5(m.text), m.state from messages m join messages q on q.id = m.reply_to "
        "join conversations c on c.id = m.conversation_id and c.id = q.conversation_id")}
    for _, question, reply in load.answers:
        digest = hashlib.md5(reply["answer"].encode()).hexdigest()
        assert stored.get(reply["message_id"]) == [reply["conversation_id"], question, digest, "answered"], reply


def check_files(data, load, bot, version_before):
    """Every file that was taken is read once: its passages are there, and the bot has counted one change for each."""
    waiting = f"select count(*) from sources where bot_id = '{bot}' and status in ('queued', 'reading')"
    eventually(lambda: data.sql(waiting) == [["0"]], seconds=SETTLED_SECONDS)
    assert data.sql("select count(*) from jobs where kind = 'read_source'") == [["0"]]
    sources = data.sql(
        "select s.id, s.status, (select count(*) from passages p where p.source_id = s.id), (select count(distinct text) from passages p "
        f"where p.source_id = s.id) from sources s where s.bot_id = '{bot}'")
    passages = sources[0][2]
    assert int(passages) > 1 and all(row[1:] == ["ready", passages, passages] for row in sources)
    assert set(load.files) <= {row[0] for row in sources}
    assert data.sql(f"select version from bots where id = '{bot}'") == [[str(version_before + len(sources))]]


def report(back, load):
    lines = [f"{victim}: back after {statistics.median(times):.2f} s, at most {max(times):.2f} s, of {len(times)}" for victim, times in back.items() if times]
    return "; ".join(lines) + f"; {len(load.answers)} answers and {len(load.files)} files were promised and are there, {load.refused} calls failed"
