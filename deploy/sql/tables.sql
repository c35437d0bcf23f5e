-- Tables of the owner alone: the pads of the viewer context and the clock's offset.
CREATE TABLE IF NOT EXISTS clsm_viewer_key (
    id smallint PRIMARY KEY, inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);
-- One row a version of the key, two during its rotation.
ALTER TABLE clsm_viewer_key DROP CONSTRAINT IF EXISTS clsm_viewer_key_id_check;
CREATE TABLE IF NOT EXISTS clsm_clock (
    id smallint PRIMARY KEY CHECK (id = 1), shift interval NOT NULL);
INSERT INTO clsm_clock (id, shift) VALUES (1, interval '0') ON CONFLICT (id) DO NOTHING;
