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
