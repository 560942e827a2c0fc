"""Somebody who talks to a bot, as a program on the business's site does, and a page that watches what comes."""

import json
import queue
import threading
import uuid

from Servers.wire import Closed, Connection, ask_once, events

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def session_called(name):
    """A session as a program makes it: long, and the same for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, str(name)))


class Visitor:
    def __init__(self, app, token, mount="/chat"):
        self.app = app
        self.token = token
        self.session = uuid.uuid4().hex[:22]
        self.path = f"{mount}/{token}/{self.session}"
        self.mount = mount

    def say(self, text, app=None):
        """On the chat page, without JavaScript; then the page as it stands."""
        body = json.dumps({"message": text, "session_id": self.session})
        response = ask_once((app or self.app).port, "POST", f"{self.mount}/{self.token}/messages", JSON, body)
        assert response.status == 200, response
        self.conversation = response.json["conversation_id"]
        return response.json

    def page(self, suffix="", headers=None, app=None):
        return ask_once((app or self.app).port, "GET", self.path + suffix, headers)

    def ask_for_person(self, headers=None):
        return ask_once(self.app.port, "POST", self.path + "/person", FORM | (headers or {}), "")

    def leave(self, form, headers=None):
        return ask_once(self.app.port, "POST", self.path + "/leads", JSON | (headers or {}), json.dumps(form))

    def watch(self, app=None, after=0):
        return Watch(app or self.app, f"{self.path}/events?after={after}")


class Watch:
    """The events of a stream, as they come."""

    def __init__(self, app, target, headers=None):
        self.connection = Connection(app.port, timeout=60)
        self.connection.request("GET", target, {"Accept": "text/event-stream"} | (headers or {}))
        self.head = self.connection.head()
        assert self.head.status == 200, self.connection.response
        self.waiting = queue.Queue()
        self.seen = []
        self.has_ended = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for event in events(self.connection, comments=True):
                self.waiting.put(event)
        except (Closed, OSError, ValueError, AssertionError):
            pass
        self.has_ended.set()

    def next(self, name, fits=lambda event: True, seconds=10):
        """The next event of this name that fits; others are passed over."""
        while True:
            event = self.waiting.get(timeout=seconds)
            self.seen.append(event)
            if event.name == name and fits(event):
                return event

    def nothing_more(self, name, seconds=0.5):
        """Whether no event of this name comes for a while."""
        try:
            while True:
                if self.waiting.get(timeout=seconds).name == name:
                    return False
        except queue.Empty:
            return True

    def close(self):
        self.connection.close()
