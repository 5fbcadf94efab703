"""With which project do we work? The page that asks when none was named: open a folder, or make a project."""

import gradio as gr

from spkbound.ui.fields import RELOAD, error_text, heading, note, tried
from spkbound.ui.language import show_error
from spkbound.ui.workplace import Workplace


def build(workplace: Workplace, *, version: str) -> None:
    with gr.Column(elem_classes="panel settings"):
        heading("Open a project")
        note("A project is a folder with project.json. A folder that holds a result file alone opens as proposals.")
        folder = gr.Textbox(label="Project folder", placeholder="/data/projects/voices_2024", max_lines=1)
        open_error = error_text()
        opening = gr.Button("Open", variant="primary", size="lg")
    with gr.Column(elem_classes="panel settings"):
        heading("New project")
        note("Audio files stay where they are and are only read. Embeddings, decisions and logs go into the project.")
        input_dir = gr.Textbox(label="Folder with the audio files", placeholder="/data/voices_2024", max_lines=1)
        new_folder = gr.Textbox(
            label="Project folder, to be made", placeholder="/data/projects/voices_2024", max_lines=1
        )
        create_error = error_text()
        creating = gr.Button("Create project", size="lg")

    def open_project(folder: str) -> dict:
        return tried(lambda: workplace.open(folder))

    def create_project(input_dir: str, folder: str) -> dict:
        return tried(lambda: workplace.create(folder, input_dir))

    show = show_error(RELOAD, version=version)
    private = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on([opening.click, folder.submit], open_project, folder, open_error, **private).then(
        None, open_error, open_error, js=show, **private
    )
    gr.on([creating.click, new_folder.submit], create_project, [input_dir, new_folder], create_error, **private).then(
        None, create_error, create_error, js=show, **private
    )
