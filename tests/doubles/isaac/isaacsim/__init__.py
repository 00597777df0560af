"""A double of Isaac Sim's Python package, of the version that ISAAC_DOUBLE names; nothing of NVIDIA's is in it."""

from isaac_double.app import SimulationApp
from isaac_double.kit import describe_installation

describe_installation()
__all__ = ["SimulationApp"]
