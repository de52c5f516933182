"""The installed packs, compiled once: a rules folder to Program and texts, with a cache that is checked, never trusted.

How the copies are kept and checked is in `store`.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Mapping

from riskcheck import resources, store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import Any, TypeAlias

    from riskcheck.diagnostics import Diagnostics
    from riskcheck.loader.rules import Library
    from riskcheck.model.program import Program

FALLBACK = "en"
Stored: TypeAlias = "tuple[str, str, Any]"
"""An entry of texts as stored: the name and the text with which it begins (empty for none), and the whole of it, mostly packed as bytes."""
_WHOLE = frozenset({"acts", "glossary", "precedents"})
"""Sections of which a page shows most entries: they are not packed one by one."""


class Section(Mapping[str, "Any"]):
    """One section of a language's texts as cached: entries are decoded when asked for, since a report shows few of thousands."""

    def __init__(self, raw: Mapping[str, Stored]) -> None:
        self.raw = raw
        self._found: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._found:
            entry = self.raw[key][2]
            self._found[key] = marshal.loads(entry) if entry.__class__ is bytes else entry  # noqa: S302 (checked against its digest)
        return self._found[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return an entry, or the default; no exception is raised on the way, since reports ask for what is not there all the time."""
        return self[key] if key in self.raw else default

    def first(self, key: str, name: str) -> str | None:
        """Return the text of ``name`` if an entry begins with it, else None; the rest of the entry is not looked at.

        A report names five hundred rules and asks five hundred questions, and shows nothing else of most of them.
        """
        found = self.raw.get(key)
        return found[1] if found is not None and found[0] == name else None

    def __iter__(self) -> Iterator[str]:
        return iter(self.raw)

    def __len__(self) -> int:
        return len(self.raw)


class Texts:
    """The texts of one language, falling back to English piece by piece."""

    def __init__(self, language: str, own: Mapping[str, Mapping[str, Any]], english: Mapping[str, Mapping[str, Any]]) -> None:
        self.language = language
        self._own = own
        self._english = english

    def entry(self, section: str, key: str) -> Any:
        """Return the English entry with everything that is translated laid over it; None where there is none."""
        base = self._english.get(section, {}).get(key)
        own = self._own.get(section, {}).get(key) if self._own is not self._english else None
        if own is None:
            return base
        if not isinstance(base, dict):
            return own
        merged = dict(base)
        for name, text in (own if isinstance(own, dict) else {"title": own}).items():
            if isinstance(text, dict) and isinstance(base.get(name), dict):
                merged[name] = {**base[name], **text}
            elif isinstance(text, list) and isinstance(base.get(name), list):
                merged[name] = [*text, *base[name][len(text) :]]
            elif text:
                merged[name] = text
        return merged

    def translated(self, section: str, key: str, name: str = "") -> bool:
        """Whether a text exists in this language itself."""
        if self.language == FALLBACK:
            return True
        own = self._own.get(section, {}).get(key)
        return bool(own) if not name else isinstance(own, dict) and bool(own.get(name))

    def get(self, section: str, key: str, name: str, default: Any = "") -> Any:
        """Return one text of an entry, or a default."""
        entry = self.entry(section, key)
        found = entry.get(name) if isinstance(entry, dict) else (entry if name == "title" else None)
        return found if found not in (None, "") else default

    def anchor(self, act: str, at: str) -> str:
        """Return the anchor of a pinpoint in an act's official text, or an empty string."""
        return str(self._english.get("anchors", {}).get(act, {}).get(at, ""))

    def ids(self, section: str) -> list[str]:
        """Return the ids of a section."""
        return list(self._english.get(section, {}))


class Installed:
    """A rules folder ready to run. ``texts(language)`` are read when first asked for."""

    def __init__(self, root: str, program: Program, cache: str | None, stamp: str = "", texts: dict[str, Any] | None = None) -> None:
        self._root = root
        self._stamp = stamp
        self.program = program
        self._cache = cache
        self._texts: dict[str, Any] = texts or {}

    @property
    def root(self) -> Path:
        """The rules folder."""
        from pathlib import Path

        return Path(self._root)

    def texts(self, language: str = FALLBACK) -> Texts:
        """Return the texts of a language."""
        english = self._language(FALLBACK)
        return Texts(language, english if language == FALLBACK else self._language(language), english)

    def _language(self, language: str) -> Any:
        if language not in self._texts:
            payload = store.read(_texts_file(self._cache, language), self._stamp) if self._cache else None
            if payload is None:
                stamp = store.stamp_of(self._root) if self._cache else ""
                program, texts = _compile(self._root)
                if self._cache:
                    _store(self._cache, stamp, program, texts)
                self._texts.update(texts)
                self._texts.setdefault(language, {})
            else:
                self._texts[language] = {section: Section(entries) for section, entries in payload.items()}
        return self._texts[language]


def load_installed(root: str | os.PathLike[str] | None = None, *, cache: bool = True) -> Installed:
    """Return the packs of a folder (the built-in ones by default). Raises InvalidInput if a rule file is faulty."""
    folder = os.fspath(root) if root else resources.rules_path()
    place = store.folder_of(folder) if cache else None
    stamp = store.stamp_of(folder) if place else ""
    if place:
        stored = store.read(_program_file(place), stamp)
        if stored is not None:
            from riskcheck.compiler.codec import decode

            try:
                return Installed(folder, decode(stored), place, stamp)
            except (KeyError, TypeError, ValueError, IndexError):
                pass  # a copy of another shape: compile anew
    program, texts = _compile(folder)
    if place:
        _store(place, stamp, program, texts)
    return Installed(folder, program, place, stamp, texts)


def kept(name: str, files: Iterable[str], make: Callable[[], Any]) -> Any:
    """Return what is stored under a name beside the built-in packs, if these files are as they were then; else what is made now.

    What is made is stored where that can be done. For what reports read at every start: templates, scripts, words.
    """
    place = store.folder_of(resources.rules_path())
    if place is None:
        return make()
    path, stamp = f"{place}/{name}.bin", store.stamp_of_files(*files)
    found = store.read(path, stamp)
    if found is None:
        found = make()
        try:
            os.makedirs(place, exist_ok=True)  # noqa: PTH103 (see store)
            store.write(path, stamp, found)
        except OSError:
            pass  # where the folder can't be written, go on without
    return found


def load_source(root: str | os.PathLike[str] | None = None) -> tuple[Library, Program, Diagnostics]:
    """Return the library, its program and all faults and warnings (for lint and tests of rules). Raises nothing."""
    from pathlib import Path

    from riskcheck.compiler.program import compile_library
    from riskcheck.diagnostics import Diagnostics
    from riskcheck.loader.rules import load_library
    from riskcheck.loader.vocabulary import build_parameters, build_vocabulary

    folder = Path(root) if root else resources.rules_folder()
    sink = Diagnostics()
    library = load_library(folder, sink)
    vocabulary = build_vocabulary(library, sink)
    parameters = build_parameters(library, sink)
    program = compile_library(library, vocabulary, parameters, sink, digest=content_digest(folder))
    return library, program, sink


def _compile(root: str | os.PathLike[str]) -> tuple[Program, dict[str, Any]]:
    from riskcheck.compiler import texts

    library, program, sink = load_source(root)
    sink.raise_if_errors()
    found: dict[str, Any] = {FALLBACK: {**texts.english(library), "anchors": texts.anchors(library), "places": texts.places(FALLBACK)}}
    for language in library.locales:
        found[language] = {**texts.translated(library, language), "places": texts.places(language)}
    return program, found


# --- what is stored ------------------------------------------------------------------------------------------------


def content_digest(root: str | os.PathLike[str]) -> str:
    """Return the SHA-256 over names and contents of all rule files."""
    import hashlib
    from pathlib import Path

    digest = hashlib.sha256()
    for path in sorted(Path(root).rglob("*.yaml")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _store(place: str, stamp: str, program: Program, texts: dict[str, Any]) -> None:
    """Write the cache; where the folder can't be written, go on without."""
    from riskcheck.compiler.codec import encode

    try:
        os.makedirs(place, exist_ok=True)  # noqa: PTH103 (see store)
        for language, found in texts.items():
            store.write(_texts_file(place, language), stamp, packed(found))
        store.write(_program_file(place), stamp, encode(program))
    except OSError:
        return


def _program_file(place: str) -> str:
    return f"{place}/program.bin"


def _texts_file(place: str, language: str) -> str:
    return f"{place}/texts-{language}.bin"


def packed(texts: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Stored]]:
    """Return texts as they are stored; what `Section` reads."""
    return {section: {key: _packed(entry, whole=section in _WHOLE) for key, entry in entries.items()} for section, entries in texts.items()}


def _packed(entry: Any, *, whole: bool) -> Stored:
    name, text = next(iter(entry.items()), ("", "")) if isinstance(entry, dict) else ("", "")
    return *((name, text) if isinstance(text, str) else ("", "")), entry if whole else marshal.dumps(entry)
