"""Addresses of the directory, below a council's slug."""

from django.urls import path

from clsm_core.directory.views import (
    contacts,
    exports,
    imports,
    mailing,
    organisations,
    partnerships,
)

app_name = "directory"
_BASE = "<slug:slug>/annuaire/"
_ONE = "structures/<uuid:organisation_id>/"
_PERSON = "contacts/<uuid:contact_id>/"
_LIST = "listes/<uuid:list_id>/"
_BATCH = "imports/<uuid:batch_id>/"
_PAGES = (
    ("", organisations.home, "home"),
    ("structures/nouvelle/", organisations.create, "organisation_create"),
    (_ONE, organisations.organisation, "organisation"),
    (f"{_ONE}modifier/", organisations.edit, "organisation_edit"),
    (f"{_ONE}verifier/", organisations.verify, "organisation_verify"),
    (f"{_ONE}desactiver/", organisations.deactivate, "organisation_deactivate"),
    (f"{_ONE}reactiver/", organisations.reactivate, "organisation_reactivate"),
    ("contacts/", contacts.contacts, "contacts"),
    ("contacts/nouveau/", contacts.create, "contact_create"),
    (_PERSON, contacts.contact, "contact"),
    (f"{_PERSON}modifier/", contacts.edit, "contact_edit"),
    (f"{_PERSON}desactiver/", contacts.deactivate, "contact_deactivate"),
    (f"{_PERSON}reactiver/", contacts.reactivate, "contact_reactivate"),
    (f"{_PERSON}oublier/", contacts.forget, "contact_forget"),
    ("partenariats/", partnerships.partnerships, "partnerships"),
    ("partenariats/nouveau/", partnerships.create, "partnership_create"),
    ("partenariats/<uuid:partnership_id>/", partnerships.partnership, "partnership"),
    ("partenariats/<uuid:partnership_id>/modifier/", partnerships.edit, "partnership_edit"),
    ("imports/", imports.imports, "imports"),
    ("imports/modeles/<str:name>", imports.template, "import_template"),
    (_BATCH, imports.batch, "import"),
    (f"{_BATCH}annuler/", imports.undo, "import_undo"),
    (f"{_BATCH}abandonner/", imports.give_up, "import_give_up"),
    ("listes/", mailing.lists, "lists"),
    ("listes/nouvelle/", mailing.create, "list_create"),
    (_LIST, mailing.mailing_list, "list"),
    (f"{_LIST}modifier/", mailing.edit, "list_edit"),
    (f"{_LIST}a-la-main/", mailing.pick, "list_pick"),
    (f"{_LIST}mettre-de-cote/", mailing.set_active, "list_set_active"),
    (f"{_LIST}adresses/", mailing.addresses, "list_addresses"),
    (f"{_LIST}fichiers/<str:name>", mailing.download, "list_download"),
    ("fichiers/<str:name>", exports.export, "export"),
)
urlpatterns = [path(f"{_BASE}{route}", view, name=name) for route, view, name in _PAGES]
