"""Protocol buffer messages from a table that people can read.

A message's name stands at the beginning of a line, its fields below it, indented: ``name type tag``. Types are
``bool str u32 i32 float double``, the name of a message, or an enum as its values ``A|B|C``, numbered from 0. A ``*``
behind the type means a list, ``map`` before it a map from strings to it; fields that exclude each other name their
group in brackets; what follows a # is for the reader.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.descriptor_pb2 import DescriptorProto
    from google.protobuf.message import Message

SCALARS = {"double": 1, "float": 2, "i32": 5, "bool": 8, "str": 9, "u32": 13}
"""Names of types in a table -> numbers in ``FieldDescriptorProto.Type``."""
Descriptor = Any
"""Of a message or a field; the implementations of protobuf have no type in common."""
MESSAGE, ENUM = 11, 14
OPTIONAL, REPEATED = 1, 3


@cache
def message_class(table: str, name: str) -> type[Message]:
    """Return the class of a message of a table.

    Fields know whether they were given (as in proto2), which in the text form of proto3 makes no other difference.
    """
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(name="table.proto", syntax="proto2")
    message = file.message_type.add()
    for line in table.splitlines():
        words = line.partition("#")[0].split()
        if words and not line.startswith(" "):
            message = file.message_type.add(name=words[0])
        elif words:
            _add_field(message, *words)
    del file.message_type[0]
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found: type[Message] = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
    return found


def _add_field(message: DescriptorProto, name: str, kind: str, tag: str, group: str = "") -> None:
    field = message.field.add(name=name, number=int(tag), label=OPTIONAL)
    if kind.startswith("map:"):
        entry = message.nested_type.add(name="".join(w.title() for w in name.split("_")) + "Entry")
        entry.options.map_entry = True
        entry.field.add(name="key", number=1, label=OPTIONAL, type=SCALARS["str"])
        value: Any = entry.field.add(name="value", number=2, label=OPTIONAL)
        _set_type(value, kind.removeprefix("map:"), message)
        field.label, field.type = REPEATED, MESSAGE  # type: ignore[assignment]
        field.type_name = f".{message.name}.{entry.name}"
        return
    if kind.endswith("*"):
        field.label = REPEATED  # type: ignore[assignment]
    _set_type(field, kind.removesuffix("*"), message)
    if group:
        names = [g.name for g in message.oneof_decl]
        if group.strip("()") not in names:
            message.oneof_decl.add(name=group.strip("()"))
            names.append(group.strip("()"))
        field.oneof_index = names.index(group.strip("()"))


def _set_type(field: Any, kind: str, message: DescriptorProto) -> None:
    if kind in SCALARS:
        field.type = SCALARS[kind]
    elif "|" in kind:
        values = kind.split("|")
        enum = message.enum_type.add(name=f"{field.name.title().replace('_', '')}Choice")
        for number, value in enumerate(values):
            enum.value.add(name=value, number=number)
        field.type, field.type_name = ENUM, f".{message.name}.{enum.name}"
    else:
        field.type, field.type_name = MESSAGE, f".{kind}"
