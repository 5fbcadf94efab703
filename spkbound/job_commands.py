"""What do the commands for long jobs do? Extract, status, pause, resume, compact, doctor; each is glue."""

import argparse
import time
from pathlib import Path

from spkbound.arguments import NETWORK_OPTIONS, add_encoder_options, channel_number, option, part_of
from spkbound.domain import ORDERS
from spkbound.errors import UsageError
from spkbound.terminal import DONE, DONE_WITH_UNREADABLE, FAILED, progress_bar

_PAUSE_WAIT_S = 2.0


def _add_corpus_options(parser: argparse.ArgumentParser) -> None:
    option(parser, "input_dir", type=Path, help="folder of recordings, searched recursively")
    option(parser, "manifest", type=Path, help="instead: wav.scp, CSV (path) or JSONL (audio_filepath or path)")
    option(parser, "order", choices=ORDERS, help="path (default: byte-wise), natural (x2 before x10), manifest")
    option(parser, "channel", type=channel_number, default=None, help="0 (default), another number, or mean")


def add_extract_options(parser: argparse.ArgumentParser) -> None:
    _add_corpus_options(parser)
    option(parser, "output_dir", type=Path, help="folder for embeddings, laid out like the input folder")
    option(parser, "project", type=Path, help="instead: a project folder (made where it does not exist)")
    add_encoder_options(parser)
    option(parser, "port", type=int, help="accepted so that old command lines run; workers need no port")
    option(parser, "store", choices=("both", "parquet", "pkl"), help="default: both; on a project parquet")
    option(parser, "retry_failed", action="store_true", help="try unreadable files again although they did not change")
    option(parser, "retry", action="append", default=[], help="the same for the one at this relative path; repeatable")
    option(parser, "shard", type=part_of, help="i/n: only the i-th of n parts, beside others; then `compact`")


def run_extract(options: argparse.Namespace) -> int:
    from spkbound import extraction
    from spkbound.corpus_choice import CorpusChoice
    from spkbound.domain import text_to_path
    from spkbound.embedding.shard import Shard
    from spkbound.encoders.open import spec_of_model

    if (options.output_dir is None) == (options.project is None):
        raise UsageError("extract needs --output_dir or --project, one of them")
    corpus = CorpusChoice(
        input_dir=options.input_dir, manifest=options.manifest, order=options.order, channel=options.channel
    )
    how = {name: getattr(options, name) for name in NETWORK_OPTIONS}
    settings = extraction.ExtractSettings(
        n_workers=options.workers,
        gpus=options.gpus,
        encoder=spec_of_model(options.model_dir, device="cpu" if options.gpus == () else "any", **how),
        store=options.store,
        retry_failed=options.retry_failed,
        retry=tuple(map(text_to_path, options.retry)),
        shard=Shard(*options.shard) if options.shard else None,
    )
    with progress_bar("utterances") as show:
        if options.project is not None:
            project = extraction.open_or_create_project(options.project, corpus)
            summary = extraction.extract_project(project, settings, on_progress=show)
        else:
            summary = extraction.extract_to_folder(corpus, options.output_dir, settings, on_progress=show)
    print(extraction.describe_extraction(summary))
    return DONE_WITH_UNREADABLE if summary.n_failed else DONE


def run_status(options: argparse.Namespace) -> int:
    from spkbound.background import job_state, shard_states
    from spkbound.job_status import describe_job, job_lines
    from spkbound.project import Project

    project = Project.open(options.project)
    print("\n".join(job_lines(describe_job(job_state(project)))))
    for name, state in shard_states(project).items():
        print("\n".join([f"{name}:", *job_lines(describe_job(state))]))
    return DONE


def run_pause(options: argparse.Namespace) -> int:
    from spkbound.background import pause_job
    from spkbound.project import Project

    pause_job(Project.open(options.project))
    time.sleep(_PAUSE_WAIT_S)
    return run_status(options)


def run_resume(options: argparse.Namespace) -> int:
    from spkbound.background import resume_job
    from spkbound.project import Project

    resume_job(Project.open(options.project))
    time.sleep(_PAUSE_WAIT_S)
    return run_status(options)


def run_compact(options: argparse.Namespace) -> int:
    from spkbound.embedding.merge import merge_parts
    from spkbound.project import Project

    is_project = (options.project / "project.json").exists()
    merged = merge_parts(Project.open(options.project).embeddings_dir if is_project else options.project)
    print(f"merged {merged.n_parts:,} parts: {merged.n_known:,} of {merged.n_total:,} utterances are known")
    if merged.n_known < merged.n_total:
        print("the rest is still to do: `extract` goes on")
    return DONE


def run_doctor(options: argparse.Namespace) -> int:
    from spkbound.doctor import examine
    from spkbound.project import Project

    findings = examine(Project.open(options.project))
    for finding in findings:
        print(f"{'ok ' if finding.ok else 'BAD'} {finding.text}")
    return DONE if all(finding.ok for finding in findings) else FAILED


JOB_COMMANDS = (
    ("status", run_status, "how the project's job stands, as the page shows it"),
    ("pause", run_pause, "let the running extraction wait; its workers finish what they have in hand"),
    ("resume", run_resume, "let a waiting extraction go on"),
    ("compact", run_compact, "merge the parts that several runs or shards wrote"),
    ("doctor", run_doctor, "what this machine and this project have, and what is wrong with them"),
)
