"""Networks by name, from a hub on this very machine: cache, offline work, archives that mean ill."""

import hashlib
import io
import json
import os
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from spkbound.encoders.archives import unpack
from spkbound.encoders.hub import NAMES, fetch_model, is_hub_name
from spkbound.encoders.open import spec_of_model
from spkbound.encoders.wespeaker_page import hearing
from spkbound.errors import EncoderError

REVISION = "c0ffee" * 6 + "c0ff"
CONFIG, WEIGHTS = b"model: ResNet18\n", b"not really weights"


class Hub(BaseHTTPRequestHandler):
    """What of the hub's interface a download needs; `server.files` are those of every repository."""

    def do_GET(self):
        self.server.asked.append(self.path)
        path = self.path.split("?")[0]
        if path == "/listing":
            return self.answer(200, json.dumps({"Data": self.server.listed}).encode(), {})
        if "/missing" in path:
            return self.answer(404, b"", {"X-Error-Code": "RepoNotFound"})
        if path.startswith("/api/models/"):
            names = [{"type": "file", "path": name, "size": len(body), "oid": "0" * 40} for name, body in self.files()]
            listing = names if "/tree/" in path else {"id": "a/b", "sha": REVISION, "siblings": self.siblings()}
            return self.answer(200, json.dumps(listing).encode(), {"Content-Type": "application/json"})
        body = dict(self.files())[path.rsplit("/", 1)[1]]
        etag = hashlib.sha1(body, usedforsecurity=False).hexdigest()
        return self.answer(200, body, {"ETag": f'"{etag}"', "X-Repo-Commit": REVISION})

    def do_HEAD(self):
        self.do_GET()

    def files(self):
        return list(self.server.files.items())

    def siblings(self):
        return [{"rfilename": name, "size": len(body), "blobId": "0" * 40} for name, body in self.files()]

    def answer(self, code, body, headers):
        self.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.files, server.asked = {"config.yaml": CONFIG, "avg_model.pt": WEIGHTS, "README.md": b"words"}, []
    server.listed = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def fetch(hub, tmp_path, name="english"):
    return fetch_model(name, endpoint=f"http://127.0.0.1:{hub.server_port}", cache_dir=tmp_path / "cache")


def tar_of(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as opened:
        for name, body in members:
            member = tarfile.TarInfo(name)
            member.size = len(body)
            opened.addfile(member, io.BytesIO(body))
    return buffer.getvalue()


def zip_of(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, body in members:
            opened.writestr(name, body)
    return buffer.getvalue()


def test_a_name_becomes_a_model_directory_and_nothing_else_is_downloaded(hub, tmp_path):
    folder = fetch(hub, tmp_path)
    assert (folder / "config.yaml").read_bytes() == CONFIG
    assert (folder / "avg_model.pt").read_bytes() == WEIGHTS
    assert not (folder / "README.md").exists()
    assert any(NAMES["english"] in path for path in hub.asked)


def test_what_is_in_the_cache_needs_no_network(hub, tmp_path):
    folder = fetch(hub, tmp_path, "some/network")
    hub.shutdown()
    hub.server_close()
    assert fetch(hub, tmp_path, "some/network") == folder
    with pytest.raises(EncoderError, match=r"another/network .*try again with a network"):
        fetch(hub, tmp_path, "another/network")


def test_a_name_that_nobody_has_says_so(hub, tmp_path):
    with pytest.raises(EncoderError, match="some/missing is no folder here"):
        fetch(hub, tmp_path, "some/missing")


def test_a_repository_without_a_network_says_what_is_there(hub, tmp_path):
    hub.files = {"config.yaml": CONFIG, "model.onnx": b""}
    with pytest.raises(EncoderError, match=r"expected config\.yaml and avg_model\.pt, found config\.yaml"):
        fetch(hub, tmp_path)


@pytest.mark.parametrize(("name", "pack"), [("model.tar.gz", tar_of), ("model.zip", zip_of)])
def test_an_archive_is_unpacked_once(hub, tmp_path, name, pack):
    hub.files = {name: pack([("top/config.yaml", CONFIG), ("top/avg_model.pt", WEIGHTS), ("top/log", b"long")])}
    folder = fetch(hub, tmp_path)
    assert sorted(file.name for file in folder.iterdir()) == ["avg_model.pt", "config.yaml"]
    written = (folder / "avg_model.pt").stat().st_mtime_ns
    assert fetch(hub, tmp_path) == folder
    assert (folder / "avg_model.pt").stat().st_mtime_ns == written
    assert len(list(folder.parent.iterdir())) == 1


def fetch_listed(hub, tmp_path, name):
    listing = f"http://127.0.0.1:{hub.server_port}/listing"
    return fetch_model(name, listing=listing, cache_dir=tmp_path / "cache")


def list_assets(hub, *names):
    hub.listed = [{"Key": name, "Url": f"http://127.0.0.1:{hub.server_port}/files/{name}"} for name in names]


def test_networks_that_only_wespeaker_has_come_from_its_listing(hub, tmp_path):
    members = [("top/config.yaml", CONFIG), ("top/avg_model.pt", WEIGHTS)]
    hub.files = {"campplus_cn_common_200k.tar.gz": tar_of(members), "voxblink2_samresnet34.zip": zip_of(members)}
    list_assets(hub, *hub.files)
    for name in ("campplus", "vblinkp"):
        folder = fetch_listed(hub, tmp_path, name)
        assert sorted(file.name for file in folder.iterdir()) == ["avg_model.pt", "config.yaml"]
        n_asked = len(hub.asked)
        assert fetch_listed(hub, tmp_path, name) == folder
        assert len(hub.asked) == n_asked, "what is in the cache is not asked for"


def test_what_the_listing_cannot_give_is_to_be_fetched_by_hand(hub, tmp_path):
    with pytest.raises(
        EncoderError, match=r"vblinkp: .* not listed .* fetch voxblink2_samresnet34\.zip by hand .*/listing"
    ):
        fetch_listed(hub, tmp_path, "vblinkp")
    hub.listed = [{"Key": "voxblink2_samresnet34.zip", "Url": "file:///etc/passwd"}]
    with pytest.raises(EncoderError, match="is no address"):
        fetch_listed(hub, tmp_path, "vblinkp")
    hub.shutdown()
    hub.server_close()
    with pytest.raises(EncoderError, match=r"Connection refused.*by hand"):
        fetch_listed(hub, tmp_path, "eres2net")
    assert not any((tmp_path / "cache").rglob("*.zip"))


def test_the_two_of_damo_hear_as_they_were_trained():
    for name in ("campplus", "eres2net"):
        assert hearing(name) == {"window": "povey", "scale": "unit"}
    assert hearing("english") == hearing("some/network") == {}


@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_no_name_in_an_archive_leads_out_of_the_folder(tmp_path, pack):
    archive = tmp_path / ("a.zip" if pack is zip_of else "a.tar.gz")
    archive.write_bytes(pack([("../../config.yaml", CONFIG), ("/avg_model.pt", WEIGHTS), ("../evil", b"evil")]))
    folder = unpack(archive, tmp_path / "cache/one/two")
    assert {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()} == {
        archive.name,
        "cache/one/two/config.yaml",
        "cache/one/two/avg_model.pt",
    }
    assert (folder / "config.yaml").read_bytes() == CONFIG


def test_links_in_an_archive_are_not_followed(tmp_path):
    (tmp_path / "secret").write_text("secret")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as opened:
        link = tarfile.TarInfo("config.yaml")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "secret")
        opened.addfile(link)
    with pytest.raises(EncoderError, match=r"0 files called config\.yaml"):
        unpack(tmp_path / "a.tar.gz", tmp_path / "out/x")
    assert not (tmp_path / "out/x").exists()


@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_a_broken_archive_leaves_nothing(tmp_path, pack):
    archive = tmp_path / ("a.zip" if pack is zip_of else "a.tar.gz")
    whole = pack([("config.yaml", CONFIG), ("avg_model.pt", bytes(range(256)) * 99)])
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(EncoderError, match="cannot unpack"):
        unpack(archive, tmp_path / "out/x")
    assert not list((tmp_path / "out").iterdir())


def test_names_of_the_hub_look_like_no_paths():
    assert all(map(is_hub_name, ["english", "campplus", "Wespeaker/wespeaker-voxceleb-resnet34-LM"]))
    assert not any(map(is_hub_name, ["/abs/model", "./model", "../model", "model", "a/b/c", "~/model"]))


@pytest.mark.parametrize("name", ["./model", "/nowhere/model", "here/model", "here/", "../elsewhere/model", "model"])
def test_what_looks_like_a_path_is_never_asked_of_the_hub(name, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "here/README").write_text("no model")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EncoderError) as found:
        spec_of_model(name)
    assert os.path.abspath(name) in str(found.value)
    assert "try again with a network" not in str(found.value)


def test_below_a_folder_that_is_here_it_says_that_the_hub_was_not_asked(tmp_path, monkeypatch):
    (tmp_path / "owner").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EncoderError, match=r"no model directory .*owner/name: owner is here, .* hub was not asked"):
        spec_of_model("owner/name")
