"""What companies, rules, subjects and rule sets are called on the pages of a portfolio, and where they lead."""

from __future__ import annotations

from riskcheck.report.part_words import part_words
from riskcheck.report.parts.context import anchor_at
from riskcheck.report.safe import NAME, clean
from riskcheck.report.told import Told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskcheck.installed import Installed


class Names:
    """The names of one language. ``pages`` are the numbers of companies with a page of their own, by id."""

    def __init__(self, installed: Installed, language: str, pages: Mapping[str, int], prefix: str = "") -> None:
        self.told = Told(installed, language)
        self.word = part_words("portfolio", language)
        self._pages = pages
        self._prefix = prefix
        self._language = language

    def rule(self, rule: str) -> str:
        """Return the title of a rule."""
        return self.told.passage("rules", rule, "title", rule)

    def pack(self, pack: str) -> str:
        """Return the title of a rule set."""
        return self.told.passage("packs", pack, "title", pack)

    def company(self, row: Mapping[str, Any]) -> str:
        """Return the name of a company, its id where it has none."""
        return clean(str(row["name"] or row["id"] or "–"), NAME)

    def id(self, row: Mapping[str, Any]) -> str:
        """Return the id of a company where it says more than the name."""
        return clean(str(row["id"]), NAME) if row["name"] and row["name"] != row["id"] else ""

    def subject(self, path: str) -> str:
        """Return what a subject is called where only its path is known; nothing for the company itself."""
        if path == "company":
            return ""
        found = []
        for part in path.split("+"):
            plural, _, key = part.partition("/")
            found.append(self.word(f"any_{plural.removesuffix('s')}") if key == "*" else clean(key, NAME))
        return " / ".join(found)

    def page(self, company: str) -> str:
        """Return the address of a company's page in this language; empty where it has none."""
        if company not in self._pages:
            return ""
        return page_of(self._pages[company]) + (f"#report-{self._language}" if self._prefix else "")

    def finding(self, identity: str, company: str) -> tuple[str, str, str]:
        """Return title, subject and address of one finding of a company."""
        rule, _, subject = identity.partition("@")
        page = f"{page_of(self._pages[company])}#{self._prefix}{anchor_at(rule, subject)}" if company in self._pages else ""
        return self.rule(rule), self.subject(subject), page


PAGES = "companies"
"""The folder of the pages of single companies, beside the overview."""


def page_of(number: int) -> str:
    """Return the address of a company's page, seen from the overview."""
    return f"{PAGES}/{number:03d}.html"
