"""An owner who uses the API: signs in with the mailed code, makes a bot, and makes keys."""

import itertools
import json
import re

from Servers.wire import ask_once

JSON = {"Content-Type": "application/json"}
numbers = itertools.count()


class Owner:
    """Somebody new, with one bot."""

    def __init__(self, app, text="# Bakery\n\n## Hours\n\nWe open at seven in the morning.\n\n## Delivery\n\nWe deliver for free."):
        self.app = app
        self.email = f"owner-{next(numbers)}@bakery.example"
        self.post("/api/v1/sign-in/code", {"email": self.email}, 202)
        mails = ask_once(app.port, "GET", "/dev/outbox", {"Accept": "application/json"}).json
        mail = next(mail for mail in mails if mail["to"] == self.email)
        code = re.search(r"\b[A-Z0-9]{4}[- ]?[A-Z0-9]{4}\b", mail["text"])[0]
        self.token = self.post("/api/v1/sign-in/token", {"email": self.email, "code": code}, 200)["access_token"]
        self.bot = self.post("/api/v1/bots", {"name": "Bakery", "text": text}, 201)["id"]
        self.account = app.data.sql(f"select account_id from bots where id = '{self.bot}'")[0][0]

    def request(self, method, path, members=None, app=None):
        headers = dict(JSON)
        if hasattr(self, "token"):
            headers["Authorization"] = f"Bearer {self.token}"
        return ask_once((app or self.app).port, method, path, headers, None if members is None else json.dumps(members))

    def post(self, path, members, status):
        response = self.request("POST", path, members)
        assert response.status == status, response
        return response.json

    def make_key(self, name="Test"):
        return self.post(f"/api/v1/bots/{self.bot}/keys", {"name": name}, 201)

    def ask(self, key, question="When do you open?", app=None, headers=None, **members):
        headers = JSON | {"Authorization": f"Bearer {key}"} | (headers or {})
        return ask_once((app or self.app).port, "POST", "/api/v1/ask", headers, json.dumps({"question": question} | members))
