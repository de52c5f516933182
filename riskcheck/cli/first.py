"""The text of a first profile."""

from __future__ import annotations

import json

from riskcheck.model.vocabulary import COMPANY, PLURAL_OF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from riskcheck.installed import Installed

_KEYS = {"system": "my-product", "model": "my-model", "dataset": "my-data", "flow": "my-flow"}


def first_profile(installed: Installed, name: str, count: int, language: str, schema: Path | None) -> str:
    """Return a profile in which the weightiest open questions of an empty company stand as `unknown`."""
    from riskcheck.assess.assess import assess
    from riskcheck.model.profile import Profile, Subject

    texts = installed.texts(language)
    # The day only orders the questions; any day on which the packs were verified will do, and the text stays the same.
    day: date = max(info.last_verified for info in installed.program.packs.values())
    subjects = {kind: {key: Subject(kind=kind, key=key)} for kind, key in _KEYS.items()}
    profile = Profile(company=Subject(kind=COMPANY, key=""), subjects=subjects)
    questions = [q for q in assess(installed.program, profile, day).questions if q.fact in installed.program.vocabulary.facts]
    asked = [q for q in questions if installed.program.vocabulary.facts[q.fact].kind != "derived"][:count]
    lines = [f"# yaml-language-server: $schema={schema.as_posix()}"] if schema else []
    lines += ["profile: 1", f"{COMPANY}:", f"  name: {json.dumps(name or 'My Company', ensure_ascii=False)}"]
    for kind in (COMPANY, *_KEYS):
        found = [q.fact for q in asked if q.fact.startswith(kind + ".")]
        indent = "  "
        if kind != COMPANY:
            lines += [f"{PLURAL_OF[kind]}:", f"  {_KEYS[kind]}:" + ("" if found else " {}")]
            indent = "    "
        for fact in found:
            lines.append(f"{indent}# {' '.join(str(texts.get('facts', fact, 'ask')).split())}")
            lines.append(f"{indent}{fact.partition('.')[2]}: unknown")
    lines += ["incomplete: [systems, models, datasets, flows, customers, disputes]", "evidence: []"]
    return "\n".join(lines) + "\n"
