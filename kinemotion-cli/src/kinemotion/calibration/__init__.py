"""Every fitted number of the science: one table per estimator and pose model, read once.

A table is a TOML file in this folder. Each row has the value in use, the data and the number of clips that it was
fitted to, and a fit from clips that are kept: value, standard error, clips and script. Such data name their training
clips and the held-out clips that no fit reads.
"""

from kinemotion.calibration.tables import Data, Fit, Row, Table, find_calibration, get_default_calibration, read_tables

__all__ = ["Data", "Fit", "Row", "Table", "find_calibration", "get_default_calibration", "read_tables"]
