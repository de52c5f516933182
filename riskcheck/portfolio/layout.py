"""A portfolio on disk: a folder with one Parquet file for companies and one for each kind of subject, in equal row groups."""

from __future__ import annotations

from contextlib import suppress

from riskcheck.evaluator.planes.records import bits_of, schema_of
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF, SET_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, Self

    from riskcheck.model.program import Program
    from riskcheck.model.vocabulary import Fact, Vocabulary

VERSION = "1"
"""Stands in the metadata of every file as ``riskcheck.portfolio``; it changes when old files can't be read any more."""
GROUP = 32_768
"""Companies in a row group: bit planes of this length stay in the cache."""
FILES = {COMPANY: "companies.parquet", **{kind: f"{plural}.parquet" for kind, plural in PLURAL_OF.items()}}
"""The file of each kind."""
ASSUMPTIONS = "assumptions"
"""The column that counts a company's own assumptions, which are left aside: companies compare only by the same figures."""
BITS = {kind: f"{PLURAL_OF.get(kind, 'companies')}.bits.parquet" for kind in FILES}
"""The file of each kind's bool facts, where they are stored as bits."""

_TEXT = """A riskcheck portfolio is a folder of Parquet files: {files}.

Every file has the same number of row groups. Row group n of companies.parquet holds up to {group} companies; row group n of
each other file holds the subjects of those companies, in the order of the companies. The count of a company's subjects
stands in companies.parquet (`systems`, `models` ...), so nothing has to be joined by name. A count that is null says that
nothing is known of them; 0 says that there are none; `systems.incomplete` true says that there are more than the rows.

The column `assumptions` of companies.parquet (integer, may be missing) says how many assumptions of its own a company's profile
had. They are left aside; the overview tells its reader.

Every fact may be null (unknown). A column that is missing is unknown throughout. Columns beyond these are ignored.

  type        column          Parquet type
  bool        fact            boolean
  choice      fact            string, one of the slugs
  country     fact            string, ISO 3166-1 (DE), a part (US-CA) or EU
  choices     fact            list<string>: members. Null: unknown. [] : none
  countries     fact.no       list<string>: known not to be members (only where fact.open is true)
                fact.open     boolean: true where there may be members beyond those listed
  date        fact            date
  integer, number  fact       double (or any integer type); finite
  money       fact            double, with fact.currency: string, ISO 4217
  text        fact            string
  link        link            list<int32> (or int32 for a link to one): places of the linked subjects among those of their
                              own company, from 0; or list<string> of their keys. Null: unknown

Bool and set facts are read fastest as bits: systems.bits.parquet (companies.bits.parquet ...) has in each row group one row a
fact with the columns fact (string), true (binary) and false (binary): bit n, lowest first, is set where the fact of row n of the
same row group of systems.parquet is true, or false. A set has one row for each member, `markets/DE`: true where it is in, false
where it is known to be out; and one row `markets/`: true where the set is closed, false where it may have more members. A fact
found there is not looked for in systems.parquet. This file is optional.

`riskcheck encode` writes this layout from YAML, JSON or JSON Lines. Judged is what the columns say, as of --as-of.
"""


def describe(program: Program) -> str:
    """Return the layout in words, with every column of every file and its meaning."""
    lines = [_TEXT.format(files=", ".join(FILES.values()), group=GROUP)]
    for kind, file in FILES.items():
        lines.append(f"{file}")
        declared = program.vocabulary.facts_of(kind)
        for field in schema_of(kind, program.vocabulary):
            kind_of_column = str(field.type).replace("list<item: ", "list<").replace("list<element: ", "list<")
            lines.append(f"  {field.name:<48}{kind_of_column:<16}{_note(declared.get(field.name))}".rstrip())
        lines.append("")
    return "\n".join(lines)


def _note(fact: Fact | None) -> str:
    if fact is None:
        return ""
    if fact.choices:
        return f"{fact.type}: {', '.join(fact.choices)}"
    return f"{fact.type}{f', {fact.unit}' if fact.unit else ''}"


class PortfolioWriter:
    """Writes a portfolio folder, one row group a call. The files get their names when the whole is closed."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self.folder = folder
        self.vocabulary = vocabulary
        self._writers: dict[str, Any] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                for writer in self._writers.values():
                    writer.close()
                # The companies come last: a folder is a portfolio once it has them.
                for name in reversed(self._writers):
                    self._temporary(name).replace(self.folder / name)
        finally:
            for writer in self._writers.values():
                abandon(writer)
            # One that could not even be opened has left its file too.
            for name in (*FILES.values(), *BITS.values()):
                self._temporary(name).unlink(missing_ok=True)

    def _temporary(self, name: str) -> Path:
        return self.folder / f".{name}.part"

    def write(self, tables: dict[str, Any]) -> None:
        """Write one row group of every file."""
        for kind, table in tables.items():
            rest, bits = bits_of(kind, table, self.vocabulary)
            self._write(FILES[kind], rest)
            self._write(BITS[kind], bits)

    def _write(self, name: str, table: Any) -> None:
        import pyarrow.parquet as pq

        writer = self._writers.get(name)
        if writer is None:
            schema = table.schema.with_metadata({"riskcheck.portfolio": VERSION})
            writer = self._writers[name] = pq.ParquetWriter(
                self._temporary(name), schema, compression="zstd", compression_level=1, write_statistics=False, use_dictionary=[
                    field.name for field in schema if not str(field.type).startswith(("binary", "bool"))],
            )  # fmt: skip
        writer.write_table(table.cast(writer.schema), row_group_size=max(1, table.num_rows))


def abandon(writer: Any) -> None:
    """Close a writer whose file is thrown away (a full disk says so again at every try, and once more when the object goes)."""
    if getattr(writer, "is_open", True):
        with suppress(OSError):
            writer.close()
        writer.is_open = False


class PortfolioReader:
    """Reads row groups of a portfolio folder: the columns that some facts and links need, and no others."""

    def __init__(self, folder: Path, wanted: dict[str, list[str]]) -> None:
        import pyarrow.parquet as pq

        self.folder = folder
        self.files: dict[str, Any] = {}
        self.columns: dict[str, list[str]] = {}
        for kind, name in FILES.items():
            path = folder / name
            if kind == COMPANY or path.is_file():
                head = pq.read_schema(path)
                self.columns[kind] = [column for column in wanted[kind] if column in head.names]
                coded = [path_ for path_ in (_coded_path(column, head) for column in self.columns[kind]) if path_]
                self.files[kind] = pq.ParquetFile(path, read_dictionary=coded, pre_buffer=False)
            if (folder / BITS[kind]).is_file():
                self.files[f"{kind}.bits"] = pq.ParquetFile(folder / BITS[kind])
                self.columns[f"{kind}.bits"] = ["fact", "true", "false"]
        groups = {file.metadata.num_row_groups for file in self.files.values()}
        self.groups = self.files[COMPANY].metadata.num_row_groups
        self.uneven = len(groups) > 1

    def rows(self, group: int) -> int:
        """Return how many companies a row group holds."""
        return int(self.files[COMPANY].metadata.row_group(group).num_rows)

    def read(self, group: int) -> dict[str, Any]:
        """Return the tables of one row group."""
        return {kind: file.read_row_group(group, columns=self.columns[kind], use_threads=False) for kind, file in self.files.items()}

    def close(self) -> None:
        """Close the files."""
        for file in self.files.values():
            file.close()


def _coded_path(column: str, schema: Any) -> str:
    import pyarrow as pa

    kind = schema.field(column).type
    if pa.types.is_string(kind) and column not in ("id", "name"):
        return column
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return f"{column}.list.{kind.value_field.name}"
    return ""


def wanted_columns(program: Program, facts: set[str], links: set[str]) -> dict[str, list[str]]:
    """Return, by kind, the columns to read for some facts and links."""
    found: dict[str, list[str]] = {COMPANY: ["id", "name", ASSUMPTIONS]}
    for plural in PLURAL_OF.values():
        found[COMPANY] += [plural, f"{plural}.incomplete"]
    found.update({kind: ["key"] for kind in PLURAL_OF})
    for name in sorted(links):
        kind, _, short = name.partition(".")
        if name in program.vocabulary.written_links:
            found[kind].append(short)
    if "system" not in found["flow"] and "flow.system" in program.vocabulary.written_links:
        found["flow"].append("system")
    for name in sorted(facts):
        kind, _, short = name.partition(".")
        fact = program.vocabulary.facts[name]
        found[kind].append(short)
        if fact.type in SET_TYPES:
            found[kind] += [f"{short}.no", f"{short}.open"]
        if fact.type == "money":
            found[kind].append(f"{short}.currency")
    return found
