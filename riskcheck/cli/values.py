"""What options of the command line mean, without click. Each function raises ValueError with a sentence for the user."""

from __future__ import annotations

LANGUAGES = ("en", "zh")


def output_of(text: str) -> tuple[str, str]:
    """Return format and file of ``-f NAME[=FILE]``; the file is ``-`` (standard output) where none is named."""
    from riskcheck.diagnostics import did_you_mean
    from riskcheck.report.formats.registry import ALIASES, FORMATS

    name, _, file = text.partition("=")
    if name not in FORMATS and name not in ALIASES:
        message = f"no format '{name}'; {did_you_mean(name, FORMATS) or 'formats: ' + ', '.join(FORMATS)}"
        raise ValueError(message)
    name = ALIASES.get(name, name)
    if FORMATS[name].binary and file in ("", "-"):
        message = f"'{name}' needs a file: -f {name}=FILE"
        raise ValueError(message)
    return name, file or "-"


def languages_of(text: str) -> tuple[str, ...]:
    """Return the languages of ``--lang``, in their order."""
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not found or any(language not in LANGUAGES for language in found):
        message = f"'{text}' is no language; write en, zh or en,zh"
        raise ValueError(message)
    return found
