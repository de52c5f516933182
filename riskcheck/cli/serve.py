"""``riskcheck serve``: the report of one profile on this machine, made anew when profile, rules or templates change."""

from __future__ import annotations

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import as_of_option, check_packs, lang_option, pack_option, proposed_option, rules_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HOST = "127.0.0.1"
_NAMES = ("127.0.0.1", "localhost")
_STAMP = "/stamp"
_SECONDS = 60
_HTTP = 80
_WATCH = (
    '"use strict";(()=>{const seen=document.currentScript.dataset.stamp;const look=async()=>{try{'
    'const now=await(await fetch("/stamp",{cache:"no-store"})).text();'
    "if(now!==seen)return location.reload()}catch{}setTimeout(look,1000)};look()})();"
)
"""The script that only `serve` adds: it asks for the stamp once a second and loads the page anew when it has changed."""


@click.command(epilog=HELP)
@click.argument("profile", type=click.Path(exists=True, dir_okay=False))
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@as_of_option
@pack_option
@lang_option
@proposed_option
@click.option("--audience", type=click.Choice(["board", "counsel", "engineer"]), default="counsel", show_default=True,
    help="Depth of the report; never other facts.")
@click.option("--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder that overrides single report templates.")
@rules_option
def command(profile: str, port: int, **options: Any) -> int:
    """Show the report of PROFILE in the browser while you edit; on this machine only. Stop with Ctrl-C.

    The page is made anew when the profile, the rules or the templates change; faults are shown in its place.

    \b
    Examples:
      riskcheck serve profiles/minimax.yaml
      riskcheck serve profiles/minimax.yaml --port 9000 --lang en,zh
    """
    from riskcheck.installed import load_installed

    check_packs(options["packs"], load_installed(options["rules_folder"]).program.packs)
    try:
        found = server(profile, port, options)
    except OSError as fault:
        message = f"port {port} of {_HOST} can't be used ({fault.strerror}); choose another with --port, or 0 for any free one"
        raise click.UsageError(message) from fault
    click.echo(f"http://{_HOST}:{found.server_port}/  (this machine only; Ctrl-C stops)")
    try:
        found.serve_forever()
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        found.server_close()
    return int(Exit.PASSED)


def server(profile: str, port: int, options: dict[str, Any]) -> ThreadingHTTPServer:
    """Return a server bound to loopback. Raises OSError where the port is taken."""
    page = Page(profile, options)

    class Bound(_Handler):
        """The handler of this one page."""

        shown = page

    found = ThreadingHTTPServer((_HOST, port), Bound)
    found.daemon_threads = True
    page.port = found.server_port
    return found


class Page:
    """The report of one profile, rendered when first asked for and again after any change of what it is made of."""

    def __init__(self, profile: str, options: dict[str, Any]) -> None:
        self.port = 0
        self._profile = profile
        self._options = {**options, "outputs": (("html", "-"),)}
        self._lock = threading.Lock()
        self._stamp = ""
        self._made: tuple[HTTPStatus, bytes] = (HTTPStatus.OK, b"")

    def stamp(self) -> str:
        """Return a digest of what the file system says of profile, rules and templates, and of the day."""
        import hashlib
        import os

        from riskcheck import resources
        from riskcheck.cli.options import today

        folders = [self._options.get("rules_folder") or resources.rules_folder(), resources.templates_folder(), self._options.get("templates")]
        files = [Path(self._profile)]
        for folder in filter(None, folders):
            for place, _, names in os.walk(folder):
                files += [Path(place) / name for name in names]
        told = [str(self._options.get("as_of") or today())]
        for file in sorted(files):
            try:
                info = file.stat()
                told.append(f"{file} {info.st_size} {info.st_mtime_ns}")
            except OSError:
                told.append(f"{file} gone")
        return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).hexdigest()

    def made(self) -> tuple[HTTPStatus, bytes]:
        """Return status and page: the report, or the faults that keep it from being made."""
        with self._lock:
            now = self.stamp()
            if now != self._stamp:
                self._made = self._render(now)
                self._stamp = now
            return self._made

    def _render(self, stamp: str) -> tuple[HTTPStatus, bytes]:
        from riskcheck.diagnostics import Diagnostic, InvalidInput

        try:
            text, status = self._report(), HTTPStatus.OK
        except InvalidInput as fault:
            text, status = _faults(fault.diagnostics), HTTPStatus.UNPROCESSABLE_ENTITY
        except OSError as fault:
            unread = Diagnostic(code="P001", message=fault.strerror or str(fault), file=self._profile, help="save the file again")
            text, status = _faults((unread,)), HTTPStatus.UNPROCESSABLE_ENTITY
        except Exception as fault:  # noqa: BLE001 (a fault of riskcheck must not end the server; it is told as one)
            broken = Diagnostic(code="X001", message=f"riskcheck failed: {type(fault).__name__}: {fault}", file=self._profile,
                help="riskcheck --debug score shows where")
            text, status = _faults((broken,)), HTTPStatus.INTERNAL_SERVER_ERROR
        return status, watched(text, stamp).encode("utf-8", "replace")

    def _report(self) -> str:
        from riskcheck.cli.assessing import assess_file
        from riskcheck.cli.options import today
        from riskcheck.installed import load_installed
        from riskcheck.report.formats import html

        run = assess_file(self._profile, load_installed(self._options.get("rules_folder")), self._options.get("as_of") or today(), self._options)
        return html.render(run, self._options.get("templates"))


def _faults(diagnostics: Any) -> str:
    from riskcheck.report.safe import Marked
    from riskcheck.report.templates import environment, rendered, source

    env = environment()
    values = {"faults": diagnostics, "css": Marked(source(env, "report.css"))}
    return rendered(env, "diagnostics.html.j2", values)


def watched(page: str, stamp: str) -> str:
    """Return a page with the script that watches for changes, allowed by its hash in the page's own policy."""
    import base64
    import hashlib

    digest = base64.b64encode(hashlib.sha256(_WATCH.encode()).digest()).decode()
    ours = f"'sha256-{digest}'"
    if "script-src" in page.partition("</head>")[0]:
        page = page.replace("script-src ", f"connect-src 'self'; script-src {ours} ", 1)
    else:
        page = page.replace("default-src 'none';", f"default-src 'none'; connect-src 'self'; script-src {ours};", 1)
    script = f'<script data-stamp="{stamp}">{_WATCH}</script>'
    before, mark, after = page.rpartition("</body>")
    return f"{before}{script}{mark}{after}" if mark else page + script


class _Handler(BaseHTTPRequestHandler):
    """Two addresses, the page and its stamp; only for browsers that name this machine."""

    shown: Page
    server_version, sys_version = "riskcheck", ""
    protocol_version = "HTTP/1.1"
    timeout = _SECONDS

    def do_GET(self) -> None:
        """Answer with the report, or with the stamp of what it is made of."""
        if not self._ours():
            # A page elsewhere that points its own name at 127.0.0.1 must not read the report.
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, b"this server answers to 127.0.0.1 and localhost only\n", "text/plain")
        elif self.path == "/":
            status, page = self.shown.made()
            self._answer(status, page, "text/html")
        elif self.path == _STAMP:
            self._answer(HTTPStatus.OK, self.shown.stamp().encode(), "text/plain")
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"not found\n", "text/plain")

    do_HEAD = do_GET  # noqa: N815 (the name that http.server calls)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (http.server's signature)
        """Print nothing: the page says what there is to say."""

    def _ours(self) -> bool:
        hosts = self.headers.get_all("Host") or []
        port = self.shown.port
        return len(hosts) == 1 and hosts[0].lower() in {f"{name}:{port}" for name in _NAMES} | (set(_NAMES) if port == _HTTP else set())

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
