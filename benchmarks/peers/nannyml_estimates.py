"""Write NannyML's bundled sets, and what its CBPE estimates of them, for `benchmarks.estimates`.

In an environment of its own: `pip install nannyml==0.13.1 statsmodels`; NannyML tells its makers of its use, unless
NML_DISABLE_USAGE_LOGGING is set. Of `flights.csv` it takes the rows as they are, and chunks by day.

    NML_DISABLE_USAGE_LOGGING=1 python benchmarks/peers/nannyml_estimates.py FOLDER
"""

import sys
from pathlib import Path

import nannyml  # type: ignore[import-not-found]
import pandas as pd
from nannyml import datasets

SETS = {
    "carloan": (datasets.load_synthetic_car_loan_dataset, "y_pred", "y_pred_proba", "repaid", 2500),
    "census": (datasets.load_us_census_ma_employment_data, "prediction", "predicted_probability", "employed", 2000),
}


def write(folder: Path) -> None:
    """Two files for each set: rows, and estimates by chunk."""
    for name, (load, said, score, label, size) in SETS.items():
        reference, analysis, labels = load()
        shared = [c for c in labels if c in analysis and c != label]
        rows = analysis.merge(labels, on=shared) if shared else analysis.join(labels[[label]])
        made = nannyml.CBPE(
            y_pred=said,
            y_pred_proba=score,
            y_true=label,
            problem_type="classification_binary",
            metrics=["accuracy", "roc_auc"],
            chunk_size=size,
        )
        found = made.fit(reference).estimate(rows).filter(period="analysis").to_df()
        table = pd.DataFrame({k: found[m, "value"] for k, m in (("accuracy", "accuracy"), ("auc", "roc_auc"))})
        table.to_csv(folder / f"{name}-nannyml.csv", index=False)
        both = pd.concat([reference.assign(part="reference"), rows.assign(part="analysis")])
        both = both.rename(columns={score: "score", label: "label"})
        both[["part", "score", "label"]].to_csv(folder / f"{name}.csv", index=False)


def estimate_days(folder: Path) -> None:
    """Of rows that are there: estimates by day."""
    rows = pd.read_csv(folder / "flights.csv", parse_dates=["day"])
    rows["said"] = (rows.score >= 0.5).astype(int)
    reference, analysis = (rows[rows.part == part] for part in ("reference", "analysis"))
    made = nannyml.CBPE(
        y_pred="said",
        y_pred_proba="score",
        y_true="label",
        timestamp_column_name="day",
        problem_type="classification_binary",
        metrics=["accuracy", "roc_auc"],
        chunk_period="D",
    )
    found = made.fit(reference).estimate(analysis.drop(columns="label")).filter(period="analysis").to_df()
    table = pd.DataFrame({k: found[m, "value"] for k, m in (("accuracy", "accuracy"), ("auc", "roc_auc"))})
    table.to_csv(folder / "flights-nannyml.csv", index=False)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
    if (Path(sys.argv[1]) / "flights.csv").exists():
        estimate_days(Path(sys.argv[1]))
