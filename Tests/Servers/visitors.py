"""People with an account who talk to a bot."""

from Servers.people import Browser, Program, new_address


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
