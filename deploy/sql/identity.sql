-- Where an identity may stand, and what may be asked of those one cannot open (C-01, C-03, decision
-- 25). Run as the guard, after guard.sql.

-- How many situations a commission works on or has closed: the length of a hint follows from it.
CREATE OR REPLACE FUNCTION clsm_situations_held(a_commission uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT count(*) FROM cases_situation s
     WHERE s.commission_id = a_commission AND s.state IS NOT NULL AND s.state <> 'erased'
       AND a_commission IN (SELECT clsm_viewer_commissions(
           ARRAY['coordinator','permanent','depositary','substitute','guest','users_representative']))
$$;

-- Whom to ask when a situation whose identity the viewer cannot open bears one of these hints: its
-- lead, and nothing of the situation. A mere referrer is answered nothing. Withdrawn, limited or
-- archived, it is not told any more; those already opened are given, so as not to be told twice.
CREATE OR REPLACE FUNCTION clsm_possible_leads(a_commission uuid, a_hints int[], a_opened uuid[])
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT DISTINCT s.lead_id FROM cases_situation s
     WHERE s.commission_id = a_commission AND s.identity_hint = ANY (a_hints)
       AND s.id <> ALL (a_opened) AND s.lead_id IS NOT NULL
       AND NOT s.is_withdrawn AND NOT s.is_limited AND s.state NOT IN ('archived', 'erased')
       AND NOT clsm_is_aside((SELECT clsm_viewer_user()), s.id)
       AND a_commission IN (SELECT clsm_viewer_commissions(
           ARRAY['coordinator','permanent','depositary']))
$$;

-- No text and no file of the identity section in a situation examined without a name; after the
-- referral's own transaction, no new text of it without an expression that allows naming (C-01). The
-- service looks at what holds now; this looks at what was ever said.
CREATE OR REPLACE FUNCTION clsm_no_identity_here() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM cases_situation s WHERE s.id = NEW.situation_id AND s.is_anonymous) THEN
        RAISE EXCEPTION 'clsm: no identity in an anonymous situation';
    END IF;
    IF TG_OP = 'INSERT' AND TG_TABLE_NAME = 'cases_sealeddocument'
       AND NOT clsm_is_being_created(NEW.situation_id) AND NOT EXISTS (
           SELECT 1 FROM cases_agreement a WHERE a.situation_id = NEW.situation_id
              AND a.kind IN ('named_sharing', 'impossibility', 'urgency')) THEN
        RAISE EXCEPTION 'clsm: no identity without an agreement';
    END IF;
    RETURN NEW;
END $$;

-- Once named, for good; and no hint before an agreement to share by name.
CREATE OR REPLACE FUNCTION clsm_identity_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.is_anonymous AND NOT OLD.is_anonymous THEN
            RAISE EXCEPTION 'clsm: a named situation stays named';
        END IF;
        IF NEW.identity_hint IS NOT DISTINCT FROM OLD.identity_hint THEN RETURN NEW; END IF;
    END IF;
    IF NEW.identity_hint IS NOT NULL AND (NEW.is_anonymous OR NOT EXISTS (
        SELECT 1 FROM cases_agreement a
         WHERE a.situation_id = NEW.id AND a.kind = 'named_sharing')) THEN
        RAISE EXCEPTION 'clsm: no hint of an identity without an agreement';
    END IF;
    RETURN NEW;
END $$;
