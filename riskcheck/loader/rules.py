"""A rules folder to a Library: everything in it as written, placed and shape-checked, nothing compiled yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from riskcheck.diagnostics import Diagnostic
from riskcheck.loader import surface
from riskcheck.loader.files import check, load, yaml_files
from riskcheck.resources import rules_folder
from riskcheck.source.document import Document, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from riskcheck.diagnostics import Diagnostics

RESERVED = frozenset({"pack.yaml", "precedents.yaml", "coverage.yaml", "demands.yaml"})
"""Files of a pack that are neither rule nor definition."""


@dataclass(slots=True)
class Library:
    """The files of a rules folder. ``texts[language][section][id]`` holds every translated text as written."""

    vocabulary: list[tuple[Document, surface.VocabularyFile]] = field(default_factory=list)
    regions: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, tuple[Document, surface.ParameterEntry]] = field(default_factory=dict)
    acts: dict[str, tuple[Document, surface.ActFile]] = field(default_factory=dict)
    provisions: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    packs: dict[str, tuple[Document, surface.PackFile]] = field(default_factory=dict)
    rules: dict[str, tuple[Document, surface.RuleFile]] = field(default_factory=dict)
    definitions: dict[str, tuple[Document, surface.DefinitionFile]] = field(default_factory=dict)
    precedents: dict[str, Document] = field(default_factory=dict)
    demands: dict[str, tuple[Document, surface.DemandEntry]] = field(default_factory=dict)
    ledgers: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    locales: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def locale(self, language: str, section: str) -> dict[str, Any]:
        """Return the texts of one section in one language, to read or to fill."""
        return self.locales.setdefault(language, {}).setdefault(section, {})


def load_library(root: Path, sink: Diagnostics) -> Library:
    """Return the library of a rules folder; faults go to the sink, and what is faulty is left out."""
    library = Library()
    if not (root / "vocabulary").is_dir() or not any(root.glob("*/pack.yaml")):
        sink.add(Diagnostic(
            code="R001", message="this is no rules folder: it has no vocabulary/, or no pack with a pack.yaml", file=str(root),
            help=f"a rules folder stands for itself, with facts, parameters and acts: copy {rules_folder()} and add to the copy",
        ))  # fmt: skip
        return library
    for name in ("scoring", "money", "consequences", "glossary"):
        path = root / f"{name}.yaml"
        if path.is_file():
            document = read(path, sink, f"{root.name}/{name}.yaml")
            library.data[name] = document.data if document else {}
    for path in _files(root / "locale"):
        _texts(root, path, library, sink, whole=True)
    _load_vocabulary(root, library, sink)
    _load_parameters(root, library, sink)
    _load_acts(root, library, sink)
    for folder in sorted(child for child in root.iterdir() if (child / "pack.yaml").is_file()):
        _load_pack(root, folder, library, sink)
    return library


def _files(folder: Path) -> list[Path]:
    return yaml_files(folder) if folder.is_dir() else []


def _name(root: Path, path: Path) -> str:
    return f"{root.name}/{path.relative_to(root).as_posix()}"


def _texts(root: Path, path: Path, library: Library, sink: Diagnostics, *, whole: bool = False, section: str = "", prefix: str = "") -> None:
    """Read a side file ``locale/zh*.yaml`` into a section, its keys under a prefix."""
    document = read(path, sink, _name(root, path))
    if document is None or not isinstance(document.data, dict):
        return
    language = path.name.partition(".")[0]
    for key, value in document.data.items():
        if whole and isinstance(value, dict):
            library.locale(language, key).update(value)
        else:
            library.locale(language, section)[prefix + key] = value


def _load_vocabulary(root: Path, library: Library, sink: Diagnostics) -> None:
    for path in _files(root / "vocabulary"):
        if path.parent.name == "locale":
            _texts(root, path, library, sink, section="facts")
        elif path.name == "regions.yaml":
            document = read(path, sink, _name(root, path))
            regions = document.data.get("regions") if document and isinstance(document.data, dict) else None
            if isinstance(regions, dict):
                library.regions = dict(regions)
            elif document:
                hint = "write `regions:` and below it `EU: eu27`"
                sink.add(document.diagnostic((), "R101", "the key `regions` maps codes to groups here", help=hint))
        else:
            loaded = load(path, _name(root, path), surface.VocabularyFile, sink)
            if loaded:
                library.vocabulary.append(loaded)
    for language in library.locales:
        subjects = library.locale(language, "facts").pop("_subjects", {})
        library.locale(language, "subjects").update(subjects if isinstance(subjects, dict) else {})


def _load_parameters(root: Path, library: Library, sink: Diagnostics) -> None:
    for path in _files(root / "parameters"):
        if path.parent.name == "locale":
            _texts(root, path, library, sink, section="parameters")
            continue
        document = read(path, sink, _name(root, path))
        for name, entry in (document.data if document and isinstance(document.data, dict) else {}).items():
            checked = check(document, entry, (name,), surface.ParameterEntry, sink)  # type: ignore[arg-type]
            if checked is None or document is None:
                continue
            if name in library.parameters:
                other = library.parameters[name][0].file
                sink.add(document.diagnostic((name,), "R105", f"the parameter `{name}` is already in {other}"))
                continue
            library.parameters[name] = (document, checked)


def _load_acts(root: Path, library: Library, sink: Diagnostics) -> None:
    for path in _files(root / "acts"):
        if path.parent.name == "locale":
            _texts(root, path, library, sink, section="acts")
        elif path.name == "provisions.yaml":
            document = read(path, sink, _name(root, path))
            library.provisions[path.parent.name] = document.data if document else {}
        else:
            act = path.parent.name if path.name == "act.yaml" else path.stem
            loaded = load(path, _name(root, path), surface.ActFile, sink)
            if loaded:
                library.acts[act] = loaded


def _load_pack(root: Path, folder: Path, library: Library, sink: Diagnostics) -> None:
    loaded = load(folder / "pack.yaml", _name(root, folder / "pack.yaml"), surface.PackFile, sink)
    if loaded is None:
        return
    library.packs[folder.name] = loaded
    for path in yaml_files(folder):
        name = _name(root, path)
        inside = path.relative_to(folder)
        if path.parent.name == "locale":
            prefix = path.parent.parent.relative_to(root).as_posix() + "/"
            if inside.parts[0] == "locale":
                _pack_texts(root, path, folder.name, library, sink)
            else:
                _texts(root, path, library, sink, section="rules", prefix=prefix)
        elif inside.parts[0] in ("coverage", "coverage.yaml"):
            document = read(path, sink, name)
            library.ledgers.setdefault(folder.name, {})[inside.as_posix()] = document.data if document else {}
        elif path.name == "precedents.yaml":
            document = read(path, sink, name)
            if document:
                library.precedents[folder.name] = document
        elif path.name == "demands.yaml":
            _load_demands(path, name, folder.name, library, sink)
        elif path.name not in RESERVED:
            _load_rule(root, path, library, sink)


def _load_demands(path: Path, name: str, pack: str, library: Library, sink: Diagnostics) -> None:
    document = read(path, sink, name)
    for key, entry in (document.data if document and isinstance(document.data, dict) else {}).items():
        checked = check(document, entry, (key,), surface.DemandEntry, sink)  # type: ignore[arg-type]
        if checked is not None and document is not None:
            library.demands[f"{pack}/{key}"] = (document, checked)


def _pack_texts(root: Path, path: Path, pack: str, library: Library, sink: Diagnostics) -> None:
    document = read(path, sink, _name(root, path))
    if document is None or not isinstance(document.data, dict):
        return
    language = path.name.partition(".")[0]
    section = "precedents" if "precedents" in path.name else ""
    for key, value in document.data.items():
        if "demands" in path.name:
            library.locale(language, "demands")[f"{pack}/{key}"] = {"title": value}
        elif key == "pack":
            library.locale(language, "packs")[pack] = value
        elif key == "conduct" and isinstance(value, dict):
            library.locale(language, "conduct").update(value)
        elif section:
            library.locale(language, section)[key] = value


def _load_rule(root: Path, path: Path, library: Library, sink: Diagnostics) -> None:
    name = _name(root, path)
    document = read(path, sink, name)
    if document is None:
        return
    identity = path.relative_to(root).with_suffix("").as_posix()
    if isinstance(document.data, dict) and "define" in document.data:
        definition = check(document, document.data, (), surface.DefinitionFile, sink)
        if definition:
            library.definitions[identity] = (document, definition)
    else:
        rule = check(document, document.data, (), surface.RuleFile, sink)
        if rule:
            library.rules[identity] = (document, rule)
