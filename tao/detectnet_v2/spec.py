"""Read the specs of TAO's DetectNet_v2, strictly and with the place of every mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from palletjack_dr.errors import did_you_mean
from palletjack_dr.tao.detectnet_v2.schema import KINDS, spec_class
from palletjack_dr.tao.findings import SpecError, refuse
from palletjack_dr.tao.text_proto import TextReading, read_text, top_level_names

if TYPE_CHECKING:
    from google.protobuf.message import Message


def read_spec(text: str, kind: str | None = None, version: int = 5) -> Message:
    """Return the message of a spec: of a ``kind`` (a key of ``KINDS``), or of the kind that its fields belong to.

    Raises ``SpecError`` with line and column of the first thing that a container of ``version`` (4 or 5) refuses. A
    field that is given twice is no error for TAO; ``reading`` tells of it.
    """
    found = reading(text, kind, version)
    refuse(found.findings, kind or "spec")
    return found.message


def reading(text: str, kind: str | None = None, version: int = 5) -> TextReading:
    """Return all that can be read of a spec, and findings about the rest."""
    kind = kind_of(text) if kind is None else kind
    if kind not in KINDS:
        raise SpecError(f"no kind of spec {kind!r}{did_you_mean(kind, KINDS)}")
    return read_text(text, spec_class(kind, version))


def kind_of(text: str) -> str:
    """Return the kind of a spec: the one that knows most of its top-level fields."""
    names = top_level_names(text)
    known = {kind: len(names & set(spec_class(kind).DESCRIPTOR.fields_by_name)) for kind in KINDS}
    kind = max(known, key=lambda k: known[k])
    if not known[kind]:
        found = f"its fields are {', '.join(sorted(names)[:6])}" if names else "it has no fields"
        wanted = "; ".join(f"{k}: {', '.join(sorted(spec_class(k).DESCRIPTOR.fields_by_name)[:3])}, ..." for k in KINDS)
        raise SpecError(f"not a spec of DetectNet_v2: {found}, wanted those of one kind ({wanted})")
    return kind
