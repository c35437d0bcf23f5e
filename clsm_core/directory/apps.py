"""The directory as a Django application."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Organisations, contacts, partnerships, imports and lists."""

    name = "clsm_core.directory"
    label = "clsm_directory"
    verbose_name = "annuaire"

    def ready(self) -> None:
        """Keep the history of what is not about a person by name."""
        from auditlog.registry import auditlog

        from clsm_core.council.history import UNSAID
        from clsm_core.directory.models import Contact, MailingList, Organisation, Partnership

        auditlog.register(Organisation, exclude_fields=["sort_key", "search_key"])
        auditlog.register(Partnership, m2m_fields={"organisations"})
        auditlog.register(MailingList)
        # A history is never deleted: it holds nothing that names or reaches somebody.
        # That an address changed is kept: convocations go there.
        auditlog.register(
            Contact,
            include_fields=[
                "organisation",
                "college",
                "is_active",
                "accepts_mail",
                "account",
                "email",
            ],
            mask_fields=["account", "email"],
            mask_callable=UNSAID,
        )
