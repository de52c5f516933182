"""The report on this machine while somebody edits: loopback only, made anew after a change, faults shown in its place."""

from __future__ import annotations

import http.client
import re
import socket
import threading

import pytest

from riskcheck.cli.serve import server

OPTIONS = {"as_of": None, "packs": (), "languages": ("en",), "include_proposed": False, "audience": "counsel", "templates": None, "rules_folder": None}
PROFILE = "profile: 1\ncompany:\n  name: {name}\n  headquarters: DE\n"


@pytest.fixture
def served(tmp_path):
    file = tmp_path / "profile.yaml"
    file.write_text(PROFILE.format(name="First Name"), encoding="utf-8")
    found = server(str(file), 0, OPTIONS)
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield file, found.server_port
    found.shutdown()
    found.server_close()
    thread.join()


def ask(port: int, path: str = "/", *, host: str | None = None, method: str = "GET") -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.putrequest(method, path, skip_host=True)
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{port}")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def test_it_shows_the_report_and_makes_it_anew_after_a_change(served):
    file, port = served
    status, page, headers = ask(port)
    assert status == 200
    assert "First Name" in page
    assert headers["Cache-Control"] == "no-store"
    before = ask(port, "/stamp")[1]
    assert f'data-stamp="{before}"' in page
    assert ask(port, "/stamp")[1] == before
    file.write_text(PROFILE.format(name="Second Name, longer"), encoding="utf-8")
    assert ask(port, "/stamp")[1] != before
    assert "Second Name, longer" in ask(port)[1]


def test_the_watching_script_is_allowed_by_its_hash_and_by_nothing_wider(served):
    import base64
    import hashlib

    page = ask(served[1])[1]
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert "connect-src 'self'" in policy
    assert "script-src 'unsafe" not in policy


def test_faults_are_shown_and_the_report_comes_back(served):
    file, port = served
    ask(port)
    file.write_text("profile: 1\ncompany:\n  name: <b>x</b>\n  headquaters: DE\n", encoding="utf-8")
    status, page, _ = ask(port)
    assert status == 422
    assert "headquaters" in page
    assert "<b>x</b>" not in page
    assert "did you mean" in page
    assert "data-stamp" in page
    file.unlink()
    assert ask(port)[0] == 422
    file.write_text(PROFILE.format(name="Back Again"), encoding="utf-8")
    status, page, _ = ask(port)
    assert (status, "Back Again" in page) == (200, True)


def test_a_fault_of_riskcheck_is_told_and_does_not_end_the_server(served, monkeypatch):
    _, port = served

    def fail(*_args, **_more):
        raise RuntimeError("broken inside")

    with monkeypatch.context() as patched:
        patched.setattr("riskcheck.report.formats.html.render", fail)
        status, page, _ = ask(port)
    assert status == 500
    assert "broken inside" in page


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "localhost.evil.example:{port}", "", "10.0.0.1:{port}"])
def test_other_hosts_are_refused(served, host):
    _, port = served
    status, page, _ = ask(port, host=host.format(port=port))
    assert status == 421
    assert "First Name" not in page
    assert ask(port, "/stamp", host=host.format(port=port))[0] == 421


def test_this_machine_is_known_by_both_names(served):
    _, port = served
    assert ask(port, host=f"localhost:{port}")[0] == 200
    assert ask(port, host=f"LOCALHOST:{port}")[0] == 200


@pytest.mark.parametrize("path", ["/profile.yaml", "/../profile.yaml", "/index.html", "/?x=1", "http://127.0.0.1/"])
def test_there_is_no_other_address(served, path):
    assert ask(served[1], path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_there_is_no_other_method(served, method):
    assert ask(served[1], method=method)[0] == 501


def test_it_listens_on_loopback_only(tmp_path):
    found = server(str(tmp_path / "profile.yaml"), 0, OPTIONS)
    try:
        assert found.socket.getsockname()[0] == "127.0.0.1"
        assert found.address_family == socket.AF_INET
    finally:
        found.server_close()


def test_a_port_that_is_taken_is_a_plain_message(served):
    from click.testing import CliRunner

    from riskcheck.cli.serve import command

    file, port = served
    done = CliRunner().invoke(command, [str(file), "--port", str(port)])
    assert done.exit_code == 2
    assert f"port {port} of 127.0.0.1 can't be used" in done.output
