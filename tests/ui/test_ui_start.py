"""What the import of the page leaves out, in a process of its own: here Gradio is loaded already."""

import subprocess
import sys

_IMPORT = """
import spkbound.ui.server, gradio, sys
print(gradio.component_meta.create_or_modify_pyi.__module__, gradio.analytics.analytics_enabled())
gradio.Textbox(label="it works").change
print(*sorted(sys.modules))
"""


def said_by_an_import():
    done = subprocess.run([sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=True, timeout=300)
    first, modules = done.stdout.splitlines()
    return first.split(), set(modules.split())


def test_the_page_starts_without_stub_files_calls_home_and_what_only_some_pages_need():
    (stubs_by, may_call_home), modules = said_by_an_import()
    assert stubs_by == "spkbound.ui.gradio_start"
    assert may_call_home == "False"
    assert modules.isdisjoint({"scipy", "sklearn", "matplotlib", "plotly", "torch"})
