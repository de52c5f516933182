"""A branch whose author means harm: refused or inert, nothing executed, nothing read or written outside."""

from __future__ import annotations

import json
import os
import re

import pytest

PROFILE = "profiles/lumen.yaml"
NASTY = "::add-mask::x ::stop-commands::t @team #12 <img src=//evil.example/x> <script>alert(1)</script> =HYPERLINK(1) | `code` [a](http://evil.example) \u202eevil\u202c ![i](//e)"


@pytest.fixture
def spoilt(repo):
    path = repo.folder / PROFILE
    text = path.read_text(encoding="utf-8").replace("marked: true", "marked: false").replace("  name: Lumen\n", f"  name: {json.dumps(NASTY, ensure_ascii=False)}\n")
    text = text.replace("  planner:\n", '  planner:\n    name: "::error file=x::pwned\\n::set-output name=gate::passed\\n##[command]rm [a](http://evil.example)"\n')
    path.write_text(text)
    repo.commit()
    return repo


FORMATS = ("terminal", "json", "sarif", "github", "github-summary", "github-output", "pr-comment", "gitlab", "junit", "html", "markdown")


@pytest.mark.parametrize("name", FORMATS)
def test_no_line_is_a_command_but_our_own(spoilt, run, monkeypatch, name):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    found = run("gate", PROFILE, "--base", "main", "-f", name)
    assert found.code == 1
    ours = re.compile(r"::(error|warning|notice) (file=profiles/lumen\.yaml,|title=riskcheck)")
    for line in (*found.out.splitlines(), *found.err.splitlines()):
        if line.lstrip().startswith(("::", "##[")):
            assert name == "github"
            assert ours.match(line), line
            assert "\n" not in line
    assert "\u202e" not in found.out + found.err


def test_a_terminal_is_safe_outside_of_github_too(spoilt, run):
    """The log of a runner may be fed from a file later."""
    assert not any(line.lstrip().startswith(("::", "##[")) for line in run("gate", PROFILE, "--base", "main").out.splitlines())


def test_a_comment_that_is_cut_closes_what_it_opened(repo, run):
    from riskcheck.report.formats.pr_comment import body
    from riskcheck.report.gate_view import GateView, Group, ProfileView
    from riskcheck.report.gated import gate_words

    class Fixed:
        severity, title, name, law, url, message, remark, causes, kind = "high", "t" * 80, "n", "l", "", "", "", (), ""

    group = Group("fixed", "Fixed", "", [Fixed()] * 30)
    profile = ProfileView("p.yaml", "P", "", "s", "c", [], [group, group], [], moved=[], changed=True)
    view = GateView(gate_words("en"), "passed", "ok", [], [], [profile])
    for most in range(400, 8000, 137):
        text = body(view, most)
        assert len(text) <= most
        assert text.count("<details>") == text.count("</details>")


@pytest.mark.parametrize("name", ["pr-comment", "github-summary", "markdown"])
def test_markdown_is_inert(spoilt, run, name):
    from markdown_it import MarkdownIt

    out = run("gate", PROFILE, "--base", "main", "-f", name).out
    assert not re.search(r"@team\b", out)
    assert not re.search(r"(?<![\w&])#12", out)
    assert "<img" not in out
    assert "<script" not in out
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(re.sub(r"</?(details|summary)>|<br>|<!--.*?-->", " ", out))
    assert "<img" not in html
    links = re.findall(r'href="([^"]*)"', html)
    assert all(link.startswith("https://example.org/") for link in links), links


def test_the_page_shows_text_only(spoilt, run):
    from lxml import etree

    tree = etree.HTML(run("gate", PROFILE, "--base", "main", "-f", "html").out)
    assert tree.xpath("//script|//img") == []
    assert "<script>alert(1)</script>" in "".join(tree.itertext())
    assert all(link.startswith(("https://example.org/", "#")) for link in tree.xpath("//@href"))


def test_sarif_messages_hold_no_links_of_the_profile(spoilt, run):
    for result in json.loads(run("gate", PROFILE, "--base", "main", "-f", "sarif").out)["runs"][0]["results"]:
        text = result["message"]["text"]
        for link in re.findall(r"(?<!\\)\]\(([^)]*)\)", text):
            assert link.isdigit()


def test_junit_stays_well_formed(repo, run, schemas):
    from lxml import etree

    path = repo.folder / PROFILE
    path.write_text(path.read_text(encoding="utf-8").replace("marked: true", "marked: false").replace("  planner:\n", '  planner:\n    name: "a \\u0001 \\uFFFE ]]> & <b> \\" \\x1b[31m"\n'))
    document = etree.fromstring(run("gate", PROFILE, "--base", "main", "-f", "junit").out.encode())
    etree.XMLSchema(etree.parse(str(schemas / "junit-windyroad.xsd"))).assertValid(document)


def test_a_name_of_a_megabyte(repo, run):
    path = repo.folder / PROFILE
    path.write_text(path.read_text(encoding="utf-8").replace("marked: true", "marked: false").replace("name: Lumen", f"name: {'名' * 1_000_000}"))
    for name, limit in (("terminal", 20_000), ("pr-comment", 65_000), ("github-summary", 1 << 20), ("github", 60_000), ("junit", 60_000), ("html", 100_000)):
        found = run("gate", PROFILE, "--base", "main", "-f", name)
        assert found.code == 1
        assert len(found.out.encode()) < limit, name


def test_a_summary_never_passes_the_limit(repo, run):
    long = "x" * 100
    systems = "".join(f"  s{number}:\n    name: {long}{number}\n    ai_system: true\n    markets: [DE]\n    marked: false\n    users: 2_000_000\n" for number in range(400))
    repo.write("many.yaml", f"profile: 1\ncompany: {{name: Many}}\nsystems:\n{systems}flows: {{}}\n")
    out = run("gate", "many.yaml", "-f", "github-summary=o.md", "-f", "pr-comment=c.md", "-f", "sarif=o.sarif").code
    assert out == 1
    assert (repo.folder / "o.md").stat().st_size < 1 << 20
    comment = (repo.folder / "c.md").read_text(encoding="utf-8")
    assert len(comment) <= 65_000
    assert comment.count("<details>") == comment.count("</details>")
    assert len(json.loads((repo.folder / "o.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]) <= 5000


@pytest.mark.parametrize(("text", "said"), [
    (b"profile: 1\ncompany: {name: " + b"x" * 10_000_000 + b"}\n", "at most"),
    (b"profile: 1\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "anchors and aliases"),
    ("profile: 1\ncompany: {name: 公司}\n".encode("gb18030"), "GBK"), (b"\xff\xfep\x00", "UTF-16"), (b"profile: 1\n\x00", "control characters"),
    (b"profile: 1\ncompany: " + b"[" * 5000, "nest"), (b"!!python/object/apply:os.system [touch pwned]\n", "tags"), (b"", "empty"),
    (b"profile: 1\ncompany: {}\n---\nprofile: 1\n", "several documents"),
])  # fmt: skip
def test_bad_texts_are_refused_in_words(repo, run, text, said):
    repo.write(PROFILE, text)
    repo.commit()
    found = run("gate", PROFILE, "--base", "main", "--exit-zero")
    assert found.code == 3
    assert said in found.err
    assert "Traceback" not in found.err
    assert not (repo.folder / "pwned").exists()


def test_links_that_lead_out_are_not_followed(repo, run, tmp_path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("profile: 1\ncompany: {name: SECRET-VALUE, hq: 1}\n")
    place = repo.folder / PROFILE
    place.unlink()
    place.symlink_to(secret)
    for named in (PROFILE, "profiles"):
        found = run("gate", named, "--base", "main")
        assert found.code == 3
        assert "leads out of the repository" in found.err
        assert "SECRET" not in found.err + found.out
    place.unlink()
    (repo.folder / "elsewhere").symlink_to(tmp_path)
    assert run("gate", "elsewhere/secret.yaml", "--base", "main").code == 3
    place.symlink_to("lumen-real.yaml")
    repo.write("profiles/lumen-real.yaml", "profile: 1\ncompany: {name: Inside}\n")
    assert run("gate", PROFILE, "--fail-on", "never", "--newly-unknown", "never").code == 0, "a link within the repository is a file like any other"


@pytest.mark.parametrize("name", [".riskcheck.yaml", ".riskcheck-waivers.yaml", "pyproject.toml"])
def test_policy_and_waivers_are_no_way_out_either(repo, run, tmp_path, name):
    (tmp_path / "secret").write_text("SECRET: [tool.riskcheck\n")
    (repo.folder / name).symlink_to(tmp_path / "secret")
    found = run("gate", PROFILE)
    assert found.code == 3
    assert "SECRET" not in found.err


def test_a_link_in_the_base_is_not_followed(repo, run, tmp_path):
    (tmp_path / "secret.yaml").write_text("profile: 1\n")
    repo.git("checkout", "-q", "main")
    text = (repo.folder / PROFILE).read_text(encoding="utf-8")
    (repo.folder / PROFILE).unlink()
    (repo.folder / PROFILE).symlink_to(tmp_path / "secret.yaml")
    repo.commit()
    repo.git("checkout", "-q", "-B", "change")
    (repo.folder / PROFILE).unlink()
    repo.write(PROFILE, text)
    repo.commit()
    assert run("gate", PROFILE, "--base", "main").code == 3


def test_a_pipe_is_no_profile(repo, run):
    (repo.folder / PROFILE).unlink()
    os.mkfifo(repo.folder / PROFILE)
    found = run("gate", PROFILE, "--base", "main")
    assert found.code == 3
    assert "no regular file" in found.err


def test_nothing_of_the_repository_is_executed(repo, run, tmp_path):
    mark = tmp_path / "executed"
    script = repo.write("evil.sh", f"#!/bin/sh\ntouch {mark}\ncat\n")
    script.chmod(0o755)
    repo.write(".gitattributes", "*.yaml filter=evil diff=evil text working-tree-encoding=UTF-16\n")
    path = repo.folder / PROFILE
    path.write_text(path.read_text(encoding="utf-8").replace("marked: true", "marked: false"))
    hooks = repo.folder / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / name).chmod(0o755)
    config = repo.folder / ".git/config"
    evil = f"{repo.folder}/evil.sh"
    config.write_text(config.read_text(encoding="utf-8") + f"""
[filter "evil"]
\tclean = {evil}
\tsmudge = {evil}
\trequired = true
[diff "evil"]
\ttextconv = {evil}
\tcommand = {evil}
[diff]
\texternal = {evil}
[core]
\tfsmonitor = {evil}
\thooksPath = {hooks}
\tpager = {evil}
\tsshCommand = {evil}
\talternateRefsCommand = {evil}
[alias]
\trev-parse = !{evil}
\tcat-file = !{evil}
[remote "origin"]
\turl = ext::{evil}
\tpromisor = true
\tpartialclonefilter = blob:none
[extensions]
\tpartialClone = origin
""")
    found = run("gate", PROFILE, "--base", "main", "-f", "json")
    assert found.code == 1
    assert ("new", "test-pack/systems/marking@systems/planner") in found.changes
    repo.git("cat-file", "-t", "HEAD")
    assert run("gate", "profiles", "--base", "main", "-f", "json").code == 1
    assert not mark.exists()
    # A blob that is not there must not be fetched through the remote's command.
    blob = repo.git("rev-parse", f"main:{PROFILE}")
    (repo.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    found = run("gate", PROFILE, "--base", "main")
    assert found.code == 3
    assert not mark.exists()


def test_a_bare_repository_hidden_in_the_tree_is_not_entered(repo, run, tmp_path):
    mark = tmp_path / "executed"
    repo.git("init", "-q", "--bare", "profiles/trap")
    config = repo.folder / "profiles/trap/config"
    config.write_text(config.read_text(encoding="utf-8") + f"[core]\n\tfsmonitor = touch {mark}\n\talternateRefsCommand = touch {mark}\n")
    repo.write("profiles/trap/p.yaml", "profile: 1\ncompany: {name: Trap}\n")
    found = run("gate", "profiles/trap/p.yaml", "--base", "main")
    assert found.code == 3
    assert not mark.exists()


def test_outputs_stay_where_they_are_sent(repo, run, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (repo.folder / "build").symlink_to(outside)
    found = run("gate", PROFILE, "--base", "main", "-f", "html=build/report.html")
    assert found.code == 3
    assert list(outside.iterdir()) == []
    target = tmp_path / "victim"
    target.write_text("keep")
    (repo.folder / "o.json").symlink_to(target)
    assert run("gate", PROFILE, "--base", "main", "-f", "json=o.json").code == 3
    assert target.read_text(encoding="utf-8") == "keep"
    before = {path for path in tmp_path.rglob("*") if ".git/" not in str(path)}
    assert run("gate", PROFILE, "--base", "main", "-f", "sarif=o.sarif").code == 0
    assert {path for path in tmp_path.rglob("*") if ".git/" not in str(path)} - before == {repo.folder / "o.sarif"}


def test_lines_are_counted_as_code_hosts_count_them(repo, run):
    """U+2028 and U+0085 end a line for YAML's reader and for nobody else; they must not move an alert out of the diff."""
    path = repo.folder / PROFILE
    path.write_text(path.read_text(encoding="utf-8").replace("name: Lumen", 'name: "Lu\u2028    men\u0085    AI"').replace("marked: true", "marked: false"))
    results = json.loads(run("gate", PROFILE, "--base", "main", "-f", "sarif").out)["runs"][0]["results"]
    line = path.read_text(encoding="utf-8").split("\n").index("    marked: false") + 1
    assert results[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == line
