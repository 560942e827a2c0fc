"""How the time that reading a text takes grows with its length: a file of one line, from its upload until it can be asked."""

import json
import time

from . import conversations
from .machine import BenchError
from .rounds import interleave
from .servers import App, call, get
from .table import Row, Target

TITLE = "Reading a file of one line, s from its upload until it is known, by its length"
MEGABYTES = (1, 2, 4, 8)
QUICK_MEGABYTES = MEGABYTES[:3]
SECONDS = 120
POLL_SECONDS = 0.05
DATABASE = "reading"
SENTENCE = "We deliver parcels of up to {} kilos to {} within {} days, and whoever orders before noon has theirs on the next morning. "


def rows(bench, progress):
    cluster = bench.cluster
    app = App(bench, cluster.make(DATABASE))
    lengths = QUICK_MEGABYTES if bench.quick else MEGABYTES
    with app.running("/readyz"):
        session = sign_in(cluster)
        sides = {f"{megabytes} MB": Side(app.port, session, megabytes) for megabytes in lengths}
        rounds = interleave(bench, {name: side.measure for name, side in sides.items()}, progress)
    found = [Row(name, rounds[name], error=rounds.error(name)) for name in sides]
    whole, half = f"{lengths[-1]} MB", f"{lengths[-2]} MB"
    found.append(Row(f"{whole} beside {half}", rounds[whole], rounds[half], half, Target(at_most=2.5), error=rounds.error(whole, half)))
    return found


class Side:
    def __init__(self, port, session, megabytes):
        self.port, self.session = port, session
        sentences = megabytes * 1_000_000 // len(SENTENCE)
        self.text = "".join(SENTENCE.format(number % 40, f"town{number}", number % 9) for number in range(sentences)).encode()

    def measure(self):
        headers = {"Cookie": f"session={self.session}", "Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
        status, body = call("POST", self.port, "/bots", json.dumps({"name": "Shop", "text": ""}), headers | {"Content-Type": "application/json"})
        if status != 201:
            raise BenchError(f"POST /bots answered {status}: {body[:200]!r}")
        bot = json.loads(body)["id"]
        mark = "a-file-of-the-benchmark"
        upload = (f"--{mark}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nfile\r\n--{mark}\r\nContent-Disposition: form-data; name=\"file\"; "
                  f"filename=\"line.txt\"\r\nContent-Type: text/plain\r\n\r\n").encode() + self.text + f"\r\n--{mark}--\r\n".encode()
        began = time.monotonic()
        status, body = call("POST", self.port, f"/bots/{bot}/sources", upload, headers | {"Content-Type": f"multipart/form-data; boundary={mark}"})
        if status != 201:
            raise BenchError(f"POST /bots/{bot}/sources answered {status}: {body[:200]!r}")
        source = json.loads(body)["id"]
        while time.monotonic() - began < SECONDS:
            status, body = get(self.port, f"/bots/{bot}/sources/{source}", headers)
            state = json.loads(body)["status"] if status == 200 else f"status {status}"
            if state == "ready":
                return time.monotonic() - began
            if state not in ("queued", "reading"):
                raise BenchError(f"the file wasn't read: {body[:200]!r}")
            time.sleep(POLL_SECONDS)
        raise BenchError(f"the file wasn't read within {SECONDS} s")


def sign_in(cluster):
    """A browser's session of somebody with an account."""
    conversations.plant(cluster, 1, DATABASE)
    return conversations.token(1)
