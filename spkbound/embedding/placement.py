"""Where do the workers of an extraction run, and on what do they compute? On this machine, or on a Ray cluster."""

from dataclasses import dataclass

from spkbound.embedding.choice import BUILTIN
from spkbound.embedding.devices import CPU, ON_CPU_ONLY, plan_devices
from spkbound.embedding.options import ExtractOptions
from spkbound.encoders.open import check_spec
from spkbound.jobs.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The device of every worker; where they run (None: here); and the device for what this process does itself."""

    devices: list[str]
    engine: Engine | None
    own_device: str


def place_workers(options: ExtractOptions) -> Placement:
    """Name the device of every worker; what the encoder cannot do there is said before anything is written."""
    spec = options.encoder or {"kind": BUILTIN}
    placement = _on_ray(spec["kind"], options) if options.engine == "ray" else _here(spec["kind"], options)
    if spec["kind"] != BUILTIN:
        check_spec({**spec, "device": placement.own_device})
    return placement


def _here(kind: str, options: ExtractOptions) -> Placement:
    devices = plan_devices(kind, options.gpus, options.n_workers)
    return Placement(devices=devices, engine=None, own_device=devices[0])


def _on_ray(kind: str, options: ExtractOptions) -> Placement:
    """One worker per GPU of the cluster, or per core where there is none, or none is wanted."""
    from spkbound.jobs.on_ray import RayEngine, join_cluster

    ray = join_cluster(options.address)
    there = ray.cluster_resources()
    n_gpus = 0 if kind in ON_CPU_ONLY or options.gpus == () else int(there.get("GPU", 0))
    if n_gpus:
        # Ray shows each actor its own GPU only, as the first.
        devices, resources = ["cuda:0"] * n_gpus, {"num_gpus": 1, "num_cpus": 1}
    else:
        devices, resources = [CPU] * (options.n_workers or max(1, int(there.get("CPU", 1)))), {"num_cpus": 1}
    return Placement(devices=devices, engine=RayEngine(ray, resources), own_device=CPU)
