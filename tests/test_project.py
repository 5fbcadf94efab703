import json

import pytest

from spkbound.errors import ProjectError, UsageError
from spkbound.project import Project, ProjectSettings


def test_a_project_is_opened_with_the_settings_it_was_made_with(tmp_path):
    made = Project.create(tmp_path / "p", ProjectSettings(input_dir="/data/caf\\xe9", segment_size=42))
    assert Project.open(tmp_path / "p") == made
    assert Project.open(tmp_path / "p").settings.segment_size == 42


def test_changed_settings_are_kept(tmp_path):
    project = Project.create(tmp_path / "p", ProjectSettings()).change(segment_size="auto", channel="mean")
    assert Project.open(tmp_path / "p") == project


def test_a_project_is_not_made_twice(tmp_path):
    Project.create(tmp_path, ProjectSettings())
    with pytest.raises(ProjectError, match="already holds a project"):
        Project.create(tmp_path, ProjectSettings())


def test_a_folder_with_only_a_result_opens_as_proposals(tmp_path):
    (tmp_path / "speaker_boundary_detection_result.json").write_text("{}")
    project = Project.open(tmp_path)
    assert project.result_file.parent == tmp_path
    assert not (tmp_path / "project.json").exists()  # looking changes nothing


def test_a_missing_or_foreign_folder_says_what_to_do(tmp_path):
    with pytest.raises(ProjectError, match="does not exist"):
        Project.open(tmp_path / "nowhere")
    with pytest.raises(ProjectError, match=r"holds neither project\.json"):
        Project.open(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format_version": 1}', '{"format_version": 7, "settings": {}}'])
def test_a_broken_project_file_is_refused_by_name(tmp_path, content):
    (tmp_path / "project.json").write_text(content)
    with pytest.raises(ProjectError, match=r"project\.json"):
        Project.open(tmp_path)


def test_settings_of_a_later_version_are_passed_over(tmp_path):
    document = {"format_version": 1, "settings": {"segment_size": 7, "from_the_future": True}}
    (tmp_path / "project.json").write_text(json.dumps(document))
    assert Project.open(tmp_path).settings == ProjectSettings(segment_size=7)


@pytest.mark.parametrize(
    "wrong",
    [{"method": "magic"}, {"segment_size": 0}, {"segment_size": "big"}, {"boundary_window": -1}, {"channel": "left"}],
)
def test_a_setting_that_cannot_be_is_refused(wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        ProjectSettings(**wrong)


def test_a_project_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match="cannot write"):
        Project.create(tmp_path / "file" / "p", ProjectSettings())


@pytest.mark.parametrize(
    "settings", [{"input_dir": 5}, {"n_workers": "x"}, {"proposals": 5}, {"manifest": []}, {"segment_size": 10**30}]
)
def test_a_setting_that_somebody_damaged_is_named_with_its_file(tmp_path, settings):
    (tmp_path / "project.json").write_text(json.dumps({"format_version": 1, "settings": settings}))
    with pytest.raises(ProjectError, match=rf"project\.json.*{next(iter(settings))}"):
        Project.open(tmp_path)


@pytest.mark.parametrize("name", ["segment_size", "boundary_window", "gmm_components"])
def test_a_number_that_no_result_file_can_hold_is_refused(name):
    with pytest.raises(UsageError, match=f"{name} must be at most"):
        ProjectSettings(**{name: 10**20})
