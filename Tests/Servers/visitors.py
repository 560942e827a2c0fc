"""People with an account who talk to a bot."""

import uuid

from Servers.people import Browser, Program, new_address
from Servers.wire import ask_once


class Visitor:
    """Somebody with an account who talks to a bot, with a program and with a browser."""

    def __init__(self, app, bot, name="visitor"):
        self.app = app
        self.program = Program(app, new_address(name))
        self.path = f"/chat/{bot['token']}/sessions"

    @property
    def browser(self):
        if not hasattr(self, "_browser"):
            self._browser = Browser(self.app)
            self._browser.sign_in(self.program.email)
        return self._browser

    def get(self, path=""):
        return self.program.send("GET", self.path + path)

    def ask(self, message, chat=None, **more):
        path = f"/{chat}/messages" if chat else ""
        return self.program.send("POST", self.path + path, {"message": message} | more)

    def begin(self, message):
        response = self.ask(message)
        assert response.status == 201, response
        return response.json["conversation_id"]

    def said(self, chat, path=""):
        return [message["text"] for message in self.get(f"/{chat}{path}").json["messages"] if message["role"] == "visitor"]

    def titles(self, query=""):
        return [session["title"] for session in self.get(query).json["sessions"]]

    def question(self, chat, text):
        return next(message["id"] for message in self.get(f"/{chat}").json["messages"] if message["text"] == text)


def send_files(program, path, message, *files):
    """A message with files, each a name and its content."""
    kind, body = multipart({"message": message}, files)
    headers = {"Content-Type": kind, "Authorization": f"Bearer {program.grant['access_token']}"}
    return ask_once(program.app.port, "POST", "/api/v1" + path, headers, body, timeout=60)


def multipart(fields, files):
    boundary = uuid.uuid4().hex
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    for name, content in files:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()
