"""Written values of facts to typed ones. The same reading serves profiles, evidence and the examples of rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from riskcheck.diagnostics import did_you_mean
from riskcheck.model.money import parse_money
from riskcheck.model.values import SetValue
from riskcheck.records import NamedTuple
from riskcheck.source.yaml12 import iso_day

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from riskcheck.model.values import Value
    from riskcheck.model.vocabulary import Fact

UNKNOWN = "unknown"
"""What a person writes for a fact that was asked and is not known; the same as leaving it out."""

_YES_NO = {"yes": True, "no": False, "Yes": True, "No": False, "YES": True, "NO": False}
_SHOWN = 60
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_WHOLE = 100
_LARGEST_NUMBER = 1e30
_LARGEST_AMOUNT = Decimal(10**18)
_ANSWER = "write true, false or unknown"
_MEMBERS = "write [a, b] if that is all, or {a: true, b: false} if there may be more"


class Fault(NamedTuple):
    """Why a written value is none of its type: message, and a hint (did you mean …, or what to write)."""

    code: str
    message: str
    hint: str = ""
    member: str = ""


def shown(written: Any) -> str:
    """Return a value as a message may quote it: short, and with the spaces that look like plain ones told apart."""
    if isinstance(written, int) and not isinstance(written, bool) and abs(written) > _LARGEST_NUMBER:
        return "a number of more than 30 digits"
    if isinstance(written, (list, dict)):
        return "a list" if isinstance(written, list) else "a mapping"
    text = str(written)
    text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "".join(f"\\u{{{ord(c):x}}}" if c.isspace() and c != " " else c for c in text)


def typed(fact: Fact, written: Any, places: Collection[str]) -> Value | Fault | None:
    """Return the value of a fact as written, None for unknown, or the Fault. ``places`` are the known country codes."""
    if written is None or written == UNKNOWN:
        return None
    reader = _READERS[fact.type]
    found: Value | Fault | None = reader(fact, written, places)
    return found


def member_value(fact: Fact, member: str, written: Any, places: Collection[str]) -> bool | Fault | None:
    """Return the truth that is written for one member of a set fact, or the Fault."""
    fault = _bad_member(fact, member, places)
    if fault:
        return fault
    answer = _YES_NO.get(written, written) if isinstance(written, str) else written
    if answer is None or answer == UNKNOWN:
        return None
    return answer if isinstance(answer, bool) else Fault("P103", f"`{member}` is true, false or unknown, not `{shown(written)}`", _ANSWER, member)


def _bool(fact: Fact, written: Any, _places: Collection[str]) -> bool | Fault:
    if isinstance(written, str) and written in _YES_NO:
        return _YES_NO[written]
    if isinstance(written, bool):
        return written
    return Fault("P103", f"`{fact.name}` is true, false or unknown, not `{shown(written)}`", _ANSWER)


def _choice(fact: Fact, written: Any, _places: Collection[str]) -> str | Fault:
    if isinstance(written, str) and written in fact.choices:
        return written
    return Fault("P104", f"`{shown(written)}` is no answer to `{fact.name}`", _choices_hint(fact, written))


def _choices_hint(fact: Fact, written: Any) -> str:
    return did_you_mean(str(written), fact.choices) or f"one of {', '.join(fact.choices)}"


def _set(fact: Fact, written: Any, places: Collection[str]) -> SetValue | Fault:
    if isinstance(written, list):
        for member in written:
            fault = _bad_member(fact, member, places)
            if fault:
                return fault
        return SetValue(frozenset(written))
    if isinstance(written, dict):
        yes: set[str] = set()
        no: set[str] = set()
        for member, answer in written.items():
            truth = member_value(fact, member, answer, places)
            if isinstance(truth, Fault):
                return truth
            if truth is not None:
                (yes if truth else no).add(member)
        return SetValue(frozenset(yes), frozenset(no), closed=False)
    if isinstance(written, str) and _bad_member(fact, written, places) is None:
        return Fault("P103", f"`{fact.name}` is a list", f"write [{written}] if that is all, or {{{written}: true}} if there may be more")
    return Fault("P103", f"`{fact.name}` is a list (nothing else is so) or a mapping of members to true and false (the rest is open)", _MEMBERS)


def _bad_member(fact: Fact, member: Any, places: Collection[str]) -> Fault | None:
    if fact.type == "choices":
        if isinstance(member, str) and member in fact.choices:
            return None
        return Fault("P104", f"`{shown(member)}` is no answer to `{fact.name}`", _choices_hint(fact, member), member=str(member))
    return _bad_place(member, places)


def _bad_place(code: Any, places: Collection[str]) -> Fault | None:
    if isinstance(code, str) and (code in places or (code[:2] in places and code[2:3] == "-" and code[3:].isalnum() and code.isupper())):
        return None
    hint = "a country is written with its two ISO letters (DE), a part of one as US-CA, an unnamed Member State as EU"
    if isinstance(code, bool):
        hint = 'quote it if it is Norway: "NO"'
    elif isinstance(code, str):
        upper = code.upper()
        aliases = {"UK": "GB", "EL": "GR"}
        if upper in aliases:
            hint = f"did you mean `{aliases[upper]}`?"
        elif upper in places:
            hint = f"did you mean `{upper}`?"
    return Fault("P105", f"`{shown(code)}` is no country code", hint, member=str(code) if isinstance(code, (str, bool)) else "")


def _country(_fact: Fact, written: Any, places: Collection[str]) -> str | Fault:
    return _bad_place(written, places) or str(written)


def day_of(written: Any) -> date | None:
    """Return a date as written, or as quoted text of the same form: JSON has no other way to write one. None where it is no date."""
    if isinstance(written, date):
        return written
    return iso_day(written) if isinstance(written, str) else None


def plausible_day(name: str, written: Any) -> date | Fault:
    """Return a date of this or the last century, or the Fault; years far off are slips, and reckoning with them overflows."""
    day = day_of(written)
    if day is None:
        return Fault("P110", f"`{name}` is a date, not `{shown(written)}`", "write it as 2026-12-02")
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return Fault("P110", f"`{name}` lies in the year {day.year}", f"write a date between {_FIRST_YEAR} and {_LAST_YEAR}, or unknown")
    return day


def _date(fact: Fact, written: Any, _places: Collection[str]) -> date | Fault:
    return plausible_day(fact.name, written)


def _integer(fact: Fact, written: Any, _places: Collection[str]) -> int | Fault:
    if isinstance(written, int) and not isinstance(written, bool) and written >= 0:
        return written if written <= _LARGEST_NUMBER else _too_large(fact)
    if isinstance(written, float) and written.is_integer() and written >= 0:
        return int(written) if written <= _LARGEST_NUMBER else _too_large(fact)
    return Fault("P103", f"`{fact.name}` is a whole number, not `{shown(written)}`", "write 500 or 1_000_000, without unit")


def _number(fact: Fact, written: Any, _places: Collection[str]) -> int | float | Fault:
    if isinstance(written, (int, float)) and not isinstance(written, bool) and written == written and abs(written) != float("inf"):  # noqa: PLR0124 (NaN)
        if fact.unit == "percent" and not 0 <= written <= _WHOLE:
            return Fault("P103", f"`{fact.name}` is a share from 0 to 100 percent, not `{shown(written)}`", "write 12.5 for 12.5 %")
        return written if abs(written) <= _LARGEST_NUMBER else _too_large(fact)
    return Fault("P103", f"`{fact.name}` is a number, not `{shown(written)}`", "write 12.5 or 1e25, without unit")


def _too_large(fact: Fact) -> Fault:
    return Fault("P103", f"`{fact.name}` is larger than any number that can be meant here", "at most 1e30; check the zeros")


def _money(fact: Fact, written: Any, _places: Collection[str]) -> Value | Fault:
    money = parse_money(written)
    if money is None or money.amount < 0:
        return Fault("P111", f"`{fact.name}` is an amount with its currency, not `{shown(written)}`", "write 79_040_000 USD")
    if money.amount > _LARGEST_AMOUNT:
        return Fault("P111", f"`{fact.name}` is more money than there is", "at most 1e18 of a currency; check the zeros")
    return money


def _text(fact: Fact, written: Any, _places: Collection[str]) -> str | Fault:
    if isinstance(written, str):
        return written
    return Fault("P112", f"`{fact.name}` is text, not `{shown(written)}`", "put it in quotes")


_READERS: dict[str, Any] = {
    "bool": _bool, "choice": _choice, "choices": _set, "country": _country, "countries": _set, "date": _date,
    "integer": _integer, "number": _number, "money": _money, "text": _text,
}  # fmt: skip
