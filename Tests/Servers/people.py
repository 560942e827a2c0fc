"""People who use Frontdesk with a browser or a program: they sign in with a code from the outbox, as anybody does."""

import itertools
import json
import re
from urllib.parse import urlencode

from Servers.wire import ask_once

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
CODE = re.compile(r"^ {4}(\S{4} \S{4})$", re.M)
_number = itertools.count(1)


def new_address(name="person"):
    return f"{name}-{next(_number)}@desk.example"


def mails(app, to):
    """The mails to an address, newest first."""
    sent = ask_once(app.port, "GET", "/dev/outbox", {"Accept": "application/json"}).json
    return [mail for mail in sent if mail["to"] == to]


def code_in(mail):
    return CODE.search(mail["text"]).group(1)


class Browser:
    """Keeps cookies and follows nothing."""

    def __init__(self, app, headers=None):
        self.app = app
        self.cookies = {}
        self.headers = headers or {}

    def send(self, method, target, form=None, headers=None):
        """A form is posted as a browser does: another method stands in the address."""
        sent = self.headers | ({"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {})
        body = None
        if method != "GET":
            body = form if isinstance(form, bytes) else urlencode(form or {})
            sent |= FORM | {"Sec-Fetch-Site": "same-origin"}
            if method != "POST":
                target += ("&" if "?" in target else "?") + "_method=" + method.lower()
                method = "POST"
        response = ask_once(self.app.port, method, target, sent | (headers or {}), body)
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                cookie, _, rest = value.partition(";")
                key, _, content = cookie.partition("=")
                if "Max-Age=0" in rest:
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = content
        return response

    def get(self, target, headers=None):
        return self.send("GET", target, headers=headers)

    def json(self, target="/account"):
        response = self.get(target, {"Accept": "application/json"})
        assert response.status == 200, response
        return response.json

    def ask_for_code(self, email):
        return self.send("POST", "/sign-in/code", {"email": email})

    def enter(self, email, code, **more):
        return self.send("POST", "/sign-in/token", {"email": email, "code": code} | more)

    def sign_in(self, email, **more):
        assert self.ask_for_code(email).status == 202
        response = self.enter(email, code_in(mails(self.app, email)[0]), **more)
        assert response.status == 303, response
        self.email = email
        return response

    @property
    def is_signed_in(self):
        return self.get("/account").status == 200

    @property
    def session(self):
        return next(session["id"] for session in self.json()["sessions"] if session["is_current"])


class Program:
    """A program with an access token."""

    def __init__(self, app, email):
        self.app = app
        self.email = email
        assert self.post("/sign-in/code", {"email": email}).status == 202
        response = self.post("/sign-in/token", {"email": email, "code": code_in(mails(app, email)[0])})
        assert response.status == 200, response
        self.grant = response.json

    def post(self, path, members):
        return ask_once(self.app.port, "POST", "/api/v1" + path, JSON, json.dumps(members))

    def send(self, method, path, members=None, headers=None):
        headers = {"Authorization": f"Bearer {self.grant['access_token']}"} | (headers or {})
        body = None
        if members is not None:
            headers |= JSON
            body = json.dumps(members)
        return ask_once(self.app.port, method, "/api/v1" + path, headers, body)

    def refresh(self, token=None):
        return self.post("/sign-in/refresh", {"refresh_token": token or self.grant["refresh_token"]})

    @property
    def is_signed_in(self):
        return self.send("GET", "/account").status == 200
