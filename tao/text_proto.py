"""Read and write specs in protocol buffer text form, and say where something stands and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.findings import Finding
from palletjack_dr.tao.message_table import Descriptor

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from google.protobuf.text_format import Tokenizer

Place = tuple[int, int]
"""Line and column, counted from 1."""
CLOSING = {"{": "}", "<": ">"}


@dataclass(frozen=True, kw_only=True)
class TextReading:
    """A spec as far as it can be read: its ``message`` without what is wrong, ``findings``, and where fields stand."""

    message: Message
    findings: list[Finding]
    places: Mapping[str, Place]


def read_text(text: str, message_class: type[Message]) -> TextReading:
    """Read a text the way TAO does, which merges: of a scalar that is given twice, the last value counts."""
    from google.protobuf import text_format

    walk = _Walk(lines=text.splitlines())
    try:
        walk.fields(text_format.Tokenizer(walk.lines), message_class.DESCRIPTOR, "", "")
    except text_format.ParseError as error:
        return _broken(error, message_class(), walk)
    message = message_class()
    try:
        text_format.Merge("\n".join(walk.lines), message)
    except text_format.ParseError as error:
        return _broken(error, message_class(), walk)
    return TextReading(message=message, findings=walk.findings, places=walk.places)


def _broken(error: Any, message: Message, walk: _Walk) -> TextReading:
    """Return the reading of a text that ends in the middle of something."""
    what = str(error).split(" : ", 1)[-1].strip()
    place = (error.GetLine() or 0, error.GetColumn() or 0)
    found = Finding(level="error", path="(text)", found=what, wanted="protocol buffer text").at(place)
    return TextReading(message=message, findings=[*walk.findings, found], places=walk.places)


@dataclass
class _Walk:
    """Goes through the tokens of a text; what TAO would refuse becomes a finding and is blanked in ``lines``."""

    lines: list[str]
    findings: list[Finding] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def fields(self, tokens: Tokenizer, message: Descriptor, path: str, end: str) -> None:
        """Look at fields up to ``end``."""
        counts: dict[str, int] = {}
        while not (tokens.AtEnd() if not end else tokens.LookingAt(end)):
            start = _place(tokens)
            name = tokens.ConsumeIdentifier()
            known = message.fields_by_name.get(name)
            below = f"{path}.{name}" if path else name
            if message.GetOptions().map_entry and name == "value":
                below = path
            count = counts[name] = counts.get(name, 0) + 1
            if known is None:
                tokens.TryConsume(":")
                self.skip_value(tokens)
                hint = did_you_mean(name, message.fields_by_name)
                self._note("error", below, "an unknown field", f"a field of {message.name}{hint}", start)
                self._blank(start, _place(tokens))
            else:
                repeated = known.is_repeated
                below = f"{below}[{count - 1}]" if repeated else below
                self.places.setdefault(below, start)
                if count > 1 and not repeated:
                    first = self.places[below]
                    self._note("warning", below, f"a second value (the first is in line {first[0]})", "one", start)
                    self.places[below] = start
                self._value(tokens, known, below, start)
            if not tokens.TryConsume(","):
                tokens.TryConsume(";")
        if end:
            tokens.Consume(end)

    def _value(self, tokens: Tokenizer, known: Descriptor, path: str, start: Place) -> None:
        colon = tokens.TryConsume(":")
        if known.message_type is not None:
            if tokens.token in CLOSING:
                opening = tokens.token
                tokens.Consume(opening)
                below = self._entry_path(known, path, _place(tokens))
                self.places.setdefault(below, start)
                self.fields(tokens, known.message_type, below, CLOSING[opening])
                return
            self.skip_value(tokens)
            self._note("error", path, "a value", f"{{...}}, a {known.message_type.name}", start)
            self._blank(start, _place(tokens))
            return
        before, token = _place(tokens), tokens.token
        well_formed = colon and token not in CLOSING
        self.skip_value(tokens)
        after = _place(tokens)
        wanted = self._wanted_instead(known, start, after) if well_formed else "a colon and a value"
        if wanted:
            self._note("error", path, token, wanted, before)
            self._blank(start, after)

    def _wanted_instead(self, known: Descriptor, start: Place, end: Place) -> str:
        """Return what a scalar field takes if protobuf refuses it as it stands, or ''."""
        from google.protobuf import text_format

        scratch = _empty(known.containing_type)
        try:
            text_format.Merge(self._text(start, end), scratch)
        except text_format.ParseError:
            return _type_name(known)
        return ""

    def _entry_path(self, known: Descriptor, path: str, start: Place) -> str:
        """Return the path of a map's entry with its key for the count, if the key stands first as it should."""
        from google.protobuf import text_format

        if not known.message_type.GetOptions().map_entry:
            return path
        ahead = text_format.Tokenizer(self._text(start, (len(self.lines), 10**9)).splitlines())
        if ahead.TryConsume("key") and ahead.TryConsume(":") and ahead.token[:1] in ("'", '"'):
            return f"{path.rpartition('[')[0]}[{ahead.ConsumeString()}]"
        return path

    def skip_value(self, tokens: Tokenizer) -> None:
        """Go past a scalar, a list or a message, whatever it holds."""
        if tokens.token in ("{", "<", "["):
            depth = 0
            while True:
                depth += (tokens.token in ("{", "<", "[")) - (tokens.token in ("}", ">", "]"))
                if tokens.AtEnd():
                    raise tokens.ParseError("Expected a closing bracket.")  # type: ignore[arg-type]
                tokens.NextToken()
                if not depth:
                    return
        if tokens.token in ("}", ">", "") or tokens.AtEnd():
            raise tokens.ParseError("Expected a value.")  # type: ignore[arg-type]
        string = tokens.token[:1] in ("'", '"')
        tokens.NextToken()
        while string and tokens.token[:1] in ("'", '"'):  # adjacent strings are one
            tokens.NextToken()

    def _note(self, level: str, path: str, found: str, wanted: str, place: Place) -> None:
        self.findings.append(Finding(level=level, path=path, found=found, wanted=wanted).at(place))

    def _text(self, start: Place, end: Place) -> str:
        """Return the text between two places, the second one excluded."""
        (line, column), (last, stop) = start, end
        if last > len(self.lines):
            last, stop = len(self.lines), 10**9
        lines = self.lines[line - 1 : last]
        lines[-1] = lines[-1][: stop - 1]
        lines[0] = lines[0][column - 1 :]
        return "\n".join(lines)

    def _blank(self, start: Place, end: Place) -> None:
        for number in range(start[0], min(end[0], len(self.lines)) + 1):
            text = self.lines[number - 1]
            first = start[1] - 1 if number == start[0] else 0
            stop = end[1] - 1 if number == end[0] else len(text)
            self.lines[number - 1] = text[:first] + " " * (min(stop, len(text)) - first) + text[stop:]


def _place(tokens: Tokenizer) -> Place:
    error = tokens.ParseError("")  # type: ignore[arg-type]  # the public way to ask where a tokenizer is
    return error.GetLine() or 1, error.GetColumn() or 1


def _empty(message: Descriptor) -> Message:
    from google.protobuf import message_factory

    found: Message = message_factory.GetMessageClass(message)()
    return found


def _type_name(known: Descriptor) -> str:
    """Return what a field takes, in words."""
    if known.enum_type is not None:
        return "one of " + ", ".join(known.enum_type.values_by_name)
    return {
        1: "a number",
        2: "a number",
        5: "a whole number",
        8: "true or false",
        9: "a text in quotes",
        13: "a whole number, 0 or above",
    }[known.type]


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
        _want(not whole, key, value, _type_name(known))
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


def top_level_names(text: str) -> set[str]:
    """Return the names of the fields outside of all braces, as far as the text can be read."""
    from google.protobuf import text_format

    names: set[str] = set()
    walk = _Walk(lines=text.splitlines())
    try:
        tokens = text_format.Tokenizer(walk.lines)
        while not tokens.AtEnd():
            names.add(tokens.ConsumeIdentifier())
            tokens.TryConsume(":")
            walk.skip_value(tokens)
            if not tokens.TryConsume(","):
                tokens.TryConsume(";")
    except text_format.ParseError:
        pass
    return names
