-- What erases a situation (promise 8; C-50…C-57; T-34). Run as the guard, after guard.sql.
--
-- Nothing else deletes the rows of a situation: the services have no right to, and what stands in a
-- backup is unreadable once the keystore's own backups are gone (thirty days).

-- Every row of a situation goes, keys first; its own becomes a tombstone: code, commission, the day
-- it came. Called by the two functions below only.
CREATE OR REPLACE FUNCTION clsm_wipe(a_situation uuid, a_by uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM cases_wrap WHERE situation_id = a_situation;
    DELETE FROM cases_keystore_sectionkey WHERE situation = a_situation;
    DELETE FROM cases_keystore_situationkey WHERE situation = a_situation;
    DELETE FROM cases_situationuserpermission WHERE content_object_id = a_situation;
    DELETE FROM cases_grant WHERE situation_id = a_situation;
    DELETE FROM cases_keyshortage WHERE situation_id = a_situation;
    DELETE FROM cases_restitution WHERE situation_id = a_situation;
    DELETE FROM cases_proposal WHERE situation_id = a_situation;
    DELETE FROM cases_review WHERE situation_id = a_situation;
    DELETE FROM cases_itemattendance
     WHERE item_id IN (SELECT id FROM cases_agendaitem WHERE situation_id = a_situation);
    DELETE FROM cases_invitation WHERE situation_id = a_situation;
    DELETE FROM cases_agendaitem WHERE situation_id = a_situation;
    -- The files' own bytes are deleted after the commit, by the names left here for the caller;
    -- without these rows nothing opens them.
    PERFORM set_config('clsm.objects_left', coalesce((
        SELECT string_agg(left_over.stored_as::text, ',') FROM (
            SELECT stored_as FROM cases_attachment WHERE situation_id = a_situation
            UNION ALL
            SELECT stored_as FROM cases_filedraft WHERE situation_id = a_situation) AS left_over
        ), ''), true);
    DELETE FROM cases_filedraft WHERE situation_id = a_situation;
    DELETE FROM cases_attachment WHERE situation_id = a_situation;
    DELETE FROM cases_agreement WHERE situation_id = a_situation;
    DELETE FROM cases_sealeddocument WHERE situation_id = a_situation;
    DELETE FROM cases_exceptionalaccess WHERE situation_id = a_situation;
    DELETE FROM cases_recusal WHERE situation_id = a_situation;
    DELETE FROM cases_milestone WHERE situation_id = a_situation;
    -- Receipts of posted forms lead back to its pages: who did what there, and when.
    DELETE FROM clsm_accounts_formreceipt r USING cases_situation s
     WHERE s.id = a_situation AND position('/' || s.code || '/' IN r.location) > 0;
    -- Whoever referred it no longer finds it among what she sent: the tombstone is the eraser's.
    UPDATE cases_situation SET state = 'erased', created_by_id = COALESCE(a_by, (
               SELECT m.user_id FROM cases_mandate m WHERE m.role = 'dpo'
                  AND m.commission_id = cases_situation.commission_id
                ORDER BY m.ends_on DESC LIMIT 1), created_by_id),
           is_anonymous = false, is_withdrawn = false, is_limited = false, lead_id = NULL,
           information_due_on = NULL, answered_at = NULL, answer_reason = '', answer = NULL,
           answer_version = NULL, identity_hint = NULL, restitution_due_on = NULL, review_due_on = NULL,
           closed_on = NULL, reopened_at = NULL, changed_at = clsm_now(), version = version + 1
     WHERE id = a_situation;
END $$;

-- Confirm an erasure that somebody else asked: the DPO of the commission, and nobody else. False
-- when the act is no longer waiting.
CREATE OR REPLACE FUNCTION clsm_shred(a_act uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    v_viewer uuid := clsm_viewer_user();
    v_act    cases_jointact%ROWTYPE;
    v_lead   uuid;
BEGIN
    SELECT * INTO v_act FROM cases_jointact WHERE id = a_act AND kind = 'erasure' FOR UPDATE;
    IF NOT FOUND OR v_viewer IS NULL OR v_act.commission_id NOT IN
       (SELECT clsm_viewer_commissions(ARRAY['dpo'])) THEN
        RAISE EXCEPTION 'clsm: only the DPO confirms an erasure';
    END IF;
    IF v_act.asked_by_id = v_viewer THEN
        RAISE EXCEPTION 'clsm: an erasure takes two people';
    END IF;
    IF v_act.decided_at IS NOT NULL THEN RETURN false; END IF;
    -- Waits for whoever writes in the situation: her rows hold a lock on it, and go with it.
    SELECT lead_id INTO v_lead FROM cases_situation
     WHERE id = v_act.subject AND commission_id = v_act.commission_id
       AND state IS DISTINCT FROM 'erased' FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'clsm: nothing to erase'; END IF;
    IF v_lead IS DISTINCT FROM v_act.asked_by_id AND NOT EXISTS (
        SELECT 1 FROM cases_mandate m WHERE m.user_id = v_act.asked_by_id
           AND m.commission_id = v_act.commission_id AND m.role = 'coordinator'
           AND (v_act.asked_at AT TIME ZONE 'Europe/Paris')::date
               BETWEEN m.starts_on AND m.ends_on) THEN
        RAISE EXCEPTION 'clsm: an erasure is asked by the lead or the coordinator';
    END IF;
    PERFORM clsm_wipe(v_act.subject, v_viewer);
    INSERT INTO cases_erasure (situation, commission_id, reason, erased_at)
    VALUES (v_act.subject, v_act.commission_id, v_act.reason, clsm_now());
    UPDATE cases_jointact SET decided_by_id = v_viewer, decided_at = clsm_now(),
           is_confirmed = true WHERE id = a_act;
    RETURN true;
END $$;

-- Apply a line of the journal again after an older backup was restored: called by the owner as the
-- guard (manage.py reapply_erasures). False when nothing of the situation was left.
CREATE OR REPLACE FUNCTION clsm_shred_again(
    a_situation uuid, a_commission uuid, a_reason text, a_erased_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    v_found boolean;
BEGIN
    SELECT state IS DISTINCT FROM 'erased' INTO v_found FROM cases_situation
     WHERE id = a_situation AND commission_id = a_commission FOR UPDATE;
    IF NOT FOUND THEN v_found := false; END IF;
    -- Always: the keystore is restored apart, and may be older than the tombstone.
    IF EXISTS (SELECT 1 FROM cases_keystore_situationkey k WHERE k.situation = a_situation)
       OR EXISTS (SELECT 1 FROM cases_keystore_sectionkey k WHERE k.situation = a_situation) THEN
        v_found := true;
    END IF;
    PERFORM clsm_wipe(a_situation, NULL) WHERE v_found;
    INSERT INTO cases_erasure (situation, commission_id, reason, erased_at)
    SELECT a_situation, a_commission, a_reason, a_erased_at
     WHERE EXISTS (SELECT 1 FROM cases_commission c WHERE c.id = a_commission)
    ON CONFLICT (situation) DO NOTHING;
    DELETE FROM cases_jointact WHERE kind = 'erasure' AND subject = a_situation
       AND decided_at IS NULL;
    RETURN v_found;
END $$;

-- Nothing is written in a situation that was erased meanwhile; checked at commit.
CREATE OR REPLACE FUNCTION clsm_not_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    v_stands boolean;
BEGIN
    PERFORM 1 FROM cases_situation s WHERE s.id = NEW.situation_id AND s.state = 'erased';
    IF NOT FOUND THEN RETURN NULL; END IF;
    -- What the erasure itself took away was written before it, in the same transaction.
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE id = $1)', TG_TABLE_NAME)
       INTO v_stands USING NEW.id;
    IF v_stands THEN RAISE EXCEPTION 'clsm: the situation was erased'; END IF;
    RETURN NULL;
END $$;
