"""The halls: what surrounds the scene. Shared pieces one idea a module, then one module a hall."""

from __future__ import annotations

from typing import Final

from palletjack_dr.scenes.halls.hall import Hall
from palletjack_dr.scenes.halls.loading_dock import LoadingDock
from palletjack_dr.scenes.halls.narrow_aisle import NarrowAisle
from palletjack_dr.scenes.halls.warehouse import Warehouse

HALLS: Final[dict[str, type[Hall]]] = {
    "warehouse": Warehouse,
    "narrow_aisle": NarrowAisle,
    "loading_dock": LoadingDock,
}

__all__ = ["HALLS", "Hall", "LoadingDock", "NarrowAisle", "Warehouse"]
