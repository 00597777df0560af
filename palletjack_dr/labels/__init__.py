"""Labels: pure numpy on ids, depth, intrinsics, poses and mesh bounds, the same for every engine."""
