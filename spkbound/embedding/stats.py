"""What came of it, for people and for the baseline's users? ``extraction_stats.json``, from the table alone."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spkbound.domain import Order, Unreadable, path_to_text
from spkbound.embedding.files import store_file
from spkbound.encoders.base import EncoderIdentity

_TIMES = ("rates",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Pace of the run that wrote the file. `n_files`: embedded or found unreadable in that run."""

    n_files: int
    elapsed_s: float
    n_workers: int

    def to_dict(self) -> dict:
        per_s = self.n_files / self.elapsed_s if self.elapsed_s > 0 else 0.0
        return {
            "files": self.n_files,
            "elapsed_s": round(self.elapsed_s, 3),
            "files_per_s": round(per_s, 3),
            "workers": self.n_workers,
        }


def list_unreadable(table: pa.Table, *, first: int = 0) -> list[Unreadable]:
    """Gaps of a table in corpus order, with their reasons; its first row is place `first` of the corpus."""
    stages = table["stage"]
    places = np.flatnonzero(pc.is_valid(stages).to_numpy())
    rows = table.select(["path", "stage", "reason"]).take(pa.array(places)).to_pylist()
    return [
        Unreadable(index=first + int(place), path=row["path"], stage=row["stage"], reason=row["reason"] or "")
        for place, row in zip(places, rows)
    ]


def save_stats(
    file: Path, table: pa.Table, failures: list[Unreadable], *, encoder: EncoderIdentity, order: Order, rates: Rates
) -> None:
    """Write the statistics, unless the file says the same already (but for the pace).

    `failures` is what `list_unreadable` gives for `table`.
    """
    values = {
        "total_files": len(table),
        "total_success": len(table) - len(failures),
        "total_failed": len(failures),
        "gpu_stats": _by_worker(table),
        "failures": [
            {"relative_path": path_to_text(each.path), "stage": each.stage, "reason": each.reason} for each in failures
        ],
        "order": order,
        "encoder": encoder.to_dict(),
        "rates": rates.to_dict(),
    }
    if _without_times(_load(file)) == _without_times(values):
        return
    with store_file(file) as temporary:
        temporary.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _by_worker(table: pa.Table) -> list[dict]:
    workers = table["worker"].fill_null(0).to_numpy()
    embedded = table["stage"].is_null().to_numpy()
    return [
        {
            "gpu_rank": worker,
            "total_processed": int((workers == worker).sum()),
            "success_count": int((embedded & (workers == worker)).sum()),
            "failed_count": int((~embedded & (workers == worker)).sum()),
        }
        for worker in np.unique(workers).tolist()
    ]


def _load(file: Path) -> dict:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _without_times(values: dict) -> dict:
    return {name: value for name, value in values.items() if name not in _TIMES}
