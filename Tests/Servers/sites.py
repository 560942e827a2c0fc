"""A business's own website on an origin of its own: pages in memory, each with headers of its own."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """`pages` is what it serves: `{"/": (headers, html)}`. May be changed while it runs."""

    def __init__(self, host="127.0.0.1"):
        self.pages = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                headers, html = site.pages.get(self.path.split("?")[0], ({}, None))
                self.send_response(404 if html is None else 200)
                for name, value in ({"Content-Type": "text/html; charset=utf-8"} | headers | {"Content-Length": str(len((html or "").encode()))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write((html or "").encode())

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://{host}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
