"""The browser's side of spkbound: Gradio shell, own routes, login; nothing else in the package knows it."""
