"""Read specs in protocol buffer text form, and say where something stands and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from palletjack_dr.errors import did_you_mean
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
            return type_name(known)
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


def type_name(known: Descriptor) -> str:
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
