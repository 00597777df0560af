"""A double of the few calls of Isaac Sim that engine=replicator makes. It renders through the embedded engine.

It keeps a log of all calls and their order (ISAAC_DOUBLE_LOG), has the signatures of the version that ISAAC_DOUBLE
names, and ends the run where the real one would go wrong: ``RuleBroken``.
"""
