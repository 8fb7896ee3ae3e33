"""Evidently's drift and summary presets on two Parquet files, to JSON: `evidently_json.py REFERENCE CURRENT OUT`.

The way its own documentation shows it, with every column given its role, so that nothing has to be guessed.
"""

import sys
from pathlib import Path

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset, DataSummaryPreset

reference, current = (pd.read_parquet(path).drop(columns="ts") for path in sys.argv[1:3])
numbers = [c for c in reference.columns if pd.api.types.is_numeric_dtype(reference[c])]
words = [c for c in reference.columns if c not in numbers]
definition = DataDefinition(numerical_columns=numbers, categorical_columns=words)
sides = [Dataset.from_pandas(side, data_definition=definition) for side in (current, reference)]
report = Report([DataDriftPreset(), DataSummaryPreset()]).run(*sides)
Path(sys.argv[3]).write_text(report.json(), encoding="utf-8")
