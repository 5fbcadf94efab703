"""The commands for long jobs, asked as people ask them."""

import pytest

from spkbound.arguments import part_of
from spkbound.background import job_state, pause_job, resume_job, shard_states
from spkbound.cli import main
from spkbound.doctor import file_system_of
from spkbound.job_status import describe_job, job_lines, span
from spkbound.jobs.job import RunningJob
from spkbound.project import Project


def test_status_of_a_project_says_what_the_page_says(project, capsys):
    assert main(["status", str(project)]) == 0
    assert "detect: done" in capsys.readouterr().out


def test_a_job_is_told_with_its_workers_and_the_time_left():
    worker = {"number": 0, "device": "cuda:0", "state": "at work", "done": 900, "at_hand": 512, "rate_per_s": 45.25}
    progress = {"phase": "embedding", "done": 1_000, "total": 4_000, "failed": 3, "rate_per_s": 50.0, "left_s": 7_800}
    state = {"kind": "extract", "state": "running", "started_at": "2026-01-01T00:00:00+00:00", "ended_at": None}
    told = {**state, "message": "", "pausing": False, "log_tail": ["a line"], "progress": progress}
    progress["per_worker"] = [{**worker, "memory_bytes": 2_500_000_000, "device_bytes": 9_100_000_000}]
    lines = job_lines(describe_job(told))
    assert lines[0] == "extract: running since 2026-01-01T00:00:00+00:00"
    assert lines[1] == "1,000 of 4,000 done (25.0 %), 3 failed, 50.0 per second, 2 h 10 min left"
    assert (
        lines[2].split()
        == "worker 0 (cuda:0) at work 900 done 45.2 per second 512 in hand 2.50 GB, GPU 9.10 GB".split()
    )
    assert lines[3:] == ["log:", "  a line"]
    assert job_lines(describe_job({**told, "pausing": True}))[0].startswith("extract: pausing")
    assert job_lines(describe_job(None)) == ["no job was ever started here"]


def test_time_is_told_as_on_the_page():
    assert [span(seconds) for seconds in (0.2, 45, 360, 7_800)] == ["1 s", "45 s", "6 min", "2 h 10 min"]


def test_the_doctor_finds_nothing_wrong_with_a_fine_project_and_names_a_broken_part(project_copy, capsys):
    before = sorted(project_copy.rglob("*"))
    main(["doctor", str(project_copy)])
    assert sorted(project_copy.rglob("*")) == before
    assert "BAD embeddings" not in capsys.readouterr().out
    part = project_copy / "embeddings" / "store" / "parts" / "run000009-task00000001.parquet"
    part.write_bytes(b"half")
    assert main(["doctor", str(project_copy)]) == 1
    assert f"BAD {part} cannot be used" in capsys.readouterr().out


def test_compact_of_a_project_that_is_compact_changes_nothing(project_copy, capsys):
    table = project_copy / "embeddings" / "store" / "utterances.parquet"
    before = table.stat().st_mtime_ns
    assert main(["compact", str(project_copy)]) == 0
    assert "merged 0 parts: 77 of 77 utterances are known" in capsys.readouterr().out
    assert table.stat().st_mtime_ns == before


def test_every_part_of_a_shared_out_extraction_waits_and_goes_on_and_no_other_job(project_copy):
    project = Project.open(project_copy)
    logs = project.logs_dir
    with RunningJob(logs / "shard-0002-of-0003", "extract"), RunningJob(logs, "detect"):
        pause_job(project)
        assert shard_states(project)["shard-0002-of-0003"]["pausing"]
        assert not job_state(project)["pausing"]
        resume_job(project)
        assert not shard_states(project)["shard-0002-of-0003"]["pausing"]


@pytest.mark.parametrize("text", ["3", "3/", "/8", "a/b", "-1/8", "1/8/2"])
def test_a_shard_is_written_as_a_fraction(text):
    with pytest.raises(Exception, match="must be i/n"):
        part_of(text)


def test_a_file_system_is_that_of_the_innermost_mount(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n")
    assert file_system_of(tmp_path / "p", mounts=mounts) == "nfs4"
    assert file_system_of(tmp_path.parent, mounts=mounts) == "ext4"
    assert file_system_of(tmp_path, mounts=tmp_path / "none") == "unknown"
