"""Every fitted number of the science: one table per estimator and pose model, read once.

A table is a TOML file in this folder. Each row has a value, its standard error, the number of clips behind it, the data
and the script that fit it. The data name their training clips and the held-out clips that no fit reads.
"""

from kinemotion.calibration.tables import Data, Row, Table, default_calibration, for_model, read_tables

__all__ = ["Data", "Row", "Table", "default_calibration", "for_model", "read_tables"]
