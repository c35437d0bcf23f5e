"""The keystore as a Django application of its own: its tables leave the main dump."""

from django.apps import AppConfig


class KeystoreConfig(AppConfig):
    """Situation keys and section commitments."""

    name = "cases.keystore"
    label = "cases_keystore"
    verbose_name = "magasin de clés"
