-- Accesses that nobody holds standing: what is told of situations whose rows stay closed. Run as
-- the guard, after guard.sql.

-- What a depositary may ask to open: the situations in work in which she holds a sleeping right.
-- Code, state, lead and sections, and no other column: a policy would have opened the whole row to
-- every other question of the service, this function opens these words to this page. Withdrawn or
-- limited, led by herself or set aside: not among them.
CREATE OR REPLACE FUNCTION clsm_sleeping_situations() RETURNS TABLE (
    id uuid, commission_id uuid, code text, state text, lead_id uuid, is_anonymous boolean,
    reopened_at timestamptz, sections text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT s.id, s.commission_id, s.code::text, s.state::text, s.lead_id, s.is_anonymous,
           s.reopened_at, array_agg(DISTINCT g.section::text)
      FROM cases_grant g JOIN cases_situation s ON s.id = g.situation_id
     WHERE g.recipient_id = (SELECT clsm_viewer_user()) AND g.is_dormant
       AND g.basis = 'depositary' AND g.revoked_at IS NULL
       AND g.not_before <= (SELECT clsm_now()) AND g.not_after > (SELECT clsm_now())
       AND s.commission_id IN (SELECT clsm_viewer_commissions(ARRAY['depositary']))
       AND s.state IN ('preparing', 'inscribed', 'reviewed', 'restituted', 'follow_up')
       AND NOT s.is_withdrawn AND NOT s.is_limited
       AND s.lead_id IS DISTINCT FROM (SELECT clsm_viewer_user())
       AND NOT clsm_is_aside((SELECT clsm_viewer_user()), s.id)
     GROUP BY s.id
$$;

-- What the person said of sharing, as far as an emergency depends on it: kinds, dates, categories,
-- and whether she refused the viewer or her structure by name; nobody else that she named. To
-- whoever holds the sleeping right, so that she sees what would open before she asks.
CREATE OR REPLACE FUNCTION clsm_sleeping_expressions(a_situation uuid) RETURNS TABLE (
    kind text, expressed_at timestamptz, recorded_at timestamptz, is_disputed boolean,
    is_emergency_only boolean, regularise_by date, expires_on date, categories text[],
    excludes_viewer boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT a.kind::text, a.expressed_at, a.recorded_at, a.is_disputed, a.is_emergency_only,
           a.regularise_by, a.expires_on, a.categories::text[],
           (SELECT clsm_viewer_user()) = ANY (a.excluded_members) OR EXISTS (
               SELECT 1 FROM unnest(a.excluded_organisations) AS o
                 JOIN cases_mandate m ON m.user_id = (SELECT clsm_viewer_user())
                WHERE lower(regexp_replace(btrim(o), '\s+', ' ', 'g'))
                    = lower(regexp_replace(btrim(m.organisation), '\s+', ' ', 'g')))
      FROM cases_agreement a
     WHERE a.situation_id = a_situation
       AND a_situation IN (SELECT s.id FROM clsm_sleeping_situations() s)
     ORDER BY a.recorded_at
$$;

-- The situations of which the viewer may see an exceptional access: hers, one that she decided or
-- may confirm, those of her desk or led by her. Withdrawn, its code and lead are told to its lead
-- and the DPO alone (C-04), and nobody is asked to confirm anything.
CREATE OR REPLACE FUNCTION clsm_exceptional_situations() RETURNS TABLE (
    id uuid, commission_id uuid, code text, lead_id uuid, is_shut boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT DISTINCT s.id, s.commission_id,
           CASE WHEN told.is_told THEN s.code::text ELSE '' END,
           CASE WHEN told.is_told THEN s.lead_id END,
           s.is_withdrawn OR s.is_limited
      FROM cases_exceptionalaccess e JOIN cases_situation s ON s.id = e.situation_id,
           LATERAL (SELECT NOT s.is_withdrawn OR s.lead_id = (SELECT clsm_viewer_user())
                        OR s.commission_id IN (SELECT clsm_viewer_commissions(ARRAY['dpo']))
                        AS is_told) AS told
     WHERE (e.asked_by_id = (SELECT clsm_viewer_user())
            OR e.decided_by_id = (SELECT clsm_viewer_user())
            OR s.lead_id = (SELECT clsm_viewer_user())
            OR s.commission_id IN (SELECT clsm_viewer_commissions(ARRAY['coordinator','dpo']))
            OR (e.kind = 'break_glass' AND e.decided_at IS NULL AND e.ended_at IS NULL
                AND NOT s.is_withdrawn AND NOT s.is_limited
                AND s.commission_id IN (
                    SELECT clsm_viewer_commissions(ARRAY['permanent','depositary']))))
       AND NOT clsm_is_aside((SELECT clsm_viewer_user()), s.id)
$$;
