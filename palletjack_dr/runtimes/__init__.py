"""The runtimes: in this process, or in several of this machine."""

from palletjack_dr.hookspecs import hookimpl
from palletjack_dr.registry import Registry
from palletjack_dr.runtimes.inline import Inline
from palletjack_dr.runtimes.local import Local


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``runtime=inline`` and ``runtime=local``."""
    registry.runtime(Inline)
    registry.runtime(Local)
