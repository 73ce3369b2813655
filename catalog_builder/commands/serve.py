"""`serve`: shows a built site over http, on this machine only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from catalog_builder.errors import SiteError


class _Handler(SimpleHTTPRequestHandler):
    """Static files with the site's own 404 page, and no line a request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer of two parts waits 40 ms for a receipt

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".arrow": "application/vnd.apache.arrow.file",
    }

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing: the address was printed, that is all a user needs."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's 404 page where there is one."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def handle(self) -> None:
        """A reader who goes elsewhere while a picture is on its way is no error."""
        with suppress(ConnectionError):
            super().handle()

    def end_headers(self) -> None:
        """A rebuilt site shows at once."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def serve(site: Path, port: int, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; `announce` is told the address. Port 0: any free one."""
    if not (site / "index.html").is_file():
        raise SiteError(
            f"{site}: holds no site (no index.html); run `catalog-builder build` first, or name another folder."
        )
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(site)))
    except OSError as error:
        raise SiteError(
            f"Port {port} cannot be used ({error.strerror}); name another with --port."
        ) from error
    with server:
        announce(f"http://127.0.0.1:{server.server_port}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
