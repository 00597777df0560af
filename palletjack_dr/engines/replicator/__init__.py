"""The replicator engine: the same run inside Isaac Sim, on its renderer."""

from palletjack_dr.engines.replicator.engine import Replicator
from palletjack_dr.hookspecs import hookimpl
from palletjack_dr.registry import Registry


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``engine=replicator``."""
    registry.engine(Replicator)
