-- What was wanted of listening blind, and what people heard. Rows are only ever added.

CREATE TABLE IF NOT EXISTS listening_goals (
    id INTEGER PRIMARY KEY,
    seed INTEGER NOT NULL,         -- of the first row; all others repeat it, so nobody draws again
    error_rate REAL NOT NULL CHECK (error_rate > 0 AND error_rate < 1),
    confidence REAL NOT NULL CHECK (confidence > 0 AND confidence < 1),
    n_answers INTEGER NOT NULL,    -- given before
    user TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS listening_answers (
    id INTEGER PRIMARY KEY,
    left_path BLOB NOT NULL,       -- the place, by the two utterances that it separates
    right_path BLOB NOT NULL,
    is_decoy INTEGER NOT NULL CHECK (is_decoy IN (0, 1)),
    answer TEXT NOT NULL CHECK (answer IN ('here', 'elsewhere', 'unsure')),
    user TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TRIGGER IF NOT EXISTS listening_goals_keep BEFORE UPDATE ON listening_goals
BEGIN SELECT RAISE(ABORT, 'goals are only ever added'); END;
CREATE TRIGGER IF NOT EXISTS listening_goals_stay BEFORE DELETE ON listening_goals
BEGIN SELECT RAISE(ABORT, 'goals are only ever added'); END;
CREATE TRIGGER IF NOT EXISTS listening_answers_keep BEFORE UPDATE ON listening_answers
BEGIN SELECT RAISE(ABORT, 'answers are only ever added'); END;
CREATE TRIGGER IF NOT EXISTS listening_answers_stay BEFORE DELETE ON listening_answers
BEGIN SELECT RAISE(ABORT, 'answers are only ever added'); END;
