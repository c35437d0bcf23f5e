-- What the policies and the services call with the guard's eyes: clsm_guard alone bypasses row-level
-- security. Idempotent; created by the owner under SET ROLE clsm_guard, after tables.sql, so that a
-- later run may replace them (an owner who does not inherit the guard could not).
-- EXECUTE is revoked from PUBLIC in deploy/provisioning.py.

-- The time of the transaction, moved by the owner's offset: 0 in production (decision 10).
CREATE OR REPLACE FUNCTION clsm_now() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT now() + COALESCE((SELECT shift FROM clsm_clock WHERE id = 1), interval '0') $$;

-- The day that mandates count, in France.
CREATE OR REPLACE FUNCTION clsm_today() RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT (clsm_now() AT TIME ZONE 'Europe/Paris')::date $$;

-- The signed viewer context: {principal, roles, expiry, backend pid} and an HMAC-SHA256 made of
-- nested core sha256() over pads in an owner-only table (decision 9). NULL when anything is wrong.
CREATE OR REPLACE FUNCTION clsm_viewer() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    v_token text := current_setting('clsm.viewer', true);
    v_body  text;
    v_said  jsonb;
BEGIN
    IF v_token IS NULL OR v_token = '' THEN RETURN NULL; END IF;
    v_body := split_part(v_token, '~', 1);
    -- One row a version of the key: two during a rotation.
    PERFORM 1 FROM clsm_viewer_key k
      WHERE encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(v_body, 'UTF8'))), 'hex')
            = split_part(v_token, '~', 2);
    IF NOT FOUND THEN RETURN NULL; END IF;
    v_said := convert_from(decode(v_body, 'base64'), 'UTF8')::jsonb;
    -- What is missing or malformed closes: a comparison with NULL must not pass.
    IF (v_said->>'pid')::int IS DISTINCT FROM pg_backend_pid() OR (v_said->>'user')::uuid IS NULL
       OR (to_timestamp((v_said->>'exp')::double precision) > now()) IS NOT TRUE
       THEN RETURN NULL; END IF;
    RETURN v_said;
EXCEPTION WHEN OTHERS THEN RETURN NULL;
END $$;

-- In what follows the viewer and the time are asked once a query, not once a row, which a hundred
-- thousand grants would feel: in scalar subqueries here, as arguments given by the policies below.

-- Does an access that nobody holds standing open this section now? Asked by her, confirmed by
-- somebody else, neither ended nor past: a depositary's emergency, or the DPO's control (security.md
-- §2.4). NULL: any section. The signatures are checked where keys are opened.
CREATE OR REPLACE FUNCTION clsm_is_woken(
    a_viewer uuid, a_at timestamptz, a_situation uuid, a_section text, a_kind text)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT 1 FROM cases_exceptionalaccess e
         WHERE e.situation_id = a_situation AND e.asked_by_id = a_viewer AND e.kind = a_kind
           AND (a_section IS NULL OR a_section = ANY (e.sections::text[]))
           AND e.is_confirmed AND e.decided_by_id <> a_viewer
           AND e.ended_at IS NULL AND e.decided_at <= a_at AND e.ends_at > a_at)
$$;

-- The situations in which an access of this kind stands open for the viewer.
CREATE OR REPLACE FUNCTION clsm_woken(a_kind text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT e.situation_id FROM cases_exceptionalaccess e
     WHERE e.asked_by_id = (SELECT clsm_viewer_user()) AND e.is_confirmed AND e.ended_at IS NULL
       AND clsm_is_woken(e.asked_by_id, (SELECT clsm_now()), e.situation_id, NULL, a_kind)
$$;

-- Did this guest accept an invitation to this point? Nothing opens before (decision 22).
CREATE OR REPLACE FUNCTION clsm_is_welcome(a_viewer uuid, a_item uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT 1 FROM cases_invitation i
                    WHERE i.item_id = a_item AND i.user_id = a_viewer AND i.state = 'accepted')
$$;

-- Has this member stepped aside, or been set aside? She keeps no right there.
CREATE OR REPLACE FUNCTION clsm_is_aside(a_viewer uuid, a_situation uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT 1 FROM cases_recusal r WHERE r.user_id = a_viewer
                      AND r.situation_id = a_situation AND r.lifted_at IS NULL)
$$;

-- Situations in which the viewer holds a live grant; the grant's own dates decide, so that an
-- expired guest is cut off even if no job ran. An array, so that the policy finds them by index.
CREATE OR REPLACE FUNCTION clsm_held_situations() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT COALESCE(array_agg(DISTINCT g.situation_id), '{}') FROM cases_grant g
     WHERE g.recipient_id = (SELECT clsm_viewer_user()) AND g.revoked_at IS NULL
       AND g.not_before <= (SELECT clsm_now()) AND g.not_after > (SELECT clsm_now())
       AND CASE WHEN g.is_dormant THEN g.situation_id IN (SELECT clsm_woken('break_glass'))
                WHEN g.basis = 'dpo' THEN g.situation_id IN (SELECT clsm_woken('dpo'))
                ELSE true END
       AND (g.basis <> 'guest' OR clsm_is_welcome(g.recipient_id, g.item_id))
       AND g.situation_id NOT IN (
            SELECT r.situation_id FROM cases_recusal r
             WHERE r.user_id = (SELECT clsm_viewer_user()) AND r.lifted_at IS NULL)
$$;

-- The situations from which the viewer stepped aside: her desk shows her nothing of them either.
CREATE OR REPLACE FUNCTION clsm_left_aside() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT COALESCE(array_agg(r.situation_id), '{}') FROM cases_recusal r
     WHERE r.user_id = (SELECT clsm_viewer_user()) AND r.lifted_at IS NULL
$$;

-- The lead who stepped aside leaves the situation without a lead; withdrawn, it goes to somebody of
-- the animation, since a lead alone may close it. False when nobody could.
CREATE OR REPLACE FUNCTION clsm_leave_lead(a_situation uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    v_viewer uuid := clsm_viewer_user();
    v_next   uuid;
    v_stop   boolean;
    v_where  uuid;
BEGIN
    SELECT s.is_withdrawn, s.commission_id INTO v_stop, v_where FROM cases_situation s
     WHERE s.id = a_situation AND s.lead_id = v_viewer FOR UPDATE;
    IF NOT FOUND OR NOT clsm_is_aside(v_viewer, a_situation) THEN RETURN false; END IF;
    IF v_stop THEN
        SELECT m.user_id INTO v_next FROM cases_mandate m
         WHERE m.commission_id = v_where AND m.role = 'coordinator' AND m.status = 'active'
           AND m.starts_on <= clsm_today() AND m.ends_on >= clsm_today()
           AND NOT clsm_is_aside(m.user_id, a_situation)
         ORDER BY m.starts_on LIMIT 1;
        IF NOT FOUND THEN RETURN false; END IF;
    END IF;
    UPDATE cases_situation SET lead_id = v_next, changed_at = clsm_now(), version = version + 1
     WHERE id = a_situation;
    RETURN true;
END $$;

-- What a guest sees of her invitations before she answers: when, where, which commission; the code
-- once she accepted, while her window is open (C-24).
CREATE OR REPLACE FUNCTION clsm_own_invitations() RETURNS TABLE (
    id uuid, commission text, starts_at timestamptz, place text, state text,
    opens_at timestamptz, closes_at timestamptz, is_standing boolean, code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT i.id, c.name::text, t.starts_at, t.place::text, i.state::text, i.opens_at, i.closes_at,
           a.removed_at IS NULL AND i.closes_at > clsm_now(),
           CASE WHEN i.state = 'accepted' AND i.opens_at <= clsm_now()
                     AND i.closes_at > clsm_now() AND a.removed_at IS NULL
                     AND NOT clsm_is_aside(i.user_id, i.situation_id)
                THEN s.code::text ELSE '' END
      FROM cases_invitation i
      JOIN cases_agendaitem a ON a.id = i.item_id
      JOIN cases_sitting t ON t.id = a.sitting_id
      JOIN cases_commission c ON c.id = t.commission_id
      JOIN cases_situation s ON s.id = i.situation_id
     WHERE i.user_id = (SELECT clsm_viewer_user())
       AND c.id IN (SELECT clsm_viewer_commissions(ARRAY['guest']))
     ORDER BY t.starts_at DESC
$$;

-- The commissions in which the viewer's profession reads health (C-22; article R1110-2).
CREATE OR REPLACE FUNCTION clsm_health_commissions() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.commission_id FROM cases_mandate m
     WHERE m.user_id = (SELECT clsm_viewer_user()) AND m.status = 'active'
       AND m.role NOT IN ('referrer', 'dpo')
       AND m.profession <> 'none'
       AND m.starts_on <= (SELECT clsm_today()) AND m.ends_on >= (SELECT clsm_today())
$$;

-- May this account act at one of these levels on a section of a situation at that time? NULL: any
-- section. The policies give the viewer and the present; it shows no row, to anybody.
-- Withdrawn: the lead alone, who must close it (C-04).
CREATE OR REPLACE FUNCTION clsm_holds(
    a_viewer uuid, a_at timestamptz, a_situation uuid, a_section text, a_levels text[])
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT 1 FROM cases_grant g JOIN cases_situation s ON s.id = g.situation_id
         WHERE g.situation_id = a_situation AND g.recipient_id = a_viewer
           AND (a_section IS NULL OR g.section = a_section)
           AND g.revoked_at IS NULL AND g.not_before <= a_at AND g.not_after > a_at
           -- Woken, a sleeping right reads, whatever its level; so does a control.
           AND CASE WHEN g.is_dormant OR g.basis = 'dpo'
                    THEN 'read' = ANY (a_levels)
                         AND clsm_is_woken(a_viewer, a_at, a_situation, g.section::text,
                             CASE WHEN g.is_dormant THEN 'break_glass' ELSE 'dpo' END)
                    ELSE g.level = ANY (a_levels) END
           AND (g.basis <> 'guest' OR clsm_is_welcome(a_viewer, g.item_id))
           AND NOT clsm_is_aside(a_viewer, a_situation)
           AND NOT s.is_limited AND (NOT s.is_withdrawn OR s.lead_id = g.recipient_id))
$$;

-- Was this situation created by the viewer in this very transaction? Its first grants, keys and
-- documents are written then, and never after (decision 19).
CREATE OR REPLACE FUNCTION clsm_is_being_created(a_situation uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT 1 FROM cases_situation s WHERE s.id = a_situation
                      AND s.created_by_id = (SELECT clsm_viewer_user())
                      AND s.created_at = (SELECT clsm_now())
                      AND s.referral_state = 'received')
$$;

-- What the referral says of health, for the sealed statistics (decision 36): C-22 shows it to no
-- scribe, and nothing else tells the codes of a situation that enters its first review. Once: in
-- the transaction that records that review, to who records it with a right to write on the section.
CREATE OR REPLACE FUNCTION clsm_to_code(a_situation uuid) RETURNS SETOF cases_sealeddocument
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT d.* FROM cases_sealeddocument d
     WHERE d.situation_id = a_situation AND d.kind = 'referral' AND d.section = 'health'
       AND clsm_holds((SELECT clsm_viewer_user()), (SELECT clsm_now()), a_situation, 'health',
                      ARRAY['contribute','manage'])
       AND (SELECT count(*) FROM cases_review r WHERE r.situation_id = a_situation) = 1
       AND EXISTS (SELECT 1 FROM cases_review r WHERE r.situation_id = a_situation
                      AND r.recorded_by_id = (SELECT clsm_viewer_user())
                      AND r.recorded_at = (SELECT clsm_now()))
$$;

-- The commissions to which the viewer may refer now: a mandate that ended reads and writes nothing.
CREATE OR REPLACE FUNCTION clsm_referring_commissions() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT clsm_viewer_commissions(ARRAY['referrer','coordinator','permanent','depositary'])
$$;

-- May the viewer complete this referral now? She sent it, and the coordinator asked for more.
CREATE OR REPLACE FUNCTION clsm_completes(a_situation uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT 1 FROM cases_situation s WHERE s.id = a_situation
                      AND s.created_by_id = (SELECT clsm_viewer_user()) AND s.state IS NULL
                      AND s.commission_id IN (SELECT clsm_referring_commissions())
                      AND s.referral_state = 'information_requested')
$$;

CREATE OR REPLACE FUNCTION clsm_commission_of(a_situation uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT commission_id FROM cases_situation WHERE id = a_situation $$;

-- What a referrer sees of what she sent: the answer's columns, nothing of the situation after it.
CREATE OR REPLACE FUNCTION clsm_answers() RETURNS TABLE (
    id uuid, commission_id uuid, code text, referral_state text, created_at timestamptz,
    answered_at timestamptz, answer_reason text, answer_version int, answer bytea,
    created_by_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT s.id, s.commission_id, s.code::text, s.referral_state::text, s.created_at, s.answered_at,
           s.answer_reason::text, s.answer_version, s.answer, s.created_by_id
      FROM cases_situation s WHERE s.created_by_id = clsm_viewer_user()
       AND s.commission_id IN (SELECT clsm_referring_commissions())
       AND s.state IS DISTINCT FROM 'erased'
$$;

-- A referrer takes back or completes what she sent; the states allowed are checked here again.
CREATE OR REPLACE FUNCTION clsm_referrer_act(a_situation uuid, a_to text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE cases_situation SET referral_state = a_to, changed_at = clsm_now(), version = version + 1
     WHERE id = a_situation AND created_by_id = clsm_viewer_user() AND state IS NULL
       AND commission_id IN (SELECT clsm_referring_commissions())
       AND ((a_to = 'taken_back' AND referral_state = 'received')
         OR (a_to = 'received' AND referral_state = 'information_requested'));
    RETURN FOUND;
END $$;

-- Kinds and dates of the agreements of situations in work: all that the nightly reminder reads. The
-- worker's role sees neither the rows nor what was agreed (decision 42; C-10, C-18).
CREATE OR REPLACE FUNCTION clsm_agreement_dates() RETURNS TABLE (
    situation uuid, notice_days int, reopened_at timestamptz, kind text, expressed_at timestamptz,
    recorded_at timestamptz, is_disputed boolean, is_emergency_only boolean, regularise_by date,
    expires_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT s.id, c.agreement_reminder_days::int, s.reopened_at, a.kind::text, a.expressed_at,
           a.recorded_at, a.is_disputed, a.is_emergency_only, a.regularise_by, a.expires_on
      FROM cases_agreement a
      JOIN cases_situation s ON s.id = a.situation_id
      JOIN cases_commission c ON c.id = s.commission_id
     WHERE s.state IN ('preparing', 'inscribed', 'reviewed', 'restituted', 'follow_up')
       AND NOT s.is_withdrawn AND NOT s.is_limited AND NOT s.is_anonymous
     ORDER BY a.recorded_at
$$;

-- Whom the reminder writes to: leads and coordinators in office, once each, whatever the situations.
CREATE OR REPLACE FUNCTION clsm_reminded_addresses(a_situations uuid[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT DISTINCT e.email::text
      FROM cases_situation s
      JOIN cases_mandate m ON m.commission_id = s.commission_id
       AND (m.user_id = s.lead_id OR m.role = 'coordinator')
      JOIN clsm_accounts_user u ON u.id = m.user_id AND u.is_active
      JOIN account_emailaddress e ON e.user_id = m.user_id AND e."primary"
     WHERE s.id = ANY (a_situations) AND m.status = 'active'
       AND m.role NOT IN ('referrer', 'dpo')
       AND m.starts_on <= (SELECT clsm_today()) AND m.ends_on >= (SELECT clsm_today())
       AND NOT clsm_is_aside(m.user_id, s.id)
$$;

-- The council row of a member: made and emptied here only (decisions 1, 3). It cannot log in by
-- itself: no e-mail, no usable password; a CHECK and two triggers hold it so.
CREATE OR REPLACE FUNCTION clsm_make_council_account(
    a_id uuid, a_reference text, a_first text, a_last text, a_job text, a_organisation text)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO clsm_accounts_user (id, reference, realm, email, password, first_name, last_name,
        job_title, organisation, is_active, is_ticket_only, is_superuser, created_at)
    VALUES (a_id, a_reference, 'council', '', '!' || encode(sha256(gen_random_uuid()::text::bytea),
        'hex'), a_first, a_last, a_job, a_organisation, true, true, false, clsm_now())
$$;

-- A council user becomes a member: her council row loses its login, second factors and sessions.
CREATE OR REPLACE FUNCTION clsm_empty_council_account(a_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM 1 FROM clsm_accounts_user WHERE id = a_id AND realm = 'council' FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    DELETE FROM clsm_accounts_councilsession WHERE session_key IN (
        SELECT session_key FROM usersessions_usersession WHERE user_id = a_id);
    DELETE FROM usersessions_usersession WHERE user_id = a_id;
    DELETE FROM mfa_authenticator WHERE user_id = a_id;
    DELETE FROM account_emailconfirmation WHERE email_address_id IN (
        SELECT id FROM account_emailaddress WHERE user_id = a_id);
    DELETE FROM account_emailaddress WHERE user_id = a_id;
    UPDATE clsm_accounts_user SET email = '', is_ticket_only = true,
           password = '!' || encode(sha256(gen_random_uuid()::text::bytea), 'hex')
     WHERE id = a_id;
END $$;

CREATE OR REPLACE FUNCTION clsm_refuse_ticket_only() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM clsm_accounts_user WHERE id = NEW.user_id AND is_ticket_only) THEN
        RAISE EXCEPTION 'clsm: a ticket-only account has no login';
    END IF;
    RETURN NEW;
END $$;
