"""One table of rate limits a service (decision 11), in the form Django's database cache reads."""

from django.db import migrations

TABLES = ("clsm_cache_commission", "clsm_cache_governance")


class Migration(migrations.Migration):
    dependencies = [("clsm_accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=f"""
                CREATE TABLE {table} (
                    cache_key varchar(255) NOT NULL PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamptz NOT NULL);
                CREATE INDEX {table}_expires ON {table} (expires);
            """,
            reverse_sql=f"DROP TABLE {table}",
        )
        for table in TABLES
    ]
