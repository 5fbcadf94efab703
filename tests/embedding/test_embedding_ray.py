"""On a Ray cluster of two nodes, one of which is lost: what it had not written is still to do, and is done."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_corpus import digest

from spkbound.embedding.options import ExtractOptions
from spkbound.embedding.placement import place_workers
from spkbound.errors import WorkerError

ROOT = str(Path(__file__).parents[2])
HAS_RAY = importlib.util.find_spec("ray") is not None
PROGRAM = """
import sys
from pathlib import Path

import ray
from ray.cluster_utils import Cluster
from spkbound.corpus import scan_folder
from spkbound.embedding.extract import ExtractOptions, extract

cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
other = cluster.add_node(num_cpus=1)
ray.init(address=cluster.address, log_to_driver=False)
lost = []

def lose_a_node(progress):
    if progress.phase == "embedding" and progress.done and not lost:
        lost.append(progress.done)
        cluster.remove_node(other, allow_graceful=False)

options = ExtractOptions(engine="ray", address=cluster.address, store="parquet")
summary = extract(scan_folder(sys.argv[1]), Path(sys.argv[2]), options, on_progress=lose_a_node)
print("lost after", lost, "done", summary.n_new, "failed", summary.n_failed, flush=True)
ray.shutdown()
cluster.shutdown()
"""


@pytest.mark.skipif(not HAS_RAY, reason="Ray is not installed (the extra `ray`)")
def test_a_lost_node_costs_nothing_but_its_part(audio, extracted, fitted):
    environment = {**os.environ, "PYTHONPATH": ROOT}
    command = [sys.executable, "-c", PROGRAM, str(audio), str(fitted)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300)
    assert "done 48 failed 0" in done.stdout, done.stderr[-2_000:]
    assert "lost after [" in done.stdout
    assert digest(fitted / "store/matrix.npy") == digest(extracted / "store/matrix.npy")


@pytest.mark.skipif(HAS_RAY, reason="Ray is installed")
def test_without_ray_it_is_said_how_to_get_it():
    with pytest.raises(WorkerError, match=r"pip install 'spkbound\[ray\]'"):
        place_workers(ExtractOptions(engine="ray"))
