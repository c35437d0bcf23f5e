"""Drop the account library's index of verified e-mails: it spans both realms.

One person may have the same e-mail in the two services, and a conflict would tell one service
that the other knows it. ``accounts_email_once_per_realm`` holds what is needed.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("clsm_accounts", "0002_cache_tables"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RunSQL(
            sql="DROP INDEX IF EXISTS unique_verified_email",
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
