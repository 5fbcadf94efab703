"""Who is here is known by the last sign of life."""

from spkbound.ui.presence import AWAY_S, GONE_S, Presence


def test_who_gives_no_sign_of_life_is_away_and_then_gone():
    now = [0.0]
    presence = Presence(clock=lambda: now[0])
    presence.note("ana", 412)
    presence.note("ben", 7)
    assert presence.others("ben") == [{"user": "ana", "index": 412, "away_s": 0}]
    now[0] = AWAY_S + 1
    presence.note("ben", 7)
    assert presence.others("ben") == [{"user": "ana", "index": None, "away_s": round(AWAY_S + 1)}]
    now[0] = GONE_S + 1
    assert presence.others("ben") == []
