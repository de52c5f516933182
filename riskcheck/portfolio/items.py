"""What there is to screen: paths to work items, and items to tables. An item is read by whoever judges it, never shipped."""

from __future__ import annotations

import json
from pathlib import Path

from riskcheck.diagnostics import InvalidInput
from riskcheck.evaluator.planes.records import Encoder, NotHeld
from riskcheck.loader.profiles import load_profile, read_profile
from riskcheck.model.vocabulary import COMPANY
from riskcheck.portfolio.layout import ASSUMPTIONS, FILES, PortfolioReader, wanted_columns
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program

_BATCH = 250
"""Profiles of files and lines in one item: two seconds of reading, between two steps of the progress bar and for each worker in turn."""
_SUFFIXES = (".yaml", ".yml", ".json")
_LINES = (".jsonl", ".ndjson")
ASIDE = "aside.jsonl"
"""What a run set aside, beside its results; never an input."""


class Item(NamedTuple):
    """A piece of work that one process does alone: a row group, some files, or some lines of a file."""

    kind: str
    path: str
    start: int = 0
    companies: int = 0
    files: tuple[str, ...] = ()
    line: int = 1
    """Of lines: the number of the first one."""

    @property
    def label(self) -> str:
        """How messages name the item."""
        if self.kind == "group":
            return f"{self.path}, row group {self.start}"
        if self.kind == "lines":
            return f"{self.path}, lines {self.line} to {self.line + self.companies - 1}"
        return f"{self.path}, {self.companies} profiles"


class Aside(NamedTuple):
    """A record that was not judged: where it stands, its id as far as it is known, and why."""

    source: str
    id: str
    reason: str


class NothingToScreen(ValueError):
    """A path that holds neither profiles nor a portfolio."""


def items_of(paths: Sequence[str]) -> list[Item]:
    """Return the work items of files and folders, in order. Raises NothingToScreen."""
    found: list[Item] = []
    for given in paths:
        path = Path(given)
        if not path.exists():
            message = f"{given}: no such file or folder"
            raise NothingToScreen(message)
        if path.is_dir() and (path / FILES["company"]).is_file():
            found += _groups(path)
        elif path.is_dir():
            seen = [file for file in path.rglob("*") if _is_input(file.relative_to(path)) and file.is_file()]
            files = sorted(str(file) for file in seen if file.suffix in _SUFFIXES)
            nested = sorted(file.parent for file in seen if file.name == FILES["company"])
            lines = sorted(file for file in seen if file.suffix in _LINES)
            if not files and not nested and not lines:
                message = f"{given}: no profiles (*.yaml, *.json, *.jsonl) and no portfolio ({FILES['company']}) in it"
                raise NothingToScreen(message)
            found += [
                Item("files", str(path), start, len(files[start : start + _BATCH]), tuple(files[start : start + _BATCH]))
                for start in range(0, len(files), _BATCH)
            ]
            for file in lines:
                found += _lines(file)
            for folder in nested:
                found += _groups(folder)
        elif path.suffix in _LINES:
            found += _lines(path)
        elif path.suffix in _SUFFIXES:
            found.append(Item("files", str(path.parent), 0, 1, (str(path),)))
        elif path.name in FILES.values():
            found += _groups(path.parent)
        else:
            message = f"{given}: not a profile (.yaml, .json), JSON Lines (.jsonl) or a portfolio folder"
            raise NothingToScreen(message)
    return found


def _is_input(path: Path) -> bool:
    """Whether a file below a given folder may be a profile: nothing hidden (a run's own parts), nothing that a run set aside."""
    return path.name != ASIDE and not any(part.startswith(".") for part in path.parts)


def _groups(folder: Path) -> list[Item]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.ParquetFile(folder / FILES["company"]).metadata
    except (pa.ArrowInvalid, OSError):
        # Whoever does this item meets the same fault and sets it aside with the reason; the others go on.
        return [Item("group", str(folder), 0, 0)]
    return [Item("group", str(folder), group, metadata.row_group(group).num_rows) for group in range(metadata.num_row_groups)]


def _lines(path: Path) -> list[Item]:
    found: list[Item] = []
    offset = start = count = 0
    first = 1
    try:
        with path.open("rb") as file:
            for line in file:
                offset += len(line)
                count += 1
                if count == _BATCH:
                    found.append(Item("lines", str(path), start, count, (), first))
                    start, first, count = offset, first + count, 0
    except FileNotFoundError:
        raise
    except OSError:
        count += 1  # the line that can't be read: whoever does this item sets it aside with the reason
    if count:
        found.append(Item("lines", str(path), start, count, (), first))
    return found


class ItemReader:
    """Reads items for one program. Keeps the files of the portfolio that it read last open."""

    def __init__(self, program: Program, facts: set[str], links: set[str]) -> None:
        self.program = program
        self.wanted = wanted_columns(program, facts, links)
        self._portfolio: PortfolioReader | None = None

    def tables(self, item: Item) -> tuple[dict[str, Any], list[Aside]]:
        """Return the tables of an item, and what can't be read of it. Raises OSError and Arrow's errors for a broken row group."""
        if item.kind == "group":
            return self.portfolio(Path(item.path)).read(item.start), []
        encoder = Encoder(self.program.vocabulary)
        aside: list[Aside] = []
        assumed: list[int] = []
        for source, identity, profile in self.profiles(item):
            if isinstance(profile, str):
                aside.append(Aside(source, identity, profile))
                continue
            try:
                encoder.add(identity, profile)
                assumed.append(len(profile.assumptions))
            except NotHeld as error:
                aside.append(Aside(source, identity, str(error)))
        return with_assumptions(encoder.tables(), assumed), aside

    def portfolio(self, folder: Path) -> PortfolioReader:
        """Return the open reader of a portfolio folder."""
        if self._portfolio is None or self._portfolio.folder != folder:
            if self._portfolio is not None:
                self._portfolio.close()
            self._portfolio = PortfolioReader(folder, self.wanted)
        return self._portfolio

    def profiles(self, item: Item, only: Collection[str] | None = None) -> Iterator[tuple[str, str, Profile | str]]:
        """Yield (source, id, profile or the reason why it can't be read) for an item of files or lines; ``only`` names the ids wanted."""
        if item.kind == "files":
            for file in item.files:
                identity = Path(file).relative_to(item.path).with_suffix("").as_posix()
                if only is not None and identity not in only:
                    continue
                try:
                    yield file, identity, load_profile(Path(file), self.program)[0]
                except InvalidInput as fault:
                    yield file, identity, reason_of(fault)
            return
        with Path(item.path).open("rb") as stream:
            stream.seek(item.start)
            for number in range(item.companies):
                line = stream.readline()
                source = f"{item.path}, line {item.line + number}"
                if line.strip():
                    identity, found = self._line(line, source, f"{Path(item.path).stem}:{item.line + number}", only)
                    if found is not None:
                        yield source, identity, found

    def _line(self, line: bytes, source: str, fallback: str, only: Collection[str] | None) -> tuple[str, Profile | str | None]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            return "", f"no JSON: {error}"
        if not isinstance(record, dict):
            return "", "a record is a JSON object: a profile, with an `id` beside it"
        try:
            text = json.dumps(record, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return "", "a text holds half a character (a lone surrogate such as \\ud800)"
        except RecursionError:
            return "", "nested too deeply"
        given = record.pop("id", None)
        if given is not None and (isinstance(given, bool) or not isinstance(given, (str, int, float))):
            return "", "`id` is a text or a number"
        company = record.get("company")
        name = company.get("name") if isinstance(company, dict) else None
        identity = str(given if given is not None else name or fallback)
        if only is not None and identity not in only:
            return identity, None
        try:
            return identity, read_profile(text if given is None else json.dumps(record, ensure_ascii=False).encode(), source, self.program)[0]
        except InvalidInput as fault:
            return identity, reason_of(fault)


def with_assumptions(tables: dict[str, Any], counts: list[int]) -> dict[str, Any]:
    """Return tables that say of each company how many assumptions of its own were left aside."""
    import pyarrow as pa

    company = tables[COMPANY].append_column(ASSUMPTIONS, pa.array(counts, pa.int32()))
    return {**tables, COMPANY: company}


def reason_of(fault: InvalidInput) -> str:
    """Return why a profile can't be read, in one line."""
    first = fault.diagnostics[0]
    more = len(fault.diagnostics) - 1
    return f"{first.code}: {first.message}" + (f" (and {more} more)" if more else "")

