"""Whatever breaks, through the real command line: what it says, what it keeps, how to go on; and nothing is ever half-written."""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from riskcheck.portfolio.generate import Generator
from riskcheck.portfolio.layout import FILES, PortfolioWriter

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-11-24"
WHOLE = ("results.parquet", "results.csv", "index.html", "companies/001.html", "companies/020.html")
PROFILE = "profile: 1\ncompany:\n  name: {name}\n  headcount: 7\nsystems:\n  app:\n    markets: [DE, US]\n    ai_system: true\n"


def command(*arguments) -> list[str]:
    found = [sys.executable, "-m", "riskcheck", *map(str, arguments)]
    return [*found, "--as-of", DAY, "-f", "html", "-f", "csv"] if arguments[0] == "portfolio" else found


def run(*arguments, **options) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, check=False, timeout=300, **options)
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    assert done.stdout == ""
    return done


def begin(*arguments) -> subprocess.Popen[str]:
    return subprocess.Popen(command(*arguments), cwd=ROOT, stderr=subprocess.PIPE, text=True)


def bytes_of(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in WHOLE}


def left_over(out: Path) -> set[str]:
    """What lies in a folder of results beside whole results and the parts of an interrupted run."""
    known = {"results.parquet", "results.csv", "index.html", "companies", "aside.jsonl", "changes.parquet", ".parts"}
    return {path.name for path in out.iterdir()} - known


def aside_of(out: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (out / "aside.jsonl").read_text("utf-8").splitlines()]


def wait_for(found, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not found() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


@pytest.fixture(scope="module")
def stored(tmp_path_factory, program) -> Path:
    """A portfolio of eight row groups of 120 companies."""
    folder = tmp_path_factory.mktemp("stored") / "in"
    generator = Generator(program, 21)
    with PortfolioWriter(folder, program.vocabulary) as writer:
        for _ in range(8):
            writer.write(generator.tables(120))
    return folder


@pytest.fixture(scope="module")
def calm(stored, tmp_path_factory) -> dict[str, bytes]:
    """What an undisturbed run writes."""
    out = tmp_path_factory.mktemp("calm") / "out"
    done = run("portfolio", stored, "-o", out)
    assert done.returncode == 0, done.stderr
    assert left_over(out) == set()
    assert not (out / ".parts").exists()
    return bytes_of(out)


# --- stopped and gone on --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_goes_on_and_ends_in_the_same_bytes(stored, calm, tmp_path, workers, kill):
    out = tmp_path / "out"
    process = begin("portfolio", stored, "-o", out, "--workers", workers)
    wait_for(lambda: any((out / ".parts").glob("*.json")), process)
    process.send_signal(kill)
    told = process.communicate(timeout=60)[1]
    if process.returncode == 0:
        pytest.skip("the run was done before it heard the signal")
    if kill is signal.SIGINT:
        assert process.returncode == 130, told
        assert told.startswith("interrupted\n")
        assert "of 8 parts are kept in" in told
        assert "give the same command again to go on" in told
    assert not [name for name in WHOLE if (out / name).exists()]
    again = run("portfolio", stored, "-o", out)
    assert again.returncode == 0, again.stderr
    assert "of 8 parts were done before" in again.stderr
    assert bytes_of(out) == calm
    assert left_over(out) == set()
    assert not (out / ".parts").exists()


def test_ctrl_c_while_the_overview_is_written_leaves_none_of_it(stored, calm, tmp_path):
    out = tmp_path / "out"
    process = begin("portfolio", stored, "-o", out, "--worst", 400, "--lang", "en,zh")
    wait_for((out / ".overview").exists, process)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    assert "8 of 8 parts are kept" in told
    assert (out / "results.parquet").read_bytes() == calm["results.parquet"]
    assert not (out / "index.html").exists()
    assert left_over(out) == set()
    assert run("portfolio", stored, "-o", out).returncode == 0
    assert bytes_of(out) == calm


def children(pid: int) -> list[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        return [int(child) for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    except OSError:
        return []


needs_proc = pytest.mark.skipif(not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").is_file(), reason="needs Linux's list of child processes")


@needs_proc
def test_a_killed_worker_changes_nothing(stored, calm, tmp_path):
    out = tmp_path / "out"
    process = begin("portfolio", stored, "-o", out, "--workers", 2)
    killed: list[int] = []
    wait_for(lambda: any((out / ".parts").glob("*.json")) and killed.extend(children(process.pid)[:1]) is None and killed, process)
    for child in killed:
        os.kill(child, signal.SIGKILL)
    told = process.communicate(timeout=120)[1]
    assert killed
    assert process.returncode == 0, told
    assert bytes_of(out) == calm


@needs_proc
def test_workers_that_die_again_and_again_are_told_and_what_is_done_is_kept(stored, calm, tmp_path):
    out = tmp_path / "out"
    process = begin("portfolio", stored, "-o", out, "--workers", 2)
    stop = threading.Event()

    def kill_all() -> None:
        while not stop.is_set() and process.poll() is None:
            for child in children(process.pid):
                try:
                    os.kill(child, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            time.sleep(0.01)

    killer = threading.Thread(target=kill_all)
    killer.start()
    told = process.communicate(timeout=120)[1]
    stop.set()
    killer.join()
    assert process.returncode == 5, told
    assert "worker processes died 3 times" in told
    assert "--workers 1 needs the least memory" in told
    assert "of 8 parts are kept" in told
    assert "Traceback" not in told
    assert run("portfolio", stored, "-o", out).returncode == 0
    assert bytes_of(out) == calm


# --- no room --------------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path):
    """A disk of a given size: its folder, and a way to make it larger."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False).returncode:
        pytest.skip("a small disk of its own needs root and the right to mount a tmpfs; test_a_limit_on_file_size covers the rest")

    def resize(size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(place)], check=True)

    yield place, resize
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("size", ["48k", "140k", "500k", "900k", "1200k"])
def test_a_full_disk_is_told_and_with_more_room_the_same_command_goes_on(stored, calm, disk, size):
    place, resize = disk
    resize(size)
    out = place / "out"
    done = run("portfolio", stored, "-o", out)
    assert done.returncode == 3, done.stderr
    assert f"No space left on device: {out}" in done.stderr
    assert " of 8 parts are kept" in done.stderr
    assert left_over(out) == set()
    for name in WHOLE:
        if (out / name).exists():
            assert (out / name).read_bytes() == calm[name]
    resize("50m")
    assert run("portfolio", stored, "-o", out).returncode == 0
    assert bytes_of(out) == calm


def test_a_limit_on_file_size(stored, calm, tmp_path):
    """The same without root: a file that may not grow is a disk that is full."""
    out = tmp_path / "out"

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = run("portfolio", stored, "-o", out, preexec_fn=limit, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 3, done.stderr
    assert "File too large" in done.stderr
    assert " of 8 parts are kept" in done.stderr
    assert left_over(out) == set()
    assert run("portfolio", stored, "-o", out).returncode == 0
    assert bytes_of(out) == calm


def test_encode_on_a_full_disk_writes_nothing_and_leaves_an_older_portfolio_whole(disk, tmp_path):
    place, resize = disk
    source = tmp_path / "in"
    source.mkdir()
    for number in range(3):
        (source / f"{number}.yaml").write_text(PROFILE.format(name=f"N{number}"), encoding="utf-8")
    resize("20k")
    done = run("encode", source, "-o", place / "out")
    assert done.returncode == 3
    assert "No space left on device" in done.stderr
    assert "nothing was written" in done.stderr
    assert list((place / "out").iterdir()) == []
    resize("10m")
    assert run("encode", source, "-o", place / "out").returncode == 0
    before = {path.name: path.read_bytes() for path in (place / "out").iterdir()}
    resize(f"{sum(map(len, before.values())) // 1024 + 90}k")
    assert run("encode", source, "-o", place / "out").returncode == 3
    assert {path.name: path.read_bytes() for path in (place / "out").iterdir()} == before


# --- bad input ------------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_set_aside_with_file_and_row_and_the_others_are_judged(tmp_path, program):
    """Unreadable files, torn and endless text, wrong types, unknown facts, ids that occur twice, a broken portfolio: all at once."""
    source = tmp_path / "in"
    source.mkdir()
    (source / "good.yaml").write_text(PROFILE.format(name="Good"), encoding="utf-8")
    (source / "fact.yaml").write_text("profile: 1\ncompany: {headcuont: 3}\n", encoding="utf-8")
    (source / "type.yaml").write_text("profile: 1\ncompany: {headcount: many}\n", encoding="utf-8")
    (source / "torn.json").write_text('{"profile": 1, "company": {"name": "x', encoding="utf-8")
    (source / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    (source / "bytes.yaml").write_bytes(b"profile: 1\ncompany: {name: \xff\xfe}\n")
    (source / "empty.yaml").touch()
    lines = [
        '{"id": "one", "profile": 1, "company": {"name": "One"}}', '{"id": "one", "profile": 1, "company": {"name": "One again"}}', "", "no json",
        '{"id": {"a": 1}, "profile": 1}', '{"id": "half", "profile": 1, "company": {"name": "\\ud800"}}', "[" * 100_000, '{"a":' * 50_000,
        '{"id": "nan", "profile": 1, "company": {"headcount": NaN}}', '{"id": "two", "profile": 1, "company": {"name": "Two"}}',
    ]  # fmt: skip
    (source / "lines.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    unreadable = Path("/proc/self/mem").exists()
    if unreadable:  # a file that is there and can't be read, for root too
        (source / "disk.yaml").symlink_to("/proc/self/mem")
        (source / "disk.jsonl").symlink_to("/proc/self/mem")
    broken = source / "broken"
    with PortfolioWriter(broken, program.vocabulary) as writer:
        writer.write(Generator(program, 1).tables(5))
    torn = (broken / FILES["company"]).read_bytes()
    (broken / FILES["company"]).write_bytes(torn[: len(torn) // 2])
    out = tmp_path / "out"
    done = run("portfolio", source, "-o", out)
    assert done.returncode == 3
    assert sorted(row["id"] for row in pq.read_table(out / "results.parquet").to_pylist()) == ["good", "one", "two"]
    aside = {(Path(entry["source"].split(",")[0]).name, entry["source"].rpartition(", ")[2]): entry["reason"] for entry in aside_of(out)}
    for name in ("fact.yaml", "type.yaml", "torn.json", "deep.json", "bytes.yaml", "empty.yaml", *(("disk.yaml",) if unreadable else ())):
        assert any(file == name for file, _ in aside), name
    rows = {int(row.removeprefix("line ")): reason for (file, row), reason in aside.items() if file == "lines.jsonl" and row.startswith("line ")}
    assert sorted(rows) == [4, 5, 6, 7, 8, 9]
    assert "half a character" in rows[6]
    assert any("the id occurs twice" in reason for reason in aside.values())
    assert any(file == "broken" and "row group 0" in row for file, row in aside)
    if unreadable:
        assert any(file == "disk.jsonl" and "Input/output error" in reason for (file, _), reason in aside.items())
    assert f"{len(aside_of(out))} set aside in all, with reasons in {out / 'aside.jsonl'}" in done.stderr
    assert "3 companies judged" in done.stderr
    page = (out / "index.html").read_text("utf-8")
    assert f"{len(aside_of(out))} records were set aside" in page


def test_a_corrupt_row_group_is_set_aside_and_the_others_are_judged(stored, tmp_path):
    import shutil

    folder = tmp_path / "in"
    shutil.copytree(stored, folder)
    path = folder / FILES["system"]
    place = pq.ParquetFile(path).metadata.row_group(3).column(1).data_page_offset
    damaged = bytearray(path.read_bytes())
    damaged[place : place + 60] = bytes(60)
    path.write_bytes(damaged)
    out = tmp_path / "out"
    done = run("portfolio", folder, "-o", out)
    assert done.returncode == 3
    assert pq.read_metadata(out / "results.parquet").num_rows == 7 * 120
    (entry,) = aside_of(out)
    assert entry["source"].endswith("row group 3")
    assert entry["reason"].startswith("120 companies: ")
    assert "set aside: " in done.stderr


def test_when_nothing_can_be_judged_no_results_stay_from_an_earlier_run(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.yaml").write_text(PROFILE.format(name="A"), encoding="utf-8")
    assert run("portfolio", source, "-o", tmp_path / "out").returncode == 0
    (source / "a.yaml").write_text("profile: 1\ncompany: {nmae: A}\n", encoding="utf-8")
    done = run("portfolio", source, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "no company could be judged" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["aside.jsonl"]


def test_a_file_that_does_not_exist_is_a_usage_error(tmp_path):
    for name in ("missing.yaml", "missing.jsonl", "missing", "missing.parquet"):
        done = run("portfolio", tmp_path / name, "-o", tmp_path / "out")
        assert done.returncode == 2, done.stderr
        assert "no such file or folder" in done.stderr
        assert run("encode", tmp_path / name, "-o", tmp_path / "out").returncode == 2
    assert not (tmp_path / "out").exists()


# --- hostile names --------------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "</style></script><script>alert(3)</script>", '=HYPERLINK("http://evil.example")',
    "::error file=x::no", "##[error]no", "\x1b]0;owned\x07\x1b[31mred", "line\r\n::warning::forged", "\u202egnp.exe", "\u2066hidden\u2069", "＝cmd()", "\t=1+1",
    " -2+3", "@SUM(1)", "+1+cmd|' /C calc'!A0", "{{ 7*7 }} {0} %s", "\u2028next", "x" * 5000, "javascript:alert(4)", 'a,b;c"d',
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    records = [{"id": f"{name}|{number}", "profile": 1, "company": {"name": name, "headcount": 3}} for number, name in enumerate(HOSTILE)]
    records += [{"id": name, "profile": 1, "company": {"name": name, name: 1}} for name in HOSTILE[:12]]
    (folder / "in.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    done = run("portfolio", folder / "in.jsonl", "-o", folder / "out", "--lang", "en,zh")
    assert done.returncode == 3
    (folder / "told").write_text(done.stderr, encoding="utf-8", newline="")
    return folder


STEERING = "".join(map(chr, (*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070))))


def test_hostile_names_do_nothing_in_html(hostile):
    lxml_html = pytest.importorskip("lxml.html")
    for path in (hostile / "out" / "index.html", *sorted((hostile / "out" / "companies").glob("*.html"))):
        text = path.read_text("utf-8")
        assert not set(text) & set(STEERING), path
        tree = lxml_html.fromstring(text)
        assert len(tree.xpath("//script")) == 1
        assert tree.xpath("//img | //iframe | //object | //@onerror | //@onmouseover") == []
        assert [href for href in tree.xpath("//@href") if href.lower().startswith(("javascript:", "data:"))] == []
    index = lxml_html.fromstring((hostile / "out" / "index.html").read_text("utf-8"))
    names = [" ".join(cell.text_content().split()) for cell in index.xpath("//article[1]//table[contains(@class,'ranking')]//th[@scope='row']")]
    assert len(names) == len(HOSTILE)
    assert any("<script>alert(1)</script>" in name for name in names)
    assert max(map(len, names)) < 300


def test_hostile_names_do_nothing_in_csv(hostile):
    raw = (hostile / "out" / "results.csv").read_text("utf-8", newline="") if sys.version_info >= (3, 13) else (hostile / "out" / "results.csv").read_bytes().decode()
    assert not set(raw) & set(STEERING)
    found = list(csv.DictReader(raw.splitlines()))
    assert len(found) == len(HOSTILE)
    for row in found:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))


def test_hostile_names_do_nothing_on_a_terminal_or_in_a_workflow_log(hostile):
    told = (hostile / "told").read_bytes().decode()
    assert not set(told) & set(STEERING + "\r")
    assert not [line for line in told.splitlines() if line.lstrip().startswith(("::", "##["))]
    aside = (hostile / "out" / "aside.jsonl").read_bytes().decode()
    assert not set(aside) & set(STEERING)
    assert len(aside.splitlines()) == 12
    assert {entry["id"] for entry in map(json.loads, aside.split("\n")[:-1])} == set(HOSTILE[:12])
