"""The interface of a language with the words of one part (Excel, comparison) laid over it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from riskcheck.report.words import Words


class _PartWords(Words):
    def __init__(self, part: str, language: str) -> None:
        super().__init__(language)
        file = Path(__file__).resolve().parent / "locale" / f"{part}.{language}.json"
        self._words = {**self._words, **json.loads(file.read_text(encoding="utf-8"))}


@lru_cache(maxsize=8)
def part_words(part: str, language: str) -> Words:
    """Return the interface with the words of a part, from ``locale/<part>.<language>.json``."""
    return _PartWords(part, language)
