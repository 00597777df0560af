"""What a spec is filled in with, and how classes spread over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.layout import View
from palletjack_dr.tao.message_table import Descriptor


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The sets of a training as TAO reads them.

    ``weights`` multiply the loss of the sources of ``train``, in order. ``validation`` is None where a fold of the
    sources validates. ``size`` is the network's (width, height) [px]; ``extension`` has no dot.
    """

    train: Sequence[View]
    weights: Sequence[float]
    validation: View | None
    classes: tuple[str, ...]
    size: tuple[int, int]
    extension: str
    results_dir: Path

    @property
    def views(self) -> list[View]:
        """All sources, the one that validates last."""
        return [*self.train, *([self.validation] if self.validation else [])]

    @property
    def frames(self) -> int:
        """How many pictures there are to train on."""
        return sum(view.frames for view in self.train)

    def records(self, view: View) -> str:
        """Return what the names of a source's records begin with, all there is before "-fold-"."""
        return str(self.results_dir / "tfrecords" / view.name / view.name)


def merged(one: Any, other: Any) -> Any:
    """Return a tree in which the second's values count where both have one."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return other
    return {**one, **{k: merged(one[k], v) if k in one else v for k, v in other.items()}}


def completed(tree: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree in which values stand where it has none, or null."""
    found = dict(tree)
    for name, value in values.items():
        if isinstance(value, Mapping):
            found[name] = completed(found.get(name) or {}, value)
        elif found.get(name) is None:
            found[name] = value
    return found


def of_classes(per_class: Mapping[str, Any], classes: Sequence[str], key: str) -> dict[str, Any]:
    """Return each class's tree: the block "default", and over it the class's own."""
    for name in per_class:
        if name != "default" and name not in classes:
            raise ConfigError(f"{key}.{name}: no such class{did_you_mean(name, ['default', *classes])}")
    return {name: merged(per_class.get("default", {}), per_class.get(name, {})) for name in classes}


def spread(tree: Mapping[str, Any], message: Descriptor, name: str, key: str) -> dict[str, Any]:
    """Return one class's tree with the class's ``name`` in it, at the maps and lists that have an entry for each."""
    found: dict[str, Any] = {}
    for field, value in tree.items():
        known = message.fields_by_name.get(field)
        if known is None:
            offered = message.fields_by_name
            raise ConfigError(f"{key}.{field}: {message.name} has no such field{did_you_mean(field, offered)}")
        if known.message_type is None or not (known.is_repeated or isinstance(value, Mapping)):
            raise ConfigError(f"{key}.{field}: got {value!r}, which no class has for itself; set it in tao.spec")
        below = f"{key}.{field}"
        found[field] = {name: value} if known.is_repeated else spread(value, known.message_type, name, below)
    return found
