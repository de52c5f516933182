"""Texts as a report tells them: one language, gaps filled from English, marked and counted."""

from __future__ import annotations

from riskcheck.installed import FALLBACK, Section, Texts
from riskcheck.report.safe import escaped
from riskcheck.report.words import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.installed import Installed
    from riskcheck.report.run import Run

class Passage(str):  # noqa: SLOT000 (it carries its language)
    """A text in another language than the page around it. In HTML it carries its ``lang``; elsewhere it is a plain text."""

    lang: str

    def __new__(cls, text: str, lang: str) -> Passage:  # noqa: PYI034 (mypy wants the class itself here)
        """Return the text with its language."""
        passage = super().__new__(cls, text)
        passage.lang = lang
        return passage

    def __html__(self) -> str:
        """Return the text escaped, in an element that names its language."""
        return f'<span lang="{self.lang}">{escaped(str(self))}</span>'


class Told(Texts):
    """The texts of one language for one report. ``missing`` collects every text that was asked for and fell back to English."""

    def __init__(self, run: Run | Installed, language: str) -> None:
        found = run.texts(language)
        super().__init__(found.language, found._own, found._english)  # noqa: SLF001 (the same class)
        self.word = words(language)
        self.missing: set[tuple[str, str, str]] = set()
        self._entries: dict[tuple[str, str], Any] = {}
        self._passages: dict[tuple[str, str, str], str] = {}

    def entry(self, section: str, key: str) -> Any:
        """Return an entry as `Texts` does, each merged once."""
        place = (section, key)
        try:
            return self._entries[place]
        except KeyError:
            pass
        if self.language != FALLBACK:
            found = super().entry(section, key)
        else:
            try:
                found = self._english[section][key]
            except KeyError:
                found = None
        self._entries[place] = found
        return found

    def get(self, section: str, key: str, name: str, default: str = "") -> Any:
        """Return one text, and note it where it is missing in this language."""
        found = super().get(section, key, name, default)
        if self.language != FALLBACK and found is not default and found not in ("", None, {}, []) and not self.own(section, key, name):
            self.missing.add((section, key, name))
        return found

    def own(self, section: str, key: str, name: str) -> bool:
        """Whether this language itself has the text. Names, addresses and codes need no translation."""
        if self.language == FALLBACK or name in ("url", "kind", "jurisdiction"):
            return True
        own = self._own.get(section, {}).get(key)
        return bool(own.get(name)) if isinstance(own, dict) else bool(own)

    def passage(self, section: str, key: str, name: str, default: str = "") -> str:
        """Return one text, marked with its language where that is not the page's."""
        if self.language == FALLBACK:
            stored = self._english.get(section)
            first = stored.first(key, name) if isinstance(stored, Section) else None
            if first is not None:
                return first or default
        place = (section, key, name)
        found = self._passages.get(place)
        if found is None:
            found = self._passages[place] = self._passage(section, key, name)
        return found or default

    def _passage(self, section: str, key: str, name: str) -> str:
        if self.language == FALLBACK:
            entry = self.entry(section, key)
            return str((entry.get(name) if isinstance(entry, dict) else entry if name == "title" else None) or "")
        text = str(self.get(section, key, name) or "")
        return text if not text or self.own(section, key, name) else Passage(text, FALLBACK)

    def listed(self, section: str, key: str, name: str, index: int) -> str:
        """Return one text of a list (the reason of an exception, for one), or an empty string."""
        found = self.get(section, key, name) or []
        if not isinstance(found, list) or index >= len(found):
            return ""
        own = self._own.get(section, {}).get(key)
        given = own.get(name) if isinstance(own, dict) else None
        if self.language == FALLBACK or (isinstance(given, list) and index < len(given)):
            return str(found[index])
        self.missing.add((section, key, f"{name}.{index}"))
        return Passage(str(found[index]), FALLBACK)
