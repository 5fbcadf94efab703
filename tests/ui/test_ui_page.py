import json
import re
import socket

import pytest
from conftest import ORIGIN, OURS
from fastapi.testclient import TestClient

from spkbound.errors import ProjectError, RosterError, UsageError
from spkbound.ui import page_corpus, page_detect
from spkbound.ui.address import check_port
from spkbound.ui.assets import ASSETS, assets_version
from spkbound.ui.charts import probability_chart, size_chart

# Addresses that name a standard or say whose work it is; no browser asks for them.
NAMES_ONLY = ("http://www.w3.org/", "https://gradio.app/", "https://raw.githubusercontent.com/gradio-app/")


def outside_addresses(text: str) -> set[str]:
    found = re.findall(r"https?://[\w.-]+[^\s\"'<>\\]*", text)
    return {address for address in found if not address.startswith((ORIGIN, *NAMES_ONLY))}


def test_the_page_and_its_parts_name_no_other_machine(client):
    for path in ("/", "/config", "/theme.css"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert outside_addresses(answer.text) == set(), path
    for file in ASSETS.rglob("*"):
        if file.is_file():
            assert outside_addresses(file.read_text(encoding="utf-8", errors="replace")) == set(), file


def test_no_font_is_fetched(client):
    theme = client.get("/theme.css").text
    assert "googleapis" not in theme
    assert "@import" not in theme
    assert "fonts.g" not in client.get("/").text


def test_gradio_tells_nothing_and_offers_no_interface(client):
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False
    assert config["footer_links"] == []
    assert {one["api_visibility"] for one in config["dependencies"]} <= {"private"}
    assert client.get("/gradio_api/info").json()["named_endpoints"] == {}


def test_templates_are_constant(client):
    """Gradio runs what looks like code in a template, so no file name and no number may ever stand in one."""
    for component in client.get("/config").json()["components"]:
        template = component["props"].get("html_template")
        assert template is None or not re.search(r"\$\{|\{\{", template)


def test_the_words_of_every_field_reach_the_browser_to_be_translated(client):
    config = client.get("/config").json()
    [script] = [one["js"] for one in config["dependencies"] if "fieldsInOurLanguage" in str(one["js"])]
    labels = [
        one["props"].get("label") for one in config["components"] if one["type"] in ("textbox", "number", "dropdown")
    ]
    for words in (*filter(None, labels), "natural: x2 before x10", "Start extraction", "a whole number, or auto"):
        assert json.dumps(words) in script


def test_assets_are_ours_kept_when_versioned_and_never_leave_the_folder(client):
    version = assets_version()
    kept = client.get(f"/assets/~{version}/tokens.css")
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-type"].startswith("text/css")
    asked_again = client.get("/assets/review/main.js")
    assert asked_again.headers["cache-control"] == "no-cache"
    assert asked_again.headers["content-type"].startswith("text/javascript")
    unchanged = client.get("/assets/review/main.js", headers={"if-none-match": asked_again.headers["etag"]})
    assert unchanged.status_code == 304
    for path in (
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/assets/~000000000000/..%2fapp.py",
        "/assets//etc/passwd",
        "/assets/%00",
    ):
        assert client.get(path).status_code in (403, 404), path


def test_a_browser_on_this_machine_gets_the_files_of_gradio_as_they_are_and_keeps_them(client):
    asked = {"accept-encoding": "br, gzip"}
    here = TestClient(client.app, client=("127.0.0.1", 50_000))
    [name] = re.findall(r'src="\./(assets/index-[^"]+\.js)"', client.get("/").text)
    local, other = here.get(f"/{name}", headers=asked), client.get(f"/{name}", headers=asked)
    assert local.content == other.content
    assert "immutable" in local.headers["cache-control"]
    assert "content-encoding" not in local.headers
    assert "content-encoding" in other.headers  # the way may be long
    assert here.get("/assets/review/main.js").headers["cache-control"] == "no-cache"
    assert here.get("/assets/..%2f..%2fnode%2f__init__.py").status_code in (403, 404)


def test_the_page_names_early_every_module_and_style_that_it_will_import(client):
    page = client.get("/")
    named = set(
        re.findall(r'<link rel="(?:modulepreload|preload)"[^>]* href="assets/~[0-9a-f]{12}/([^"]+)">', page.text)
    )
    assert page.text.index("modulepreload") < page.text.index("</head>")
    for first in ("theme.js", "language.js", "early.js"):  # run before any module does
        assert page.text.index(f'/{first}"></script>') < page.text.index("modulepreload")
    assert int(page.headers["content-length"]) == len(page.content)
    not_imported = {
        "theme.js",
        "language.js",
        "early.js",
        "login.js",
        "login.css",
        "review/stretch_worker.js",
        "review/stretch.js",
        "charts.js",
    }
    ours = {file.relative_to(ASSETS).as_posix() for file in ASSETS.rglob("*") if file.suffix in (".js", ".css")}
    of_chinese = {name for name in ours if name.endswith("_zh.js")} - {"texts/reasons_zh.js", "texts/system_zh.js"}
    assert named == ours - not_imported - of_chinese
    assert all(client.get(f"/assets/{name}").status_code == 200 for name in named)


def test_an_answer_that_is_no_page_is_left_as_it_is(client):
    assert client.get("/x/project").json()["name"]
    assert client.get("/login", follow_redirects=False).status_code == 303
    assert client.head("/").content == b""


def test_gradios_own_assets_still_come(client):
    script = re.search(r'src="\./(assets/index-[^"]+\.js)"', client.get("/").text)[1]
    assert client.get(f"/{script}").status_code == 200


@pytest.mark.parametrize("values", [[], [1000], [1, 2, 3, 5000], list(range(900, 1100))])
def test_charts_count_everything(values):
    figure = json.loads(size_chart(values).to_json())
    assert figure["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert sum(_heights(size_chart(values))) == len(values)
    shares = [min(1, value / 5000) for value in values]
    assert sum(_heights(probability_chart(shares))) == len(values)


def test_a_project_is_opened_and_made_with_honest_errors(own_client, project_copy, tmp_path, voices):
    workplace = own_client.app.state.workplace
    for folder in ("", str(tmp_path / "nothing"), str(voices.folder)):
        with pytest.raises((ProjectError, UsageError)):
            workplace.open(folder)
    assert workplace.project.folder == project_copy
    with pytest.raises(UsageError, match="is no folder"):
        workplace.create(str(tmp_path / "new"), str(tmp_path / "nothing"))
    assert not (tmp_path / "new").exists()
    workplace.create(str(tmp_path / "new"), str(voices.folder))
    assert own_client.get("/x/project").json()["name"] == "new"
    with pytest.raises(ProjectError, match="already holds a project"):
        workplace.create(str(tmp_path / "new"), str(voices.folder))


def test_the_corpus_is_a_folder_that_is_there_or_the_manifest_as_it_was(own_client, voices, tmp_path):
    workplace = own_client.app.state.workplace
    assert workplace.corpus_choice(f" {voices.folder}/ ") == {"input_dir": str(voices.folder), "manifest": None}
    for text in ("", "  ", str(tmp_path / "nothing"), __file__, "no/such/place", "~nobody_of_that_name", "/tmp/\0"):
        with pytest.raises(UsageError):
            workplace.corpus_choice(text)
    workplace.change(input_dir=None, manifest="/data/wav.scp")
    assert workplace.corpus_choice("/data/wav.scp") == {}


@pytest.mark.parametrize("workers", [0, -3, 1e9])
def test_workers_are_as_many_as_the_machine_can_bear(workers):
    with pytest.raises(UsageError, match="workers"):
        page_corpus._settings("path", "0", workers)


@pytest.mark.parametrize(
    ("size", "window"), [("", 6), ("0", 6), ("4.2", 6), ("9" * 30, 6), ("42", None), ("42", -1), ("42", 1e12)]
)
def test_a_detection_is_not_started_with_nonsense(size, window):
    with pytest.raises(UsageError, match="whole number"):
        page_detect._settings("global", size, window)


def test_the_page_takes_a_list_of_speakers_by_its_path(own_client, tmp_path):
    workplace = own_client.app.state.workplace
    (tmp_path / "speakers.csv").write_text("name,count\nAnna,20\n")
    assert workplace.list_of_speakers("  ") is None
    assert workplace.list_of_speakers(f" {tmp_path}/speakers.csv ") == f"{tmp_path}/speakers.csv"
    for text in (str(tmp_path), str(tmp_path / "nowhere.csv"), "/tmp/\0", "~nobody_of_that_name/x"):
        with pytest.raises((RosterError, UsageError)):
            workplace.list_of_speakers(text)


def test_a_port_that_is_taken_is_said_before_anything_is_promised():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(UsageError, match="choose another --port"):
            check_port("127.0.0.1", taken.getsockname()[1])


def test_cancelling_nothing_is_fine(own_client):
    assert own_client.post("/x/job/cancel", headers=OURS).status_code == 200


def _heights(figure) -> list[int]:
    return [int(height) for height in figure.data[0].y]
