"""What can be done from the command line? Arguments and exit codes; every command is glue over `pipeline`.

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done, but some files were unreadable; 130 interrupted.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from spkbound.arguments import (
    add_page_options,
    detection_changes,
    option,
    positive_number,
    size_or_auto,
    whole_number,
)
from spkbound.domain import METHODS
from spkbound.errors import SpkboundError, UsageError
from spkbound.job_commands import JOB_COMMANDS, add_extract_options, run_extract
from spkbound.log_command import add_log_options, run_log
from spkbound.terminal import (
    DONE,
    DONE_WITH_UNREADABLE,
    FAILED,
    INTERRUPTED,
    WRONG_USAGE,
    ask_password,
    progress_bar,
    start_logging,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    return run(build_parser().parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Do what parsed `options` ask for. Errors of ours become one line on standard error and an exit code."""
    start_logging(debug=getattr(options, "debug", False))
    signal.signal(signal.SIGTERM, _interrupt)
    # A file name may hold what the terminal's encoding cannot show.
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return options.run(options)
    except UsageError as error:
        return _complain(error, WRONG_USAGE)
    except SpkboundError as error:
        return _complain(error, FAILED)
    except KeyboardInterrupt:
        return _complain("interrupted; what is done stays done, the same command goes on", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains at its end
        return FAILED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}", FAILED)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _complain(message: object, code: int) -> int:
    text = str(message).encode("utf-8", "backslashreplace").decode()
    print(f"spkbound: {text}", file=sys.stderr)
    return code


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="spkbound",
        description="From an ordered corpus without labels to one folder per speaker.",
        epilog="exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but some files were unreadable, 130 interrupted",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    extract = _command(commands, "extract", run_extract, "one speaker embedding per file; goes on where it stopped")
    add_extract_options(extract)
    for add in (_add_detect, _add_review, _add_export, _add_verify, _add_demo, _add_user):
        add(commands)
    add_log_options(_command(commands, "log", run_log, "every decision as JSON lines; `--import F` adds another log's"))
    for name, run, summary in JOB_COMMANDS:
        _command(commands, name, run, summary).add_argument("project", type=Path, help="project folder")
    return parser


def _command(commands: argparse._SubParsersAction, name: str, run: object, summary: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    parser.set_defaults(run=run)
    return parser


# detect ----------------------------------------------------------------------------------------------------------


def _add_detect(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "detect", run_detect, "where the speaker changes, each place with a probability")
    option(parser, "embeddings_dir", type=Path, help="what extract wrote, or a tree of .pkl files")
    option(parser, "output_dir", type=Path, help="folder for result, picture and, unless --no_export, speaker folders")
    option(parser, "project", type=Path, help="instead: a project folder; nothing is exported")
    option(parser, "embeddings", type=Path, help="instead of --embeddings_dir: X.npy, float32 (n_utterances, dim)")
    option(parser, "paths", type=Path, help="with --embeddings: a file with one path per line, in the same order")
    option(parser, "input_dir", type=Path, help="where the recordings are now, if they moved since extraction")
    option(parser, "method", choices=METHODS, help="global (default), cosine or gmm")
    option(parser, "use_gmm", action="store_true", help="the same as --method gmm")
    option(parser, "gmm_components", type=positive_number, help="components per side for gmm (default 2)")
    option(parser, "segment_size", type=size_or_auto, help="expected utterances per speaker (default 1000), or auto")
    option(parser, "boundary_window", type=whole_number, help="how far around the expected place (default 10)")
    option(parser, "speakers", help='CSV (name,count): who speaks, in order, as far as known; "" for none again')
    option(parser, "no_export", action="store_true", help="do not fill speaker folders")
    option(parser, "report", action="store_true", help="write report.html as well: all there is to know, in one page")
    option(parser, "debug", action="store_true", help="say more, and fill debug_info in the result")


def run_detect(options: argparse.Namespace) -> int:
    from spkbound import pipeline
    from spkbound.describe import describe_detection

    if options.project is not None:
        if options.embeddings_dir or options.output_dir or options.embeddings:
            raise UsageError(
                "--project brings its own folders; leave out --embeddings_dir, --embeddings and --output_dir"
            )
        project = pipeline.open_project(options.project, input_dir=options.input_dir)
        project = project.change(**detection_changes(options))
        detection = pipeline.detect_project(project, report=options.report, debug=options.debug)
        print(describe_detection(detection, project.result_file))
        return DONE
    source = _embeddings_source(options)
    settings = pipeline.ProjectSettings(**detection_changes(options))
    with progress_bar("files copied") as show:
        text = pipeline.detect_to_folder(
            source,
            options.output_dir,
            settings,
            export=not options.no_export,
            report=options.report,
            debug=options.debug,
            on_progress=show,
        )
    print(text)
    return DONE


def _embeddings_source(options: argparse.Namespace) -> object:
    from spkbound import pipeline

    if options.output_dir is None or (options.embeddings_dir is None) == (options.embeddings is None):
        raise UsageError("detect needs --project, or --output_dir with --embeddings_dir or --embeddings")
    if (options.embeddings is None) != (options.paths is None):
        raise UsageError("--embeddings and --paths belong together")
    return pipeline.EmbeddingsSource(
        folder=options.embeddings_dir, matrix=options.embeddings, paths=options.paths, input_dir=options.input_dir
    )


# review and demo -------------------------------------------------------------------------------------------------


def _add_review(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "review", run_review, "the page: listen, shift, approve, export")
    parser.add_argument("project", nargs="?", type=Path, help="project folder, or a folder with a result file")
    option(parser, "input_dir", type=Path, help="where the recordings are now, if they moved")
    add_page_options(parser)


def run_review(options: argparse.Namespace) -> int:
    from spkbound.corpus_choice import open_project

    project = None
    if options.project is not None:
        project = open_project(options.project, input_dir=options.input_dir)
    return _serve(project, options)


def _serve(project: object, options: argparse.Namespace) -> int:
    from spkbound.ui.launch import serve_project

    page = {name: getattr(options, name) for name in ("host", "port", "auth_file", "no_auth", "root_path")}
    serve_project(project, **page)
    return DONE


def _add_demo(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "demo", run_demo, "a synthetic corpus with known boundaries, made, detected and opened")
    parser.add_argument("project", nargs="?", type=Path, help="folder to make (default: demo)")
    add_page_options(parser)


def run_demo(options: argparse.Namespace) -> int:
    from spkbound.demo import prepare_demo

    return _serve(prepare_demo(options.project or Path("demo"), say=lambda text: print(text, flush=True)), options)


# export and verify -----------------------------------------------------------------------------------------------


def _add_export(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "export", run_export, "approved segments into speaker folders, each copy verified")
    parser.add_argument("project", type=Path, help="project folder")
    option(parser, "output_dir", type=Path, help="where to (default: PROJECT/export)")
    option(parser, "include_undecided", action="store_true", help="segments with an undecided end as well")
    option(parser, "mode", choices=("copy", "hardlink", "symlink"), default="copy", help="default: copy")
    option(parser, "dry_run", action="store_true", help="say what would be written, and write nothing")


def run_export(options: argparse.Namespace) -> int:
    from spkbound import pipeline

    project = pipeline.open_project(options.project)
    settings = pipeline.ExportSettings(
        target=options.output_dir,
        include_undecided=options.include_undecided,
        mode=options.mode,
        dry_run=options.dry_run,
    )
    with progress_bar("files") as show:
        report = pipeline.export_project(project, settings, on_progress=show)
    print(report.text())
    if report.failures or report.conflicts:
        return FAILED
    return DONE_WITH_UNREADABLE if report.n_unreadable_in_folders else DONE


def _add_verify(commands: argparse._SubParsersAction) -> None:
    parser = _command(
        commands, "verify", run_verify, "every exported file against the manifest; exit 1 on a difference"
    )
    parser.add_argument("export_dir", type=Path, help="folder that holds manifest.jsonl")


def run_verify(options: argparse.Namespace) -> int:
    from spkbound.export.verify import verify_export

    differences = verify_export(options.export_dir)
    for difference in differences:
        print(difference)
    print(f"{len(differences)} differences" if differences else "every file is as the manifest says")
    return FAILED if differences else DONE


# users -----------------------------------------------------------------------------------------------------------


def _add_user(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "user", run_user, "who may log in to the page: `user add NAME --auth_file F`")
    parser.add_argument("action", choices=["add"])
    parser.add_argument("name", help="a new name, or one whose password is to change")
    option(parser, "auth_file", type=Path, required=True, help="file to add the name to; made where it does not exist")


def run_user(options: argparse.Namespace) -> int:
    from spkbound.ui.auth import add_user

    add_user(options.auth_file, options.name, ask_password())
    print(f"{options.name} may log in where the page is served with --auth_file {options.auth_file}")
    return DONE
