"""Words of the interface by language, and how each language writes dates, numbers, money and places."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from riskcheck.installed import kept
from riskcheck.model.values import Money, Range, SetValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.installed import Texts

_FOLDER = f"{__file__.rpartition('words')[0]}locale"  # plain text, for the start: see store
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NO_BREAK = "\u00a0"
_SMALL_PRINT = ",(:;\uff0c\uff08\uff1a\uff1b"


def _kept_words(file: str) -> dict[str, str]:
    """Return the words of a file of ``locale``."""

    def read() -> dict[str, str]:
        import json

        with open(file, encoding="utf-8") as opened:  # noqa: PTH123 (as text; see store)
            return json.load(opened)  # type: ignore[no-any-return]  # a mapping of texts, held by a test

    return kept(f"words-{file.rpartition('/')[2]}", (file,), read)  # type: ignore[no-any-return]  # the same


class Count(int):
    """A number that also chooses a form: ``{count} {count:rule|rules}``."""

    def __format__(self, spec: str) -> str:
        """Return the form for one or for many where the spec names both, else the number with separators."""
        if "|" in spec:
            one, _, many = spec.partition("|")
            return one if self == 1 else many
        return format(int(self), spec or ",")


class Words:
    """The interface in one language. A missing word is a fault of riskcheck and raises KeyError."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = _kept_words(f"{_FOLDER}/{language}.json")

    def __call__(self, key: str, **values: Any) -> str:
        """Return a word or sentence, its named fields filled."""
        text = self._words[key]
        return text.format(**{name: Count(value) if type(value) is int else value for name, value in values.items()}) if values else text

    def has(self, key: str) -> bool:
        """Whether a word exists."""
        return key in self._words

    def day(self, day: date | None) -> str:
        """Return a date: ``2 December 2026``, ``2026年12月2日``."""
        if day is None:
            return "–"
        if self.language == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def number(self, number: float | Decimal) -> str:
        """Return a number with separators: ``79,040,000``; no exponent below 10^15."""
        decimal = number if isinstance(number, Decimal) else Decimal(repr(number))
        if abs(decimal) >= Decimal(10) ** 15:
            return f"{decimal:.3g}".replace("e+", "e").replace("E+", "e")
        rounded = decimal if decimal == decimal.to_integral_value() else decimal.quantize(Decimal("0.01")).normalize()
        return f"{rounded:,f}"

    def money(self, amount: Decimal, currency: str) -> str:
        """Return an amount: ``USD 75,000,000``; ``7500万美元``-like forms are left to counsel."""
        whole = amount.quantize(Decimal(1)) if abs(amount) >= 1000 else amount.quantize(Decimal("0.01"))  # noqa: PLR2004 (cents matter below a thousand)
        return f"{currency}{NO_BREAK}{whole:,f}"

    def share(self, part: float) -> str:
        """Return a share of 1 as percent, without decimals."""
        return f"{part * 100:.0f}{NO_BREAK}%" if self.language != "zh" else f"{part * 100:.0f}%"

    def score(self, score: float) -> str:
        """Return a score as a whole number; a risk that exists is never shown as 0, one below the top never as 100."""
        if 0 < score < 1:
            return "1"
        return "99" if 99 < score < 100 else f"{score:.0f}"  # noqa: PLR2004 (the ends of the scale)

    def listed(self, items: list[str]) -> str:
        """Return items as a list in a sentence."""
        if self.language == "zh":
            return "\u3001".join(items)
        return ", ".join(items)

    def place(self, code: str, texts: Texts) -> str:
        """Return the name of a country, of a part of one (``US-CA``), or of the Union."""
        country, dash, part = code.partition("-")
        name = texts.entry("places", country)
        if not name:
            return code
        return f"{name} ({part})" if dash else str(name)

    def value(self, found: Any, fact: str, texts: Texts) -> str:
        """Return the value of a fact as people read it."""
        if found is None:
            return self("not_known")
        if isinstance(found, bool):
            return self("yes") if found else self("no")
        if isinstance(found, SetValue):
            return self._set(found, fact, texts)
        if isinstance(found, Money):
            return self.money(found.amount, found.currency)
        if isinstance(found, Range):
            return self._range(found)
        if isinstance(found, (tuple, list, frozenset)):
            return self.listed([self.value(item, fact, texts) for item in (sorted(found) if isinstance(found, frozenset) else found)])
        if isinstance(found, date):
            return self.day(found)
        if isinstance(found, (int, float, Decimal)):
            return self.number(found)
        return self._slug(str(found), fact, texts)

    def in_sentence(self, found: Any, fact: str, texts: Texts) -> str:
        """Return a value as part of a sentence: known members only, labels without their legal small print."""
        if isinstance(found, SetValue):
            members = [self._brief(slug, fact, texts) for slug in sorted(found.yes)]
            if not members:
                return self("none_of_them") if found.closed else self("not_known")
            return members[0] if len(members) == 1 else self("and_list", items=self.listed(members[:-1]), last=members[-1])
        if isinstance(found, str):
            return self._brief(found, fact, texts)
        return self.value(found, fact, texts)

    def _brief(self, slug: str, fact: str, texts: Texts) -> str:
        label = self._slug(slug, fact, texts)
        if slug[:2].isupper():
            return label
        brief = label
        for mark in _SMALL_PRINT:
            brief = brief.partition(mark)[0]
        brief = brief.strip()
        return brief[:1].lower() + brief[1:] if brief[1:2].islower() or brief[1:2] == " " else brief

    def _set(self, found: SetValue, fact: str, texts: Texts) -> str:
        members = self.listed([self._slug(slug, fact, texts) for slug in sorted(found.yes)])
        if found.closed:
            return members or self("none_of_them")
        out = self.listed([self._slug(slug, fact, texts) for slug in sorted(found.no)])
        parts = [members] if members else []
        if out:
            parts.append(self("not_these", items=out))
        parts.append(self("rest_open"))
        return self("joiner").join(parts)

    def _slug(self, slug: str, fact: str, texts: Texts) -> str:
        labels = texts.get("facts", fact, "of", {})
        if isinstance(labels, dict) and slug in labels:
            return str(labels[slug])
        return self.place(slug, texts) if slug[:2].isupper() else slug

    def _range(self, found: Range) -> str:
        least = self.money(found.least, found.currency) if found.currency else self.number(found.least)
        if found.most is None:
            return self("at_least_this", amount=least)
        most = self.money(found.most, found.currency) if found.currency else self.number(found.most)
        return f"{least} – {most}"


@lru_cache(maxsize=8)
def words(language: str) -> Words:
    """Return the interface of a language (``en`` or ``zh``)."""
    return Words(language)
