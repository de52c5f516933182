"""Compiled packs are made once, and a copy that is damaged, stale or of another version is made anew, never trusted."""

from __future__ import annotations

import os

import pytest

from riskcheck import installed as module
from riskcheck import store
from riskcheck.compiler import codec
from riskcheck.installed import load_installed

PROGRAM, ENGLISH, CHINESE = "program.bin", "texts-en.bin", "texts-zh.bin"
RULE = "eu-ai-act/general-purpose/authorised-representative"


@pytest.fixture(scope="module")
def compiled():
    """The built-in packs, compiled once for all tests of this file."""
    from riskcheck.resources import rules_folder

    return module._compile(rules_folder())


@pytest.fixture
def bench(tmp_path, monkeypatch, compiled):
    """A small rules folder with its own cache, and a compiler that counts how often it is asked."""
    rules = tmp_path / "rules"
    (rules / "pack").mkdir(parents=True)
    (rules / "pack" / "a.yaml").write_text("a: 1\n")
    (rules / "pack" / "b.yaml").write_text("b: 1\n")
    monkeypatch.setenv("RISKCHECK_CACHE", str(tmp_path / "cache"))
    calls = []

    def count(root):
        calls.append(root)
        return compiled

    monkeypatch.setattr(module, "_compile", count)
    return Bench(rules, tmp_path / "cache", calls, compiled)


class Bench:
    def __init__(self, rules, cache, calls, compiled):
        self.rules, self.cache, self.calls, self.compiled = rules, cache, calls, compiled

    def file(self, name):
        return next(self.cache.glob(f"*/{name}"))

    def load(self):
        """Load and read everything; return how often that compiled, and what came out."""
        before = len(self.calls)
        found = load_installed(self.rules)
        result = (codec.encode(found.program), [found.texts(language).entry("rules", RULE) for language in ("en", "zh")])
        return len(self.calls) - before, result

    @property
    def expected(self):
        program, texts = self.compiled
        whole = module.Installed(self.rules, program, None, "", texts)
        return codec.encode(program), [whole.texts(language).entry("rules", RULE) for language in ("en", "zh")]


def test_compiled_once(bench):
    assert bench.load() == (1, bench.expected)
    assert bench.load() == (0, bench.expected)


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def flip_in_head(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


DAMAGE = {
    "one bit": flip, "one bit of the head": flip_in_head, "half": lambda data: data[: len(data) // 2], "empty": lambda _: b"",
    "no head": lambda data: data.partition(b"\n")[2], "last byte": lambda data: data[:-1], "more": lambda data: data + b"\n",
    "binary": lambda _: bytes(range(256)),
}  # fmt: skip


@pytest.mark.parametrize("name", [PROGRAM, ENGLISH, CHINESE])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_copy_is_made_anew(bench, name, damage):
    bench.load()
    file = bench.file(name)
    whole = file.read_bytes()
    stamp = whole.split()[0].decode()
    stored = store.read(file, stamp)
    file.write_bytes(damage(whole))
    assert store.read(file, stamp) is None
    assert bench.load() == (1, bench.expected)
    assert store.read(file, stamp) == stored, "the copy was not repaired"
    assert bench.load() == (0, bench.expected)


@pytest.mark.parametrize("name", [PROGRAM, ENGLISH, CHINESE])
def test_missing_copy_is_made_anew(bench, name):
    bench.load()
    bench.file(name).unlink()
    assert bench.load() == (1, bench.expected)


@pytest.mark.parametrize("value", [[], {}, {"nodes": 1}, {"nodes": []}, "a text", None])
def test_copy_of_another_shape_is_made_anew(bench, value):
    bench.load()
    file = bench.file(PROGRAM)
    store.write(file, file.read_bytes().split()[0].decode(), value)
    assert bench.load() == (1, bench.expected)


@pytest.mark.parametrize("payload", [b"", b"not packed", b"\xff" * 20, b"[\xff\xff\xff\x7f"])
def test_copy_that_is_no_packed_value_is_made_anew(bench, payload):
    bench.load()
    file = bench.file(PROGRAM)
    stamp = file.read_bytes().split()[0].decode()
    file.write_bytes(store._head(stamp, payload) + b"\n" + payload)
    assert bench.load() == (1, bench.expected)


def _change(folder):
    (folder / "pack" / "a.yaml").write_text("a: 10\n")


def _change_same_size(folder):
    file = folder / "pack" / "a.yaml"
    later = file.stat().st_mtime_ns + 1_000_000
    file.write_text("a: 2\n")
    os.utime(file, ns=(later, later))


def _add(folder):
    (folder / "pack" / "c.yaml").write_text("c: 1\n")


def _remove(folder):
    (folder / "pack" / "b.yaml").unlink()


def _rename(folder):
    (folder / "pack" / "b.yaml").rename(folder / "pack" / "d.yaml")


@pytest.mark.parametrize("change", [_change, _change_same_size, _add, _remove, _rename])
def test_changed_rules_are_compiled(bench, change):
    bench.load()
    change(bench.rules)
    assert bench.load() == (1, bench.expected)
    assert bench.load() == (0, bench.expected)


def test_another_version_is_compiled(bench, monkeypatch):
    bench.load()
    monkeypatch.setattr(store, "FORMAT", store.FORMAT + 1)
    assert bench.load() == (1, bench.expected)
    assert bench.load() == (0, bench.expected)


def test_another_folder_with_equal_files_has_its_own_copy(bench, tmp_path):
    bench.load()
    bench.rules.rename(tmp_path / "moved")
    bench.rules = tmp_path / "moved"
    assert bench.load() == (1, bench.expected)


def test_cache_that_cannot_be_written_is_done_without(bench, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder\n")
    monkeypatch.setenv("RISKCHECK_CACHE", str(tmp_path / "file"))
    assert load_installed(bench.rules).texts("zh").entry("rules", RULE) == bench.expected[1][1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_read_only_cache(bench):
    bench.cache.mkdir()
    bench.cache.chmod(0o555)
    assert bench.load()[1] == bench.expected


def test_cache_can_be_turned_off(bench, monkeypatch):
    monkeypatch.setenv("RISKCHECK_CACHE", "")
    assert bench.load() == (1, bench.expected)
    assert bench.load() == (1, bench.expected)
    assert not bench.cache.exists()


def test_stored_program_is_the_compiled_one(compiled, tmp_path):
    program, _ = compiled
    file = tmp_path / "copy"
    store.write(file, "stamp", codec.encode(program))
    again = codec.decode(store.read(file, "stamp"))
    assert codec.encode(again) == codec.encode(program)
    # The data of scoring and money are kept as JSON values (dates as text); everything else comes back as it was.
    assert again._replace(scoring={}, money={}) == program._replace(scoring={}, money={})


def test_stored_texts_are_the_compiled_ones(compiled, tmp_path):
    _, texts = compiled
    file = tmp_path / "copy"
    for found in texts.values():
        store.write(file, "stamp", module.packed(found))
        read = {section: module.Section(entries) for section, entries in store.read(file, "stamp").items()}
        assert {section: dict(entries) for section, entries in read.items()} == found
        for section, entries in found.items():
            for key, entry in entries.items():
                name, text = next(iter(entry.items()), ("", "")) if isinstance(entry, dict) else ("", "")
                assert read[section].raw[key][:2] == ((name, text) if isinstance(text, str) else ("", ""))
