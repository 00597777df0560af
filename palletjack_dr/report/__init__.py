"""The report page of a dataset: one HTML file that needs nothing else."""

from palletjack_dr.report.page import write_report

__all__ = ["write_report"]
