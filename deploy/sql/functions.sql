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

DROP TRIGGER IF EXISTS clsm_recovery_wrap_exists ON cases_keystore_sectionkey;

CREATE CONSTRAINT TRIGGER clsm_recovery_wrap_exists AFTER INSERT ON cases_keystore_sectionkey
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clsm_recovery_wrap_exists();
