"""Addresses of the reports, below a council's slug."""

from django.urls import path

from clsm_core.reports.views import indicators, papers, reports

app_name = "reports"

_ALL = "<slug:slug>/bilans/"
_ONE = f"{_ALL}<int:year>/"
_FIGURES = f"{_ALL}indicateurs/<int:year>/"
_STANDARD = f"{_ALL}conformite/<int:year>/"

urlpatterns = [
    path(_ALL, reports.home, name="home"),
    path(f"{_ALL}commencer/", reports.new, name="report_new"),
    path(_FIGURES, indicators.indicators, name="indicators"),
    path(f"{_FIGURES}indicateurs.csv", indicators.indicators_csv, name="indicators_csv"),
    path(_STANDARD, indicators.conformity, name="conformity"),
    path(f"{_STANDARD}dossier.pdf", indicators.conformity_pdf, name="conformity_pdf"),
    path(f"{_STANDARD}dossier.ods", indicators.conformity_ods, name="conformity_ods"),
    path(f"{_ALL}ethique/<int:year>/", indicators.ethics, name="ethics"),
    path(_ONE, reports.report, name="report"),
    path(f"{_ONE}commentaires/<slug:part>/", reports.comment, name="report_comment"),
    path(f"{_ONE}valider/", reports.validate, name="report_validate"),
    path(f"{_ONE}publier/", reports.publish, name="report_publish"),
    path(f"{_ONE}depublier/", reports.unpublish, name="report_unpublish"),
    path(f"{_ONE}bilan.pdf", papers.pdf, name="report_pdf"),
    path(f"{_ONE}bilan.odt", papers.odt, name="report_odt"),
    path(f"{_ONE}pleniere.pdf", papers.slides, name="slides_pdf"),
    path(f"{_ONE}pleniere-groupes.pdf", papers.groups, name="groups_pdf"),
    path(f"{_ONE}note-ars.pdf", papers.note, name="note_pdf"),
]
