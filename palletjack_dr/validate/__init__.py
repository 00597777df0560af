"""Proof that labels are right: our datasets against pixels and geometry, any KITTI, COCO or YOLO one by its rules."""
