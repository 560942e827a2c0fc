"""Somebody who signs in, in a browser and with a program, and has a bot."""

import json
import re
import uuid

from Servers.wire import ask_once

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# An id that nothing has: the same in each run, as tests are named after what they are given.
NOBODYS_ID = "6f1c7a52-90d4-4b8e-a3f5-2d0e9b6c8417"
TEXT = """## Hours
We are open Monday to Friday from 9 to 18 o’clock, and on Sundays from 10 to 12.

## Delivery
We deliver within the city for 3.50.
"""


class Owner:
    def __init__(self, app, email=None):
        self.app = app
        self.email = email or f"{uuid.uuid4().hex[:12]}@shop.example"
        self.token = self.sign_in()["access_token"]

    def sign_in(self):
        self.post_json("/api/v1/sign-in/code", {"email": self.email}, signed_in=False)
        return self.post_json("/api/v1/sign-in/token", {"email": self.email, "code": self.newest_code()}, signed_in=False).json

    def newest_code(self):
        mails = ask_once(self.app.port, "GET", "/dev/outbox", {"Accept": "application/json"}).json
        text = next(mail["text"] for mail in mails if mail["to"] == self.email)
        return re.search(r"\b[A-Z0-9]{4}[- ]?[A-Z0-9]{4}\b", text)[0]

    def cookie(self):
        """A browser's session."""
        response = ask_once(self.app.port, "POST", "/sign-in/code", FORM, f"email={self.email}")
        browser = self._cookie(response)
        body = f"email={self.email}&code={self.newest_code()}"
        response = ask_once(self.app.port, "POST", "/sign-in/token", FORM | {"Cookie": browser}, body)
        assert response.status == 303, response
        return next(pair for pair in self._cookies(response) if "session" in pair)

    def _cookies(self, response):
        return [value.split(";")[0] for name, value in response.headers if name.lower() == "set-cookie"]

    def _cookie(self, response):
        return self._cookies(response)[0]

    def call(self, method, target, body=None):
        headers = JSON | {"Authorization": f"Bearer {self.token}"}
        return ask_once(self.app.port, method, target, headers, None if body is None else json.dumps(body))

    def get(self, target):
        return self.call("GET", "/api/v1" + target)

    def post_json(self, target, body, signed_in=True):
        if signed_in:
            return self.call("POST", target, body)
        return ask_once(self.app.port, "POST", target, JSON, json.dumps(body))

    def make_bot(self, name="Corner Bakery", text=TEXT):
        response = self.post_json("/api/v1/bots", {"name": name, "text": text})
        assert response.status == 201, response
        return response.json
