"""Bodies and who sits in them."""

from django.urls import path

from clsm_core.governance.views import bodies, mandates

_BODY = "<slug:slug>/instances/<uuid:body_id>/"
_MANDATE = f"{_BODY}membres/<uuid:mandate_id>/"

urlpatterns = [
    path("<slug:slug>/instances/", bodies.home, name="home"),
    path("<slug:slug>/instances/habituelles/", bodies.usual, name="bodies_usual"),
    path("<slug:slug>/instances/ouvrir/", bodies.new, name="body_new"),
    path("<slug:slug>/instances/groupe/", bodies.new_group, name="group_new"),
    path(_BODY, bodies.body, name="body"),
    path(f"{_BODY}modifier/", bodies.edit, name="body_edit"),
    path(f"{_BODY}fermer/", bodies.close, name="body_close"),
    path(f"{_BODY}categories/", bodies.categories, name="body_categories"),
    path(f"{_BODY}composition.pdf", mandates.paper, {"extension": "pdf"}, name="composition_pdf"),
    path(f"{_BODY}composition.csv", mandates.paper, {"extension": "csv"}, name="composition_csv"),
    path(f"{_BODY}composition.ods", mandates.paper, {"extension": "ods"}, name="composition_ods"),
    path(f"{_BODY}membres/ajouter/", mandates.new, name="mandate_new"),
    path(f"{_BODY}membres/plusieurs/", mandates.several, name="mandates_several"),
    path(_MANDATE, mandates.mandate, name="mandate"),
    path(f"{_MANDATE}modifier/", mandates.edit, name="mandate_edit"),
    path(f"{_MANDATE}fin/", mandates.end, name="mandate_end"),
    path(f"{_MANDATE}renouveler/", mandates.renew, name="mandate_renew"),
    path(f"{_MANDATE}remplacer/", mandates.replace, name="mandate_replace"),
]
