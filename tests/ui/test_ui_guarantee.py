import json

from conftest import OURS

from spkbound import pipeline
from spkbound.project import Project

BLIND = {"place", "kind", "is_decoy", "state", "probability", "name", "path"}


def test_a_sample_is_heard_blind_and_what_follows_stands_in_the_export(own_client, decide, voices, project_copy):
    for index in voices.boundaries:
        decide("approve", index)
    assert own_client.get("/x/guarantee").json()["goal"] is None

    wanted = {"error_rate": 0.05, "confidence": 0.95}
    found = own_client.post("/x/guarantee/goal", json=wanted, headers=OURS).json()
    assert (found["n_sample"], found["n_left"] >= 3, found["goal"]) == (3, True, wanted)
    assert not BLIND & set(found)
    while found["n_left"]:
        index = found["next"][0]
        answer = "here" if index in voices.boundaries else "elsewhere"
        found = own_client.post("/x/guarantee/answer", json={"index": index, "answer": answer}, headers=OURS).json()
    assert found["text"]["text"] == "All 3 approved boundaries were heard blind: 0 wrong"
    assert own_client.get("/x/guarantee").json() == found

    report = pipeline.export_project(Project.open(project_copy), pipeline.ExportSettings())
    assert "blind listening: All 3 approved boundaries were heard blind: 0 wrong" in report.text()
    result = json.loads((project_copy / "export" / "speaker_boundary_detection_result.json").read_text())
    assert (result["guarantee"]["n_wrong"], result["guarantee"]["text"]) == (0, found["text"]["text"])


def test_what_is_not_in_the_sample_cannot_be_answered(own_client, decide, voices):
    decide("approve", voices.boundaries[0])
    own_client.post("/x/guarantee/goal", json={"error_rate": 0.5, "confidence": 0.5}, headers=OURS)
    answer = own_client.post("/x/guarantee/answer", json={"index": 3, "answer": "here"}, headers=OURS)
    assert answer.status_code == 404
    for wrong in ({"error_rate": 0, "confidence": 0.95}, {"error_rate": 0.01, "confidence": 1}):
        assert own_client.post("/x/guarantee/goal", json=wrong, headers=OURS).status_code == 422
