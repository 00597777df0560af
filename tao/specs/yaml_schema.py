"""Check YAML specs against tables of their fields.

A table has a line for each section: its path, a colon, and its fields as ``name type``, parted by commas; ``(top)`` is
the top level, and a section with ``*`` may hold anything. Types are ``bool int float str any``, or choices ``a|b|c``;
``{}`` behind one means a mapping from names to it, ``*`` a list of it, ``?`` that it may be null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from palletjack_dr.errors import did_you_mean
from palletjack_dr.tao.findings import Finding

Schema = dict[str, dict[str, str]]
"""Path of a section -> name of a field -> its type; a subsection is a field of the type "section"."""
TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "str": (str,),
    "any": (object,),
}
WORDS = {"bool": "true or false", "int": "a whole number", "float": "a number", "str": "a text", "any": "anything"}
NOT_YET = "???"
"""What stands for a value that must be given before use."""


def schema(*tables: str) -> Schema:
    """Return what some tables say together."""
    found: Schema = {"": {}}
    for line in re.split(r"\n(?=\S)", "\n".join(tables).strip()):
        path, _, body = " ".join(line.split()).partition(": ")
        path = "" if path == "(top)" else path
        fields = found.setdefault(path, {})
        for words in () if body == "*" else body.split(", "):
            name, _, kind = words.partition(" ")
            fields[name] = kind.replace("| ", "|")
        if body == "*":
            fields["*"] = "any"
        while path:
            above, _, name = path.rpartition(".")
            found.setdefault(above, {})[name] = "section"
            path = above
    return found


def check_tree(tree: Mapping[Any, Any], known: Schema, path: str = "") -> Iterator[Finding]:
    """Say which fields of a spec are unknown or of another type."""
    fields = known[path]
    for name, value in tree.items():
        below = f"{path}.{name}" if path else str(name)
        if "*" in fields:
            continue
        if name not in fields:
            where = path or "the top level"
            hint = did_you_mean(str(name), fields)
            yield Finding(level="error", path=below, found="an unknown field", wanted=f"a field of {where}{hint}")
        elif fields[name] == "section":
            if isinstance(value, Mapping):
                yield from check_tree(value, known, below)
            else:
                yield Finding(level="error", path=below, found=repr(value), wanted="a mapping")
        elif value != NOT_YET and not _fits(value, fields[name]):
            yield Finding(level="error", path=below, found=repr(value), wanted=_in_words(fields[name]))


def _fits(value: Any, kind: str) -> bool:
    if kind.endswith("?"):
        return value is None or _fits(value, kind[:-1])
    if kind.endswith("*"):
        return isinstance(value, list) and all(_fits(v, kind[:-1]) for v in value)
    if kind.endswith("{}"):
        return isinstance(value, Mapping) and all(_fits(v, "any") for v in value.values())
    if kind not in TYPES:
        return str(value) in kind.split("|")
    return isinstance(value, TYPES[kind]) and (kind in ("bool", "any") or not isinstance(value, bool))


def _in_words(kind: str) -> str:
    if kind.endswith("?"):
        return f"{_in_words(kind[:-1])}, or null"
    if kind.endswith("*"):
        return f"a list, of {_in_words(kind[:-1])} each"
    if kind.endswith("{}"):
        return "a mapping"
    return WORDS.get(kind) or f"one of {', '.join(kind.split('|'))}"


def places(text: str) -> dict[str, tuple[int, int]]:
    """Return line and column of every key of a YAML text by its path."""
    found: dict[str, tuple[int, int]] = {}

    def note(node: yaml.Node | None, path: str) -> None:
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            below = f"{path}.{key.value}" if path else str(key.value)
            found[below] = (key.start_mark.line + 1, key.start_mark.column + 1)
            note(value, below)

    note(yaml.compose(text), "")
    return found
