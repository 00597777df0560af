"""TAO's DetectNet_v2: its specs, and the same network, losses and metrics in PyTorch."""
