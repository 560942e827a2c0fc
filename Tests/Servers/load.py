"""Visitors and an owner who go on whatever happens, and remember what they were promised."""

import itertools
import json
import socket
import threading
import time

from Servers.wire import Closed, ask_once

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
BOUNDARY = "a-boundary-that-no-file-has"
PAUSE_SECONDS = 0.02
REQUEST_SECONDS = 30
ASIDE = (OSError, Closed)       # what a caller sees of a server that is killed


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Load:
    """Threads that call the server at `port`. What was answered 200, or 201, is in `answers` and `files`."""

    def __init__(self, port, visitors):
        self.port = port
        self.answers, self.files, self.refused = [], [], 0
        self.problems = []
        self._numbers = itertools.count(1)
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._repeat, args=(self._ask,)) for _ in range(visitors)]

    def also(self, call):
        self._threads.append(threading.Thread(target=self._repeat, args=(call,)))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        for thread in self._threads:
            thread.join(2 * REQUEST_SECONDS)

    def _repeat(self, call):
        while not self._ends.is_set():
            try:
                call(next(self._numbers))
            except ASIDE:
                self.refused += 1
                time.sleep(PAUSE_SECONDS)
            except Exception as problem:        # noqa: BLE001  a thread's end must not pass for a server's silence
                self.problems.append(repr(problem))

    def _ask(self, number):
        question = f"What does it cost, for the {number}th time?"
        response = ask_once(self.port, "POST", "/ask", JSON, json.dumps({"question": question}), REQUEST_SECONDS)
        if response.status == 200:
            self.answers.append((time.monotonic(), question, response.json))
        else:
            self._expect_unavailable(response)

    def upload(self, owner, bot, text):
        """An owner's call: a file with this text, to be read by a job."""
        def call(number):
            body = (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nfile\r\n--{BOUNDARY}\r\nContent-Disposition: '
                    f'form-data; name="file"; filename="{number}.md"\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n')
            headers = {"Accept": "application/json", "Authorization": f"Bearer {owner.token}",
                       "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
            response = ask_once(self.port, "POST", f"/api/v1/bots/{bot}/sources", headers, body, REQUEST_SECONDS)
            if response.status == 201:
                self.files.append(response.json["id"])
                time.sleep(10 * PAUSE_SECONDS)
            else:
                self._expect_unavailable(response)
        return call

    def _expect_unavailable(self, response):
        if response.status not in (500, 503):
            self.problems.append(repr(response))
        self.refused += 1
        time.sleep(PAUSE_SECONDS)

    def wait_for_answer(self, since, seconds, is_new):
        """How long after `since` the first question was answered that was asked once `is_new` said so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if is_new() and ask_once(self.port, "POST", "/ask", JSON, json.dumps({"question": "Are you back?"}), 5).status == 200:
                    return time.monotonic() - since
            except ASIDE:
                pass
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"no question was answered for {seconds} s")
