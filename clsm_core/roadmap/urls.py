"""Addresses of the roadmap, below a council's slug."""

from django.urls import path

from clsm_core.roadmap.views import axes, following, imports, papers, plans, sheets

BASE = "<slug:slug>/feuille-de-route"
PLAN = f"{BASE}/feuilles/<uuid:roadmap_id>"
SHEET = f"{BASE}/<uuid:sheet_id>"

app_name = "roadmap"
urlpatterns = [
    path(f"{BASE}/", plans.home, name="list"),
    path(f"{BASE}/feuilles/nouvelle/", plans.new, name="plan_new"),
    path(f"{PLAN}/", plans.plan, name="plan"),
    path(f"{PLAN}/modifier/", plans.edit, name="plan_edit"),
    path(f"{PLAN}/mettre-en-vigueur/", plans.put_in_force, name="plan_put"),
    path(f"{PLAN}/terminer/", plans.close, name="plan_close"),
    path(f"{PLAN}/renouveler/", plans.renew, name="plan_renew"),
    path(f"{PLAN}/fiches/", plans.sheets, name="sheets"),
    path(f"{PLAN}/calendrier/", plans.calendar, name="calendar"),
    path(f"{PLAN}/budget/", plans.budget, name="budget"),
    path(f"{PLAN}/importer/", imports.read, name="import"),
    path(f"{PLAN}/importer/ecrire/", imports.write, name="import_write"),
    path(f"{PLAN}/feuille-de-route.pdf", papers.roadmap, name="plan_pdf"),
    path(f"{PLAN}/fiches.ods", papers.spreadsheet, name="plan_ods"),
    path(f"{PLAN}/axes/nouvel-axe/", axes.axis_new, name="axis_new"),
    path(f"{BASE}/modele-fiches.ods", imports.template, name="import_template"),
    path(f"{BASE}/axes/<uuid:axis_id>/", axes.axis, name="axis"),
    path(f"{BASE}/axes/<uuid:axis_id>/nouvel-objectif/", axes.strategic_new, name="strategic_new"),
    path(f"{BASE}/objectifs/<uuid:objective_id>/", axes.strategic, name="strategic"),
    path(
        f"{BASE}/objectifs/<uuid:objective_id>/nouvel-objectif/",
        axes.specific_new,
        name="specific_new",
    ),
    path(f"{BASE}/objectifs-specifiques/<uuid:objective_id>/", axes.specific, name="specific"),
    path(f"{BASE}/<str:name>/<uuid:row_id>/retirer/", axes.remove, name="part_remove"),
    path(f"{BASE}/fiches/nouvelle/", sheets.new, name="sheet_new"),
    path(f"{SHEET}/", sheets.sheet, name="sheet"),
    path(f"{SHEET}/modifier/<str:part>/", sheets.edit, name="sheet_edit"),
    path(f"{SHEET}/etat/", following.state, name="sheet_state"),
    path(f"{SHEET}/dupliquer/", sheets.duplicate, name="sheet_duplicate"),
    path(f"{SHEET}/changer-d-axe/", sheets.move, name="sheet_move"),
    path(f"{SHEET}/supprimer/", sheets.remove, name="sheet_remove"),
    path(f"{SHEET}/bilans/nouveau/", following.review_new, name="review_new"),
    path(f"{SHEET}/bilans/<uuid:review_id>/", following.review, name="review"),
    path(f"{SHEET}/chiffres/<uuid:indicator_id>/", following.indicator, name="indicator"),
    path(f"{SHEET}/listes/<str:part>/ajouter/", sheets.line_new, name="line_new"),
    path(f"{SHEET}/listes/<str:part>/<uuid:line_id>/", sheets.line, name="line"),
    path(
        f"{SHEET}/listes/<str:part>/<uuid:line_id>/retirer/",
        sheets.line_remove,
        name="line_remove",
    ),
    path(f"{SHEET}/fiche-<slug:layout>.pdf", papers.sheet, name="sheet_pdf"),
]
