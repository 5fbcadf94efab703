-- What reviewers decided. Rows are only ever added; what holds now are the views at the end.

CREATE TABLE IF NOT EXISTS decisions (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,      -- made by the caller: the same request sent twice adds nothing
    kind TEXT NOT NULL CHECK (kind IN (
        'approve', 'shift', 'reject', 'add', 'exclude', 'include', 'same_speaker', 'dismiss', 'comment', 'undo'
    )),
    left_path BLOB NOT NULL,       -- the place, by the two utterances that it separates
    right_path BLOB NOT NULL,      -- (exclude and include: both are the utterance; same_speaker: one of each
                                   -- segment; dismiss: any of these, by the kind of suggestion, which is `text`)
    from_left BLOB,                -- where a shift came from
    from_right BLOB,
    batch TEXT NOT NULL,           -- rows of one user step; undone together
    user TEXT NOT NULL,
    at TEXT NOT NULL,              -- UTC, ISO 8601 with milliseconds
    version INTEGER NOT NULL CHECK (version >= 0), -- increases per place
    detector TEXT NOT NULL,        -- the detection that the reviewer saw
    undoes INTEGER UNIQUE REFERENCES decisions (id), -- undo: the row taken back; otherwise (redo): the undo taken back
    text TEXT,
    began_left BLOB,               -- approve, reject, shift: where the boundary stood before anybody shifted it, as the
    began_right BLOB,              -- rows before tell; NULL: where this row has it
    CHECK ((began_left IS NULL) = (began_right IS NULL)),
    CHECK ((from_left IS NULL) = (from_right IS NULL)),
    CHECK (kind <> 'shift' OR from_left IS NOT NULL),
    CHECK (kind IN ('shift', 'undo') OR from_left IS NULL),
    CHECK (kind NOT IN ('exclude', 'include') OR left_path = right_path),
    CHECK (kind <> 'undo' OR undoes IS NOT NULL),
    CHECK (kind <> 'dismiss' OR text IS NOT NULL)
) STRICT;

CREATE INDEX IF NOT EXISTS decisions_place ON decisions (left_path, right_path, version);
CREATE INDEX IF NOT EXISTS decisions_origin ON decisions (from_left, from_right, version) WHERE from_left IS NOT NULL;
CREATE INDEX IF NOT EXISTS decisions_user ON decisions (user, id);
CREATE INDEX IF NOT EXISTS decisions_batch ON decisions (batch);

CREATE TRIGGER IF NOT EXISTS decisions_keep BEFORE UPDATE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions are only ever added');
END;

CREATE TRIGGER IF NOT EXISTS decisions_stay BEFORE DELETE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions are only ever added');
END;

-- INSERT OR REPLACE deletes without firing the trigger above.
CREATE TRIGGER IF NOT EXISTS decisions_not_replaced BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM decisions WHERE key = NEW.key)
    OR EXISTS (SELECT 1 FROM decisions WHERE undoes = NEW.undoes)
BEGIN
    SELECT RAISE(ABORT, 'decisions are only ever added');
END;

-- Decisions that nobody took back. A redo is a new row, so an undo is never itself undone.
CREATE VIEW IF NOT EXISTS active_decisions AS
SELECT * FROM decisions AS d
WHERE d.kind <> 'undo' AND NOT EXISTS (SELECT 1 FROM decisions AS u WHERE u.undoes = d.id);

-- What each active decision makes of each place it is about; a shift is about two.
CREATE VIEW IF NOT EXISTS active_touches AS
SELECT id, left_path, right_path, user, at, CASE kind
    WHEN 'approve' THEN 'approved' WHEN 'reject' THEN 'rejected' WHEN 'add' THEN 'added'
    WHEN 'shift' THEN 'shifted' WHEN 'exclude' THEN 'excluded' WHEN 'include' THEN 'included'
END AS status
FROM active_decisions WHERE kind NOT IN ('comment', 'same_speaker', 'dismiss')
UNION ALL
SELECT id, from_left, from_right, user, at, 'moved' FROM active_decisions WHERE kind = 'shift';

CREATE VIEW IF NOT EXISTS place_versions AS
SELECT left_path, right_path, max(version) AS version FROM (
    SELECT left_path, right_path, version FROM decisions
    UNION ALL
    SELECT from_left, from_right, version FROM decisions WHERE from_left IS NOT NULL
) GROUP BY left_path, right_path;

-- The current state of every place that somebody decided on. In SQLite the other columns of max(id) are of that row.
CREATE VIEW IF NOT EXISTS current_places AS
SELECT t.left_path, t.right_path, t.status, t.user, t.at, max(t.id) AS decision, v.version
FROM active_touches AS t
JOIN place_versions AS v ON v.left_path = t.left_path AND v.right_path = t.right_path
GROUP BY t.left_path, t.right_path;
