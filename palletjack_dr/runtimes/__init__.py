"""The runtimes: in this process, in several of this machine, or in actors of a Ray cluster."""

from palletjack_dr.hookspecs import hookimpl
from palletjack_dr.registry import Registry
from palletjack_dr.runtimes.inline import Inline
from palletjack_dr.runtimes.local import Local
from palletjack_dr.runtimes.ray import Ray


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``runtime=inline``, ``runtime=local`` and ``runtime=ray``."""
    registry.runtime(Inline)
    registry.runtime(Local)
    registry.runtime(Ray)
