-- No key is ever lost (security.md §2.5, D6): what the database itself refuses or says. Run as the
-- guard, with guard.sql.

-- A live section key always has a wrap to the commission's recovery key. On the way in it must be
-- the recovery key in force; during a ceremony the former one stays until the new one stands.
CREATE OR REPLACE FUNCTION clsm_recovery_wrap_exists() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- The key was retired or shredded meanwhile: nothing has to open any more.
    IF NOT EXISTS (SELECT 1 FROM cases_keystore_sectionkey k WHERE k.situation = NEW.situation
                      AND k.section = NEW.section AND k.version = NEW.version) THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM cases_wrap w
                     JOIN cases_situation s ON s.id = w.situation_id
                     JOIN cases_commission c ON c.id = s.commission_id
                    WHERE w.situation_id = NEW.situation AND w.section = NEW.section
                      AND w.key_version = NEW.version AND w.grant_id IS NULL
                      AND w.recipient_key_id = c.recovery_key_id) THEN
        RAISE EXCEPTION 'clsm: a section key without its recovery wrap';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION clsm_recovery_wrap_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM cases_keystore_sectionkey k WHERE k.situation = OLD.situation_id
                  AND k.section = OLD.section AND k.version = OLD.key_version)
       AND NOT EXISTS (SELECT 1 FROM cases_wrap w WHERE w.situation_id = OLD.situation_id
                          AND w.section = OLD.section AND w.key_version = OLD.key_version
                          AND w.grant_id IS NULL) THEN
        RAISE EXCEPTION 'clsm: the last recovery wrap of a section key';
    END IF;
    RETURN NULL;
END $$;

-- A version of a key leaves only once no document and no file is sealed under it.
CREATE OR REPLACE FUNCTION clsm_section_key_unused() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM cases_sealeddocument d WHERE d.situation_id = OLD.situation
                  AND d.section = OLD.section AND d.key_version = OLD.version)
       OR EXISTS (SELECT 1 FROM cases_attachment a WHERE a.situation_id = OLD.situation
                  AND a.section = OLD.section AND a.key_version = OLD.version) THEN
        RAISE EXCEPTION 'clsm: a section key that documents still need';
    END IF;
    RETURN NULL;
END $$;

-- The sections of situations whose keys too few living members hold. A holder has a mandate in
-- force, a key of the directory and a grant that lasts, not one for a point of an agenda, which ends
-- by itself within days; a depositary's sleeping wrap counts, since it is there to be woken. Withdrawn or
-- limited, one is enough: the lead, or nobody but the trustees.
CREATE OR REPLACE FUNCTION clsm_short_sections(a_situation uuid)
RETURNS TABLE (situation uuid, section text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT DISTINCT k.situation, k.section::text
      FROM cases_keystore_sectionkey k JOIN cases_situation s ON s.id = k.situation
     WHERE (a_situation IS NULL OR k.situation = a_situation)
       AND (SELECT count(DISTINCT g.recipient_id) FROM cases_wrap w
              JOIN cases_grant g ON g.id = w.grant_id
             WHERE w.situation_id = k.situation AND w.section = k.section
               AND w.key_version = k.version AND g.revoked_at IS NULL
               AND g.not_after > (SELECT clsm_now()) AND g.item_id IS NULL
               AND EXISTS (SELECT 1 FROM cases_memberkey m WHERE m.user_id = g.recipient_id
                              AND m.commission_id = s.commission_id AND m.revoked_at IS NULL
                              AND m.key_id = w.recipient_key_id)
               AND EXISTS (SELECT 1 FROM cases_mandate d WHERE d.user_id = g.recipient_id
                              AND d.commission_id = s.commission_id AND d.status = 'active'
                              AND d.role NOT IN ('referrer', 'dpo')
                              AND d.starts_on <= (SELECT clsm_today())
                              AND d.ends_on >= (SELECT clsm_today())))
           < CASE WHEN s.is_withdrawn OR s.is_limited THEN 1 ELSE 2 END
$$;

-- Write down the sections that are short now, forget those that are not any more. NULL: all.
CREATE OR REPLACE FUNCTION clsm_flag_shortages(a_situation uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH short AS (SELECT * FROM clsm_short_sections(a_situation)),
    gone AS (
        DELETE FROM cases_keyshortage f
         WHERE (a_situation IS NULL OR f.situation_id = a_situation)
           AND NOT EXISTS (SELECT 1 FROM short WHERE short.situation = f.situation_id
                              AND short.section = f.section))
    INSERT INTO cases_keyshortage (id, situation_id, section, since)
    SELECT gen_random_uuid(), short.situation, short.section, clsm_now() FROM short
        ON CONFLICT (situation_id, section) DO NOTHING
$$;

-- A wrap that comes or goes, at commit; a wrap that goes also asks for a new key at the next write.
-- Whoever has no mandate any more is not counted: her wraps change nothing when they go, and her
-- departure has counted her situations at once, however many they are.
CREATE OR REPLACE FUNCTION clsm_wrap_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE cases_keystore_sectionkey k SET is_rotation_due = true
         WHERE k.situation = OLD.situation_id AND k.section = OLD.section
           AND k.version = OLD.key_version AND NOT k.is_rotation_due;
        IF NOT EXISTS (SELECT 1 FROM cases_grant g WHERE g.id = OLD.grant_id)
           OR EXISTS (SELECT 1 FROM cases_grant g JOIN cases_situation s ON s.id = g.situation_id
                        JOIN cases_mandate d ON d.user_id = g.recipient_id
                         AND d.commission_id = s.commission_id
                       WHERE g.id = OLD.grant_id AND d.status = 'active') THEN
            PERFORM clsm_flag_shortages(OLD.situation_id);
        END IF;
    ELSE
        PERFORM clsm_flag_shortages(NEW.situation_id);
    END IF;
    RETURN NULL;
END $$;

-- A member comes, leaves or changes keys: every situation whose key she was given. Beyond some, all
-- are counted in one question, which costs less than one each.
CREATE OR REPLACE FUNCTION clsm_holder_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    v_held uuid[] := ARRAY(
        SELECT DISTINCT g.situation_id FROM cases_grant g
          JOIN cases_situation s ON s.id = g.situation_id
         WHERE g.recipient_id = NEW.user_id AND s.commission_id = NEW.commission_id);
BEGIN
    IF cardinality(v_held) > 100 THEN
        PERFORM clsm_flag_shortages(NULL);
    ELSE
        PERFORM clsm_flag_shortages(held) FROM unnest(v_held) AS held;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION clsm_situation_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN PERFORM clsm_flag_shortages(NEW.id); RETURN NULL; END $$;
