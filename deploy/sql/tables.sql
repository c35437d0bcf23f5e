-- Tables of the owner alone: the pads of the viewer context and the clock's offset.
CREATE TABLE IF NOT EXISTS clsm_viewer_key (
    id smallint PRIMARY KEY CHECK (id = 1), inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);
CREATE TABLE IF NOT EXISTS clsm_clock (
    id smallint PRIMARY KEY CHECK (id = 1), shift interval NOT NULL);
INSERT INTO clsm_clock (id, shift) VALUES (1, interval '0') ON CONFLICT (id) DO NOTHING;
