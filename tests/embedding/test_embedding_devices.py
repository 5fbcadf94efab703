"""Which device each worker gets, on machines with three GPUs and with none."""

import argparse

import pytest

from spkbound.arguments import gpu_numbers
from spkbound.embedding.devices import MOST_READERS, count_readers, plan_devices
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


def three():
    return 3


def test_every_gpu_named_is_one_worker_and_without_names_all_work():
    assert plan_devices("wespeaker", (2, 0), None, count_gpus=three) == ["cuda:2", "cuda:0"]
    assert plan_devices("wespeaker", (0, 0), 8, count_gpus=three) == ["cuda:0", "cuda:0"]
    assert plan_devices("wespeaker", None, 8, count_gpus=three) == ["cuda:0", "cuda:1", "cuda:2"]


def test_the_cpu_works_where_it_is_asked_for_or_no_gpu_is_there():
    assert plan_devices("wespeaker", (), 2, count_gpus=three) == ["cpu"] * 2
    assert plan_devices("wespeaker", None, 2, count_gpus=int) == ["cpu"] * 2
    assert set(plan_devices("wespeaker", (), None, count_gpus=three)) == {"cpu"}


@pytest.mark.parametrize("kind", ["builtin", "onnx"])
def test_some_encoders_compute_on_the_cpu_whatever_is_asked_for(kind):
    assert plan_devices(kind, (0, 1, 2, 3), 2, count_gpus=three) == ["cpu"] * 2


def test_a_gpu_that_is_not_there_is_named():
    with pytest.raises(NoSuchDevice, match=r"no GPU 3, 4: there are 3, .*--gpus cpu"):
        plan_devices("wespeaker", (4, 0, 3), None, count_gpus=three)
    with pytest.raises(NoSuchDevice, match=r"no GPU 0: torch sees none"):
        plan_devices("wespeaker", (0,), None, count_gpus=int)


def test_only_beside_a_gpu_threads_decode_and_they_share_the_cores():
    assert count_readers(["cpu", "cpu"]) == 0
    assert 1 <= count_readers(["cuda:0"]) <= MOST_READERS
    assert count_readers(["cuda:0"] * 10_000) == 1
