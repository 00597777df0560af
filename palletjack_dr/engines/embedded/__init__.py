"""The embedded engine: Filament through MuJoCo 4, on any machine with a Vulkan driver."""

from palletjack_dr.engines.embedded.engine import Embedded
from palletjack_dr.hookspecs import hookimpl
from palletjack_dr.registry import Registry


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``engine=embedded``."""
    registry.engine(Embedded)
