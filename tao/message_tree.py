"""Bring a config's tree into a protocol buffer message, and the message into text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.message_table import Descriptor
from palletjack_dr.tao.text_proto import type_name

if TYPE_CHECKING:
    from google.protobuf.message import Message


def write_text(message: Message, about: str) -> str:
    """Return the text of a message, below a comment that says what it is."""
    from google.protobuf import text_format

    return f"# {about}\n{text_format.MessageToString(message)}"


def fill(message: Message, tree: Mapping[Any, Any], key: str) -> None:
    """Set the fields of a message from a config's tree; nothing is set for None.

    Lists of messages with a name may be given as a mapping from names. ``key`` is where the tree stands in the config.
    Raises ``ConfigError`` for a field or a value that the message does not take.
    """
    offered = message.DESCRIPTOR.fields_by_name
    groups: dict[str, str] = {}
    for name, value in tree.items():
        known = offered.get(str(name))
        if known is None:
            raise ConfigError(
                f"{key}.{name}: {message.DESCRIPTOR.name} has no such field{did_you_mean(str(name), offered)}"
            )
        if value is None:
            continue
        group = known.containing_oneof
        if group is not None and groups.setdefault(group.name, str(name)) != name:
            raise ConfigError(
                f"{key}: both {groups[group.name]} and {name} are given, wanted one; set the other to null"
            )
        _fill_field(message, known, value, f"{key}.{name}")


def _fill_field(message: Message, known: Descriptor, value: Any, key: str) -> None:
    mapped = known.message_type is not None and known.message_type.GetOptions().map_entry
    if mapped:
        _want(isinstance(value, Mapping), key, value, "a mapping")
        of_messages = known.message_type.fields_by_name["value"].message_type is not None
        for name, below in value.items():
            if of_messages:
                entry = getattr(message, known.name)[str(name)]
                entry.SetInParent()
                _want(isinstance(below, Mapping), f"{key}.{name}", below, "a mapping")
                fill(entry, below, f"{key}.{name}")
            else:
                _set(partial(getattr(message, known.name).__setitem__, str(name), below), f"{key}.{name}", below)
    elif known.message_type is not None and known.is_repeated:
        rows = [{"name": n, **row} for n, row in value.items()] if isinstance(value, Mapping) else value
        _want(isinstance(rows, list), key, value, "a list, or a mapping from names")
        for number, row in enumerate(rows):
            _want(isinstance(row, Mapping), f"{key}[{number}]", row, "a mapping")
            fill(getattr(message, known.name).add(), row, f"{key}[{number}]")
    elif known.message_type is not None:
        _want(isinstance(value, Mapping), key, value, f"a mapping, a {known.message_type.name}")
        getattr(message, known.name).SetInParent()
        fill(getattr(message, known.name), value, key)
    elif known.is_repeated:
        _want(isinstance(value, list), key, value, "a list")
        _set(partial(getattr(message, known.name).extend, value), key, value)
    else:
        whole = isinstance(value, bool) != (known.type == known.TYPE_BOOL) and known.type != known.TYPE_STRING
        _want(not whole, key, value, type_name(known))
        if known.enum_type is not None and isinstance(value, str):
            names = known.enum_type.values_by_name
            _want(value in names, key, value, f"one of {', '.join(names)}")
        _set(partial(setattr, message, known.name, value), key, value)


def _set(assign: Callable[[], object], key: str, value: Any) -> None:
    try:
        assign()
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{key}: got {value!r}, which TAO's spec does not take there ({error})") from error


def _want(right: bool, key: str, value: Any, wanted: str) -> None:
    if not right:
        raise ConfigError(f"{key}: got {value!r}, wanted {wanted}")
