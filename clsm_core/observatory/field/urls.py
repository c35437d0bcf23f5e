"""Addresses of what the council observes by itself, below a council's slug."""

from django.urls import path

from clsm_core.observatory.field.views import needs, observation, steering

_ALL = "<slug:slug>/observation/"
_NEEDS = f"{_ALL}besoins/"
_NEED = f"{_NEEDS}<uuid:need_id>/"
_DIAGNOSES = f"{_ALL}diagnostics/"
_DIAGNOSIS = f"{_DIAGNOSES}<uuid:diagnosis_id>/"
_SERIES = f"{_ALL}series/"
_ONE_SERIES = f"{_SERIES}<uuid:series_id>/"
_PRIORITIES = f"{_ALL}priorites/"
_PRIORITY = f"{_PRIORITIES}<uuid:priority_id>/"
_SENT = f"{_ALL}transmissions/"
_ONE_SENT = f"{_SENT}<uuid:transmission_id>/"

urlpatterns = [
    path(f"{_ALL}synthese/", steering.synthesis, name="synthesis"),
    # Needs.
    path(_NEEDS, needs.needs, name="needs"),
    path(f"{_NEEDS}nouveau/", needs.new, name="need_new"),
    path(f"{_NEEDS}note/<uuid:note_id>/", needs.from_note, name="need_of_note"),
    path(f"{_NEEDS}publication/<uuid:release_id>/<str:table>/", needs.lines, name="lines"),
    path(_NEED, needs.need, name="need"),
    path(f"{_NEED}modifier/", needs.edit, name="need_edit"),
    # Diagnoses and series.
    path(_DIAGNOSES, observation.diagnoses, name="diagnoses"),
    path(f"{_DIAGNOSES}nouveau/", observation.diagnosis_new, name="diagnosis_new"),
    path(_DIAGNOSIS, observation.diagnosis, name="diagnosis"),
    path(f"{_DIAGNOSIS}modifier/", observation.diagnosis_edit, name="diagnosis_edit"),
    path(f"{_DIAGNOSIS}diagnostic.pdf", observation.diagnosis_pdf, name="diagnosis_pdf"),
    path(_SERIES, observation.series, name="series"),
    path(f"{_SERIES}nouvelle/", observation.series_new, name="series_new"),
    path(f"{_SERIES}importer/", observation.series_import, name="series_import"),
    path(f"{_SERIES}importer/ecrire/", observation.series_write, name="series_write"),
    path(f"{_SERIES}modele.csv", observation.series_model, name="series_model"),
    path(f"{_SERIES}series.csv", observation.series_csv, name="series_csv"),
    path(_ONE_SERIES, observation.series_one, name="series_one"),
    path(f"{_ONE_SERIES}modifier/", observation.series_edit, name="series_edit"),
    path(f"{_ONE_SERIES}supprimer/", observation.series_remove, name="series_remove"),
    # Priorities.
    path(_PRIORITIES, steering.priorities, name="priorities"),
    path(f"{_PRIORITIES}retenir/", steering.priority_new, name="priority_new"),
    path(_PRIORITY, steering.priority, name="priority"),
    path(f"{_PRIORITY}modifier/", steering.priority_edit, name="priority_edit"),
    path(f"{_PRIORITY}terminer/", steering.priority_end, name="priority_end"),
    # Transmissions to the ARS.
    path(_SENT, steering.transmissions, name="transmissions"),
    path(f"{_SENT}nouvelle/", steering.transmission_new, name="transmission_new"),
    path(_ONE_SENT, steering.transmission, name="transmission"),
    path(f"{_ONE_SENT}modifier/", steering.transmission_edit, name="transmission_edit"),
    path(f"{_ONE_SENT}reponse/", steering.transmission_answer, name="transmission_answer"),
    path(f"{_ONE_SENT}note.pdf", steering.transmission_pdf, name="transmission_pdf"),
]
