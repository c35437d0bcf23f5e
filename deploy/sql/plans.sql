-- Plans of figures and notes: what is written is never written again, and two people act, whatever
-- the service says. Idempotent; run by the owner after functions.sql.

CREATE OR REPLACE FUNCTION clsm_plan_step() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    v_approves  boolean := OLD.approved_by_id IS NULL AND NEW.approved_by_id IS NOT NULL;
    v_activates boolean := OLD.state = 'draft' AND NEW.state = 'active';
    v_ends      boolean := OLD.state || '>' || NEW.state = 'draft>dropped'
        -- Replaced by another, below; put away alone, the installed plan would come back unseen.
        OR (OLD.state || '>' || NEW.state = 'active>retired' AND pg_trigger_depth() > 1);
BEGIN
    IF (NEW.id, NEW.commission_id, NEW.version, NEW.text, NEW.sha256, NEW.is_correction, NEW.note,
        NEW.created_by_id, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.commission_id, OLD.version, OLD.text, OLD.sha256, OLD.is_correction, OLD.note,
        OLD.created_by_id, OLD.created_at) THEN
        RAISE EXCEPTION 'clsm: a version of the plan never changes';
    END IF;
    IF v_approves::int + v_activates::int + v_ends::int <> 1
       OR (v_approves AND (OLD.state, NEW.state) IS DISTINCT FROM ('draft'::varchar, 'draft'::varchar))
       OR (NOT v_approves AND (NEW.approved_by_id, NEW.approved_at)
           IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_at))
       OR (NOT v_activates AND (NEW.activated_by_id, NEW.activated_at)
           IS DISTINCT FROM (OLD.activated_by_id, OLD.activated_at)) THEN
        RAISE EXCEPTION 'clsm: a version of the plan takes one step at a time';
    END IF;
    IF current_user = 'clsm_commission' AND (
       (v_approves AND (NEW.approved_by_id, NEW.approved_at)
                       IS DISTINCT FROM (clsm_viewer_user(), clsm_now()))
       OR (v_activates AND (NEW.activated_by_id, NEW.activated_at)
                           IS DISTINCT FROM (clsm_viewer_user(), clsm_now()))) THEN
        RAISE EXCEPTION 'clsm: nobody approves a plan for somebody else';
    END IF;
    IF v_activates THEN
        UPDATE cases_releaseplan SET state = 'retired'
         WHERE commission_id = NEW.commission_id AND state = 'active';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER clsm_plan_step BEFORE UPDATE ON cases_releaseplan
    FOR EACH ROW EXECUTE FUNCTION clsm_plan_step();

CREATE OR REPLACE FUNCTION clsm_note_step() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    v_step text := OLD.state || '>' || NEW.state;
    v_words_changed boolean := (NEW.words, NEW.words_version)
                               IS DISTINCT FROM (OLD.words, OLD.words_version);
    v_rest_changed boolean := (NEW.id, NEW.commission_id, NEW.basis, NEW.category,
        NEW.missing_offer, NEW.written_by_id, NEW.written_at)
        IS DISTINCT FROM (OLD.id, OLD.commission_id, OLD.basis, OLD.category,
        OLD.missing_offer, OLD.written_by_id, OLD.written_at);
    v_approval_changed boolean := (NEW.approved_by_id, NEW.approved_at, NEW.digest)
        IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_at, OLD.digest);
    v_publication_changed boolean := (NEW.published_by_id, NEW.published_at, NEW.published_as)
        IS DISTINCT FROM (OLD.published_by_id, OLD.published_at, OLD.published_as);
    v_withdrawal_changed boolean := (NEW.withdrawn_by_id, NEW.withdrawn_at)
        IS DISTINCT FROM (OLD.withdrawn_by_id, OLD.withdrawn_at);
BEGIN
    -- The server's keys are renewed: the same words, sealed again.
    IF current_user = 'clsm_guard' AND NEW.state = OLD.state AND NEW.words IS NOT NULL
       AND NOT (v_rest_changed OR v_approval_changed OR v_publication_changed
                OR v_withdrawal_changed) THEN
        RETURN NEW;
    END IF;
    IF v_rest_changed OR (v_words_changed AND (NEW.state <> 'dropped' OR NEW.words IS NOT NULL)) THEN
        RAISE EXCEPTION 'clsm: the words of a note never change';
    END IF;
    IF v_step NOT IN ('written>approved_once', 'approved_once>published', 'written>dropped',
                      'approved_once>dropped', 'published>withdrawn')
       OR (v_approval_changed AND v_step <> 'written>approved_once')
       OR (v_publication_changed AND v_step <> 'approved_once>published')
       OR (v_withdrawal_changed AND v_step <> 'published>withdrawn') THEN
        RAISE EXCEPTION 'clsm: a note takes one step at a time';
    END IF;
    IF current_user <> 'clsm_commission' THEN RETURN NEW; END IF;
    IF (v_approval_changed AND (NEW.approved_by_id, NEW.approved_at)
                               IS DISTINCT FROM (clsm_viewer_user(), clsm_now()))
       OR (v_publication_changed AND (NEW.published_by_id, NEW.published_at)
                                     IS DISTINCT FROM (clsm_viewer_user(), clsm_now()))
       OR (v_withdrawal_changed AND (NEW.withdrawn_by_id, NEW.withdrawn_at)
                                    IS DISTINCT FROM (clsm_viewer_user(), clsm_now())) THEN
        RAISE EXCEPTION 'clsm: nobody approves a note for somebody else';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER clsm_note_step BEFORE UPDATE ON cases_releasenote
    FOR EACH ROW EXECUTE FUNCTION clsm_note_step();
