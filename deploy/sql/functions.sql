-- Functions that run with their caller's rights, the view and the triggers. Idempotent; run by the
-- owner after guard.sql.

CREATE OR REPLACE FUNCTION clsm_viewer_user() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT (clsm_viewer()->>'user')::uuid $$;

-- The commissions in which the viewer holds a role, as signed in the context.
CREATE OR REPLACE FUNCTION clsm_viewer_commissions(a_roles text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT (pair->>1)::uuid FROM jsonb_array_elements(clsm_viewer()->'roles') AS pair
     WHERE pair->>0 = ANY (a_roles)
$$;

CREATE OR REPLACE VIEW cases_referral_answer WITH (security_barrier = true) AS
    SELECT * FROM clsm_answers();

-- A realm is fixed at creation; only the guard turns an account into a ticket-only one.
CREATE OR REPLACE FUNCTION clsm_keep_realm() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id OR NEW.realm IS DISTINCT FROM OLD.realm THEN
        RAISE EXCEPTION 'clsm: the realm of an account is fixed';
    END IF;
    IF OLD.is_ticket_only AND current_user <> 'clsm_guard'
       AND (NOT NEW.is_ticket_only OR NEW.email <> '' OR NEW.password IS DISTINCT FROM OLD.password) THEN
        RAISE EXCEPTION 'clsm: a ticket-only account has no login';
    END IF;
    IF NEW.is_ticket_only AND NOT OLD.is_ticket_only AND current_user <> 'clsm_guard' THEN
        RAISE EXCEPTION 'clsm: only the commission makes an account ticket-only';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER clsm_keep_realm BEFORE UPDATE ON clsm_accounts_user
    FOR EACH ROW EXECUTE FUNCTION clsm_keep_realm();

CREATE OR REPLACE TRIGGER clsm_refuse_ticket_only BEFORE INSERT OR UPDATE ON account_emailaddress
    FOR EACH ROW EXECUTE FUNCTION clsm_refuse_ticket_only();

CREATE OR REPLACE TRIGGER clsm_refuse_ticket_only BEFORE INSERT OR UPDATE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION clsm_refuse_ticket_only();

-- The agreement's history, the milestones and the reviews are append-only (C-15): the services
-- have no UPDATE right; this says it to the owner's own scripts as well.
CREATE OR REPLACE FUNCTION clsm_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN RAISE EXCEPTION 'clsm: % is append-only', TG_TABLE_NAME; END $$;

CREATE OR REPLACE TRIGGER clsm_append_only BEFORE UPDATE ON cases_agreement
    FOR EACH ROW EXECUTE FUNCTION clsm_append_only();

-- Two people, whatever the service says: an exceptional access is asked by one and decided by
-- another, ended once, followed up by the DPO who had no part in an emergency. One update takes one
-- of these steps and writes nothing else. Held for the service's own role: the words are sealed
-- again by the guard, when the server's keys are renewed.
CREATE OR REPLACE FUNCTION clsm_exceptional_step() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    v_viewer uuid;
    v_where  uuid;
    v_decides boolean := OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL;
    v_ends    boolean := OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL;
    v_follows boolean := OLD.followed_up_at IS NULL AND NEW.followed_up_at IS NOT NULL;
    v_seconds text[] := CASE OLD.kind WHEN 'dpo' THEN ARRAY['coordinator']
                        ELSE ARRAY['coordinator','permanent','depositary'] END;
    v_longest interval := CASE OLD.kind WHEN 'dpo' THEN interval '24 hours'
                          ELSE interval '4 hours' END;
BEGIN
    IF current_user <> 'clsm_commission' THEN RETURN NEW; END IF;
    v_viewer := clsm_viewer_user();
    v_where := clsm_commission_of(OLD.situation_id);
    IF v_viewer IS NULL OR v_decides::int + v_ends::int + v_follows::int <> 1
       OR (NEW.id, NEW.situation_id, NEW.kind, NEW.sections, NEW.reason, NEW.words,
           NEW.words_version, NEW.asked_by_id, NEW.asked_at)
          IS DISTINCT FROM
          (OLD.id, OLD.situation_id, OLD.kind, OLD.sections, OLD.reason, OLD.words,
           OLD.words_version, OLD.asked_by_id, OLD.asked_at)
       OR (NOT v_decides AND
           (NEW.decided_by_id, NEW.decided_at, NEW.is_confirmed, NEW.ends_at, NEW.statement)
           IS DISTINCT FROM
           (OLD.decided_by_id, OLD.decided_at, OLD.is_confirmed, OLD.ends_at, OLD.statement))
       OR (NOT v_ends AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
       OR (NOT v_follows AND
           (NEW.followed_up_by_id, NEW.followed_up_at, NEW.conclusion, NEW.conclusion_words,
            NEW.conclusion_version)
           IS DISTINCT FROM
           (OLD.followed_up_by_id, OLD.followed_up_at, OLD.conclusion, OLD.conclusion_words,
            OLD.conclusion_version)) THEN
        RAISE EXCEPTION 'clsm: an exceptional access takes one step at a time';
    END IF;
    IF v_decides AND (
        OLD.ended_at IS NOT NULL
        OR (NEW.decided_by_id, NEW.decided_at) IS DISTINCT FROM (v_viewer, clsm_now())
        OR (NEW.is_confirmed AND (
            v_viewer = OLD.asked_by_id OR NEW.ends_at <= NEW.decided_at
            OR NEW.ends_at > NEW.decided_at + v_longest))
        OR (v_viewer <> OLD.asked_by_id
            AND v_where NOT IN (SELECT clsm_viewer_commissions(v_seconds)))
        -- Her own: whoever stepped aside sees the row of it.
        OR EXISTS (SELECT 1 FROM cases_recusal r WHERE r.user_id = v_viewer
                      AND r.situation_id = OLD.situation_id AND r.lifted_at IS NULL)) THEN
        RAISE EXCEPTION 'clsm: an exceptional access is decided by somebody else';
    END IF;
    IF v_follows AND (
        OLD.is_confirmed IS NOT TRUE OR NEW.followed_up_by_id IS DISTINCT FROM v_viewer
        OR v_where NOT IN (SELECT clsm_viewer_commissions(ARRAY['dpo']))
        OR (OLD.kind <> 'dpo' AND v_viewer IN (OLD.asked_by_id, OLD.decided_by_id))) THEN
        RAISE EXCEPTION 'clsm: an exceptional access is followed up by the DPO';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER clsm_exceptional_step BEFORE UPDATE ON cases_exceptionalaccess
    FOR EACH ROW EXECUTE FUNCTION clsm_exceptional_step();

-- At commit, so that a ceremony may pass through states that it does not leave behind.
DROP TRIGGER IF EXISTS clsm_recovery_wrap_exists ON cases_keystore_sectionkey;
CREATE CONSTRAINT TRIGGER clsm_recovery_wrap_exists AFTER INSERT ON cases_keystore_sectionkey
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clsm_recovery_wrap_exists();

DROP TRIGGER IF EXISTS clsm_section_key_unused ON cases_keystore_sectionkey;
CREATE CONSTRAINT TRIGGER clsm_section_key_unused AFTER DELETE ON cases_keystore_sectionkey
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clsm_section_key_unused();

DROP TRIGGER IF EXISTS clsm_recovery_wrap_stays ON cases_wrap;
CREATE CONSTRAINT TRIGGER clsm_recovery_wrap_stays AFTER DELETE ON cases_wrap
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.grant_id IS NULL)
    EXECUTE FUNCTION clsm_recovery_wrap_stays();

DROP TRIGGER IF EXISTS clsm_wrap_given ON cases_wrap;
CREATE CONSTRAINT TRIGGER clsm_wrap_given AFTER INSERT ON cases_wrap
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.grant_id IS NOT NULL)
    EXECUTE FUNCTION clsm_wrap_changed();

DROP TRIGGER IF EXISTS clsm_wrap_taken ON cases_wrap;
CREATE CONSTRAINT TRIGGER clsm_wrap_taken AFTER DELETE ON cases_wrap
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.grant_id IS NOT NULL)
    EXECUTE FUNCTION clsm_wrap_changed();

DROP TRIGGER IF EXISTS clsm_mandate_changed ON cases_mandate;
CREATE CONSTRAINT TRIGGER clsm_mandate_changed AFTER UPDATE ON cases_mandate
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clsm_holder_changed();

DROP TRIGGER IF EXISTS clsm_member_key_changed ON cases_memberkey;
CREATE CONSTRAINT TRIGGER clsm_member_key_changed AFTER INSERT OR UPDATE ON cases_memberkey
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clsm_holder_changed();

DROP TRIGGER IF EXISTS clsm_situation_changed ON cases_situation;
CREATE CONSTRAINT TRIGGER clsm_situation_changed AFTER UPDATE ON cases_situation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.is_withdrawn IS DISTINCT FROM NEW.is_withdrawn
          OR OLD.is_limited IS DISTINCT FROM NEW.is_limited)
    EXECUTE FUNCTION clsm_situation_changed();

DROP TRIGGER IF EXISTS clsm_no_identity_here ON cases_sealeddocument;
CREATE TRIGGER clsm_no_identity_here BEFORE INSERT OR UPDATE ON cases_sealeddocument
    FOR EACH ROW WHEN (NEW.section = 'identity') EXECUTE FUNCTION clsm_no_identity_here();

DROP TRIGGER IF EXISTS clsm_no_identity_here ON cases_attachment;
CREATE TRIGGER clsm_no_identity_here BEFORE INSERT OR UPDATE ON cases_attachment
    FOR EACH ROW WHEN (NEW.section = 'identity') EXECUTE FUNCTION clsm_no_identity_here();

DROP TRIGGER IF EXISTS clsm_identity_rules ON cases_situation;
CREATE TRIGGER clsm_identity_rules BEFORE INSERT OR UPDATE ON cases_situation
    FOR EACH ROW EXECUTE FUNCTION clsm_identity_rules();
