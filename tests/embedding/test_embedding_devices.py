"""Which device each worker gets; this machine's own GPUs, if it has any, are asked for in a real worker."""

import argparse

import pytest

from spkbound.arguments import gpu_numbers
from spkbound.embedding.devices import plan_devices
from spkbound.errors import NoSuchDevice


@pytest.mark.parametrize(
    ("text", "numbers"), [("0,1,2,3", (0, 1, 2, 3)), ("0,0", (0, 0)), (" 2 , 0", (2, 0)), ("cpu", ()), ("", ())]
)
def test_gpus_are_numbers_or_none(text, numbers):
    assert gpu_numbers(text) == numbers


@pytest.mark.parametrize("text", ["-1", "0,,1", "cuda:0", "0 1", "all", "1.5", "²"])
def test_other_texts_name_no_gpus(text):
    with pytest.raises(argparse.ArgumentTypeError, match="numbers of GPUs"):
        gpu_numbers(text)


def test_the_cpu_has_as_many_workers_as_asked_for_or_one_per_core():
    assert plan_devices("wespeaker", (), 3) == ["cpu"] * 3
    assert set(plan_devices("wespeaker", (), None)) == {"cpu"}


def test_the_builtin_encoder_computes_on_the_cpu_whatever_is_asked_for():
    assert plan_devices("builtin", (0, 1, 2, 3), 2) == ["cpu"] * 2


def test_a_gpu_that_is_not_there_is_named():
    with pytest.raises(NoSuchDevice, match=r"no GPU 998, 999: .*--gpus cpu"):
        plan_devices("wespeaker", (999, 998), None)


def test_every_gpu_works_where_none_is_named():
    devices = plan_devices("wespeaker", None, 2)
    assert devices == ["cpu"] * 2 or devices == [f"cuda:{number}" for number in range(len(devices))]
