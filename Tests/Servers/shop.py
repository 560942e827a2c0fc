"""A shop with a bot, whose owner uses it with a browser and with a program."""

from urllib.parse import urlencode

from Servers.owner import FORM, Owner
from Servers.wire import ask_once

TEXT = """## Hours
We are open Monday to Friday from 9 to 18 o’clock, and on Sundays from 10 to 12.

## Delivery
We deliver within the city for 3.50.

## Dogs
Dogs may not come in, but there is water outside.
"""


class Shop:
    def __init__(self, app, name="Corner Bakery"):
        self.app, self.owner = app, Owner(app)
        self.bot = self.owner.make_bot(name, TEXT)["id"]
        self.session = self.owner.cookie()

    def call(self, method, path="", body=None):
        return self.owner.call(method, f"/api/v1/bots/{self.bot}{path}", body)

    def form(self, method, path, fields, **headers):
        target = f"/bots/{self.bot}{path}{'&' if '?' in path else '?'}_method={method.lower()}"
        sent = FORM | {"Cookie": self.session, "Sec-Fetch-Site": "same-origin"} | headers
        return ask_once(self.app.port, "POST", target, sent, urlencode(fields))

    def page(self, path):
        return ask_once(self.app.port, "GET", f"/bots/{self.bot}{path}", {"Cookie": self.session})

    @property
    def text(self):
        return self.call("GET", "/context").json["text"]

    def runs(self):
        return self.call("GET", "/tests").json["runs"]
