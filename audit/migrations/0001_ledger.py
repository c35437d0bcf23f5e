"""Create the ledger: bodies by month, seals, heads, projection, and the trigger at commit.

Names no role in a right: `provision` hands the definer function to the guard. The function
names the services' roles only to choose a lane, from `session_user`, which a program inside
the database cannot change.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

TABLES = """
CREATE TABLE audit_body (
    id    uuid  NOT NULL,
    month date  NOT NULL DEFAULT (date_trunc('month', now() AT TIME ZONE 'UTC'))::date,
    body  bytea NOT NULL CHECK (octet_length(body) BETWEEN 2 AND 32768),
    salt  bytea NOT NULL CHECK (octet_length(salt) = 16),
    mac   bytea NOT NULL CHECK (octet_length(mac) = 32),
    PRIMARY KEY (id, month)
) PARTITION BY RANGE (month);

CREATE TABLE audit_body_default PARTITION OF audit_body DEFAULT;

CREATE TABLE audit_seal (
    lane      text        NOT NULL,
    seq       bigint      NOT NULL CHECK (seq > 0),
    body_id   uuid        NOT NULL UNIQUE,
    leaf_hash bytea       NOT NULL CHECK (octet_length(leaf_hash) = 32),
    mac       bytea       NOT NULL CHECK (octet_length(mac) = 32),
    h         bytea       NOT NULL CHECK (octet_length(h) = 32),
    sealed_at timestamptz NOT NULL,
    PRIMARY KEY (lane, seq)
);

-- One hot row a lane: room is left on the page so that its updates touch no index.
CREATE TABLE audit_head (
    lane text   NOT NULL PRIMARY KEY,
    seq  bigint NOT NULL,
    h    bytea  NOT NULL CHECK (octet_length(h) = 32)
) WITH (fillfactor = 50);

CREATE TABLE audit_projection (
    lane       text        NOT NULL,
    seq        bigint      NOT NULL,
    rank       integer     NOT NULL,
    at         timestamptz NOT NULL,
    action     text        NOT NULL,
    outcome    text        NOT NULL,
    actor      uuid,
    role       text        NOT NULL,
    commission uuid,
    object     uuid,
    sections   text[]      NOT NULL,
    purpose    text        NOT NULL,
    PRIMARY KEY (lane, seq, rank)
);
CREATE INDEX audit_projection_object ON audit_projection (object, at DESC)
    WHERE object IS NOT NULL;
CREATE INDEX audit_projection_actor ON audit_projection (actor, at DESC)
    WHERE actor IS NOT NULL;
CREATE INDEX audit_projection_action ON audit_projection (action, at DESC);
"""

FUNCTIONS = r"""
CREATE FUNCTION audit_seal_body() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $audit$
DECLARE
    v_lane  text;
    v_key   integer;
    v_event jsonb := convert_from(NEW.body, 'UTF8')::jsonb;
    v_seq   bigint;
    v_prev  bytea;
    v_leaf  bytea;
    v_h     bytea;
BEGIN
    IF session_user = 'clsm_commission' OR session_user LIKE '%\_commission\_jobs' THEN
        v_lane := 'commission'; v_key := 1;
    ELSIF session_user = 'clsm_governance' OR session_user LIKE '%\_governance\_jobs' THEN
        v_lane := 'governance'; v_key := 2;
    ELSE
        v_lane := 'owner'; v_key := 3;
    END IF;
    IF (v_event->>'id')::uuid IS DISTINCT FROM NEW.id THEN
        RAISE EXCEPTION 'audit: the body names another event';
    END IF;

    -- Taken at commit, after every row lock of the transaction, so that the lane is held
    -- only while the chain grows. 1129075533 is "CLSM".
    PERFORM pg_advisory_xact_lock(1129075533, v_key);
    SELECT seq, h INTO v_seq, v_prev FROM audit_head WHERE lane = v_lane;
    IF NOT FOUND THEN
        v_seq := 0;
        v_prev := sha256(convert_to('clsm-ledger/1 ' || v_lane, 'UTF8'));
        INSERT INTO audit_head (lane, seq, h) VALUES (v_lane, v_seq, v_prev);
    END IF;
    v_seq := v_seq + 1;
    v_leaf := sha256('\x00'::bytea || NEW.salt || NEW.body);
    v_h := sha256('\x01'::bytea || v_prev || int8send(v_seq) || v_leaf || NEW.mac);

    INSERT INTO audit_seal (lane, seq, body_id, leaf_hash, mac, h, sealed_at)
    VALUES (v_lane, v_seq, NEW.id, v_leaf, NEW.mac, v_h, clock_timestamp());
    UPDATE audit_head SET seq = v_seq, h = v_h WHERE lane = v_lane;
    INSERT INTO audit_projection (lane, seq, rank, at, action, outcome, actor, role,
                                  commission, object, sections, purpose)
    SELECT v_lane, v_seq, o.rank, (v_event->>'ts')::timestamptz, v_event->>'action',
           v_event->>'outcome', (v_event->>'actor')::uuid, v_event->>'role',
           (v_event->>'commission')::uuid, o.object,
           ARRAY(SELECT jsonb_array_elements_text(v_event->'sections')), v_event->>'purpose'
      FROM (SELECT e.value::uuid AS object, e.ordinality::integer AS rank
              FROM jsonb_array_elements_text(v_event->'objects') WITH ORDINALITY AS e
            UNION ALL
            SELECT NULL, 0 WHERE jsonb_array_length(v_event->'objects') = 0) AS o;
    RETURN NULL;
END
$audit$;

-- Deferred: it fires once at commit, so a number is never spent by a rollback.
CREATE CONSTRAINT TRIGGER audit_body_seal AFTER INSERT ON audit_body
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_seal_body();

-- Runs with the rights of its caller, who must own the table. Rows that fell in the default
-- partition are moved, without firing the trigger a second time (the new table has none
-- before it is attached).
CREATE FUNCTION audit_create_month(a_day date) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $audit$
DECLARE
    v_first date := date_trunc('month', a_day)::date;
    v_next  date := (date_trunc('month', a_day) + interval '1 month')::date;
    v_name  text := 'audit_body_' || to_char(date_trunc('month', a_day), 'YYYY_MM');
BEGIN
    IF to_regclass('public.' || v_name) IS NOT NULL THEN
        RETURN v_name;
    END IF;
    EXECUTE format(
        'CREATE TABLE public.%I (LIKE public.audit_body INCLUDING DEFAULTS'
        ' INCLUDING CONSTRAINTS)', v_name);
    LOCK TABLE audit_body_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format(
        'WITH moved AS (DELETE FROM public.audit_body_default'
        ' WHERE month >= %L AND month < %L RETURNING *)'
        ' INSERT INTO public.%I SELECT * FROM moved', v_first, v_next, v_name);
    EXECUTE format(
        'ALTER TABLE public.audit_body ATTACH PARTITION public.%I'
        ' FOR VALUES FROM (%L) TO (%L)', v_name, v_first, v_next);
    RETURN v_name;
END
$audit$;
"""

UNDO = """
DROP TABLE audit_body;
DROP TABLE audit_seal;
DROP TABLE audit_head;
DROP TABLE audit_projection;
DROP FUNCTION audit_seal_body();
DROP FUNCTION audit_create_month(date);
"""


class Migration(migrations.Migration):
    """Tables and functions in SQL; models for reading in the state only."""

    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL(TABLES + FUNCTIONS, UNDO),
        migrations.CreateModel(
            name="AuditBody",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("month", models.DateField(verbose_name="mois")),
                ("body", models.BinaryField(verbose_name="contenu")),
                ("salt", models.BinaryField(verbose_name="sel")),
                ("mac", models.BinaryField(verbose_name="sceau du service")),
            ],
            options={
                "verbose_name": "contenu d’évènement",
                "verbose_name_plural": "contenus d’évènements",
                "db_table": "audit_body",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "lane",
                    models.TextField(primary_key=True, serialize=False, verbose_name="voie"),
                ),
                ("seq", models.BigIntegerField(verbose_name="dernier numéro")),
                ("h", models.BinaryField(verbose_name="empreinte de chaîne")),
            ],
            options={
                "verbose_name": "tête de voie",
                "verbose_name_plural": "têtes de voie",
                "db_table": "audit_head",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditProjection",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lane",
                        "seq",
                        "rank",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("lane", models.TextField(verbose_name="voie")),
                ("seq", models.BigIntegerField(verbose_name="numéro")),
                ("rank", models.IntegerField(verbose_name="rang de l’objet")),
                ("at", models.DateTimeField(verbose_name="quand")),
                ("action", models.TextField(verbose_name="action")),
                ("outcome", models.TextField(verbose_name="résultat")),
                ("actor", models.UUIDField(null=True, verbose_name="qui")),
                ("role", models.TextField(verbose_name="fonction")),
                ("commission", models.UUIDField(null=True, verbose_name="commission")),
                ("object", models.UUIDField(null=True, verbose_name="objet")),
                (
                    "sections",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None, verbose_name="volets"
                    ),
                ),
                ("purpose", models.TextField(verbose_name="motif")),
            ],
            options={
                "verbose_name": "évènement",
                "verbose_name_plural": "évènements",
                "db_table": "audit_projection",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lane",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("lane", models.TextField(verbose_name="voie")),
                ("seq", models.BigIntegerField(verbose_name="numéro")),
                ("body_id", models.UUIDField(verbose_name="contenu")),
                ("leaf_hash", models.BinaryField(verbose_name="empreinte du contenu")),
                ("mac", models.BinaryField(verbose_name="sceau du service")),
                ("h", models.BinaryField(verbose_name="empreinte de chaîne")),
                ("sealed_at", models.DateTimeField(verbose_name="scellé le")),
            ],
            options={
                "verbose_name": "numéro du journal",
                "verbose_name_plural": "numéros du journal",
                "db_table": "audit_seal",
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
