"""What the rows of a log amount to, found the plain way: replayed from the first on, with every state they made."""

from collections import defaultdict

from spkbound.review.fold import PlaceState, place_state
from spkbound.review.newest import Opening

STATUS = {
    "approve": "approved",
    "reject": "rejected",
    "add": "added",
    "shift": "shifted",
    "exclude": "excluded",
    "include": "included",
}
REMARKS = ("comment", "same_speaker", "dismiss")


def replay(rows) -> tuple[dict, dict, dict]:
    """States by place, versions by place, and remarks by id."""
    made, versions, remarks = defaultdict(list), {}, {}
    for row in rows:
        here, origin = (row.left_path, row.right_path), (row.from_left, row.from_right)
        places = [here] if row.from_left is None else [here, origin]
        if row.kind in REMARKS:
            remarks[row.id] = row
            continue
        if row.undoes in remarks:
            del remarks[row.undoes]
            continue
        versions.update(dict.fromkeys(places, row.version))
        if row.kind == "undo":
            for place in places:
                made[place] = [state for state in made[place] if state.decision != row.undoes]
            continue
        began = None
        if row.kind == "shift":
            began = (made[origin][-1].began if made[origin] else None) or origin
            made[origin].append(PlaceState("moved", row.user, row.at, row.id, None, here))
        elif row.kind in ("approve", "reject") and made[here]:
            began = made[here][-1].began
        made[here].append(PlaceState(STATUS[row.kind], row.user, row.at, row.id, began))
    return {place: states[-1] for place, states in made.items() if states}, versions, remarks


def opened(opening: Opening) -> tuple[dict, dict, dict]:
    """The same of what the log says that it amounts to."""
    return (
        {place: place_state(row, place) for place, row in opening.rows.items()},
        opening.versions,
        opening.remarks,
    )
