"""The registry: which components are on offer, by group and name, and which plugin offers them."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import dataclass
from typing import Any, Final, TypeVar, get_type_hints

from palletjack_dr.component import Annotator, Asset, Constraint, Environment, Randomizer, Writer
from palletjack_dr.distributions import Distribution, in_text
from palletjack_dr.errors import PluginError
from palletjack_dr.runtime import Runtime

GROUPS: Final[dict[str, type[Any]]] = {
    "environment": Environment,
    "asset": Asset,
    "randomizer": Randomizer,
    "constraint": Constraint,
    "annotator": Annotator,
    "writer": Writer,
    "engine": object,
    "runtime": Runtime,
}
"""Config groups and the class that their components derive from (an engine only has to have its methods)."""

T = TypeVar("T", bound=type[Any])


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One component on offer; ``target`` is what ``_target_`` in a config must say to build it."""

    group: str
    name: str
    cls: type[Any]
    plugin: str

    @property
    def target(self) -> str:
        """The dotted name of the component's class."""
        return f"{self.cls.__module__}.{self.cls.__qualname__}"


class Registry:
    """What ``dr_register`` receives. Built-in and third-party components come in by the same methods."""

    def __init__(self) -> None:
        self.offers: dict[tuple[str, str], Offer] = {}
        self.config_packages: dict[str, str] = {}
        self._plugin = "palletjack_dr"

    def environment(self, cls: T, *, name: str = "") -> T:
        """Offer ``environment=<name>``."""
        return self._offer("environment", cls, name)

    def asset(self, cls: T, *, name: str = "") -> T:
        """Offer ``asset=<name>``."""
        return self._offer("asset", cls, name)

    def randomizer(self, cls: T, *, name: str = "") -> T:
        """Offer ``randomizer=<name>``."""
        return self._offer("randomizer", cls, name)

    def constraint(self, cls: T, *, name: str = "") -> T:
        """Offer ``constraint=<name>``."""
        return self._offer("constraint", cls, name)

    def annotator(self, cls: T, *, name: str = "") -> T:
        """Offer ``annotator=<name>``."""
        return self._offer("annotator", cls, name)

    def writer(self, cls: T, *, name: str = "") -> T:
        """Offer ``writer=<name>``."""
        return self._offer("writer", cls, name)

    def engine(self, cls: T, *, name: str = "") -> T:
        """Offer ``engine=<name>``."""
        return self._offer("engine", cls, name)

    def runtime(self, cls: T, *, name: str = "") -> T:
        """Offer ``runtime=<name>``."""
        return self._offer("runtime", cls, name)

    def configs(self, package: str) -> None:
        """Offer the YAML presets of a package ("acme_fog.conf"): folders named after the groups."""
        self.config_packages[package] = self._plugin

    def of(self, group: str) -> dict[str, Offer]:
        """Return the offers of a group by name."""
        return {name: offer for (g, name), offer in sorted(self.offers.items()) if g == group}

    def by_target(self, target: str) -> Offer | None:
        """Return the offer whose class ``_target_`` names, or None: what is not offered is never built."""
        return next((o for o in self.offers.values() if o.target == target), None)

    def speak_for(self, plugin: str) -> None:
        """Note under which plugin's name the next offers are made."""
        self._plugin = plugin

    def withdraw(self, plugin: str) -> None:
        """Remove everything that a plugin offered, after it failed."""
        self.offers = {key: o for key, o in self.offers.items() if o.plugin != plugin}
        self.config_packages = {p: owner for p, owner in self.config_packages.items() if owner != plugin}

    def _offer(self, group: str, cls: T, name: str) -> T:
        name = name or _snake(cls.__name__)
        known = self.offers.get((group, name))
        if known is not None:
            raise PluginError(
                f"{group}={name} is offered by both {known.plugin!r} and {self._plugin!r}; "
                f"rename one with registry.{group}({cls.__name__}, name=...)"
            )
        _check_class(group, cls)
        self.offers[group, name] = Offer(group=group, name=name, cls=cls, plugin=self._plugin)
        return cls


def schema(offer: Offer) -> Any:
    """Return a dataclass with ``_target_`` and the component's fields: the type that its config must have."""
    hints = get_type_hints(offer.cls)
    fields: list[tuple[str, Any, Any]] = [("_target_", str, dataclasses.field(default=offer.target))]
    for f in dataclasses.fields(offer.cls):
        if f.init:
            kind = Any if hints[f.name] is Distribution else hints[f.name]
            fields.append((f.name, kind, _default(f)))
    return dataclasses.make_dataclass(f"{offer.cls.__name__}Config", fields, kw_only=True)


def _default(f: dataclasses.Field[Any]) -> Any:
    if f.metadata.get("drawn"):
        # As text, since a config merges lists into lists and maps into maps, where a new distribution must replace.
        return dataclasses.field(default=in_text(f.metadata["default"]))
    if f.default_factory is not dataclasses.MISSING:
        return dataclasses.field(default_factory=f.default_factory)
    if f.default is dataclasses.MISSING:
        return dataclasses.field(default="???")  # omegaconf's sign for a mandatory value
    return dataclasses.field(default=f.default)


def _check_class(group: str, cls: type[Any]) -> None:
    if not dataclasses.is_dataclass(cls) or not issubclass(cls, GROUPS[group]):
        wanted = GROUPS[group].__name__
        raise PluginError(f"{cls.__qualname__} cannot be a {group}: wanted a frozen dataclass derived from {wanted}")
    declared = {f.name for f in dataclasses.fields(cls)}
    annotated = inspect.get_annotations(cls)
    stray = [n for n, kind in annotated.items() if n not in declared and "ClassVar" not in str(kind)]
    if stray:
        raise PluginError(
            f"{cls.__qualname__}.{stray[0]} has an annotation but is not a dataclass field: "
            f"decorate {cls.__qualname__} with @dataclass(frozen=True, kw_only=True)"
        )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
