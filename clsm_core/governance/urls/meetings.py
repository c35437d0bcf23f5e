"""Meetings, their agendas, attendance and minutes."""

from django.urls import URLPattern, path

from clsm_core.governance.views import (
    agendas,
    attendance,
    backlog,
    convening,
    documents,
    meeting_papers,
    meetings,
    minutes,
    templates,
)

_ALL = "<slug:slug>/reunions/"
_ONE = f"{_ALL}<uuid:pk>/"
_POINT = f"{_ALL}points/<uuid:pk>/"
_SUBJECT = f"{_ALL}sujets/<uuid:pk>/"
_TEMPLATE = f"{_ALL}modeles/<uuid:pk>/"
_DOCUMENT = f"{_ALL}documents/<uuid:pk>/"

urlpatterns: list[URLPattern] = [
    path(_ALL, meetings.meetings, name="meetings"),
    path(f"{_ALL}nouvelle/", meetings.new, name="meeting_new"),
    path(f"{_ALL}serie/", meetings.series, name="series_new"),
    path(f"{_ALL}annee/<int:year>/", meetings.year, name="meetings_year"),
    path(f"{_ALL}annee/<int:year>/reunions.csv", meetings.year_csv, name="meetings_year_csv"),
    path(_ONE, meetings.meeting, name="meeting"),
    path(f"{_ONE}modifier/", meetings.edit, name="meeting_edit"),
    path(f"{_ONE}annuler/", meetings.cancel, name="meeting_cancel"),
    # Agenda.
    path(f"{_ONE}points/ajouter/", agendas.add, name="point_new"),
    path(f"{_ONE}modele/", agendas.apply, name="agenda_apply"),
    path(f"{_ONE}garder-modele/", agendas.keep, name="agenda_keep"),
    path(f"{_POINT}modifier/", agendas.edit, name="point_edit"),
    path(f"{_POINT}deplacer/", agendas.move, name="point_move"),
    path(f"{_POINT}retirer/", agendas.give_back, name="point_give_back"),
    path(f"{_POINT}reporter/", agendas.carry, name="point_carry"),
    path(f"{_ALL}modeles/", templates.templates, name="agenda_templates"),
    path(f"{_ALL}modeles/nouveau/", templates.new, name="agenda_template_new"),
    path(f"{_TEMPLATE}modifier/", templates.edit, name="agenda_template_edit"),
    path(f"{_TEMPLATE}supprimer/", templates.delete, name="agenda_template_delete"),
    # Subjects that wait.
    path(f"{_ALL}sujets/", backlog.subjects, name="subjects"),
    path(f"{_ALL}sujets/proposer/", backlog.propose, name="subject_new"),
    path(f"{_SUBJECT}modifier/", backlog.edit, name="subject_edit"),
    path(f"{_SUBJECT}inscrire/", backlog.place, name="subject_place"),
    path(f"{_SUBJECT}ecarter/", backlog.set_aside, name="subject_set_aside"),
    path(f"{_SUBJECT}reprendre/", backlog.take_up, name="subject_take_up"),
    # Convocation.
    path(f"{_ONE}convoquer/", convening.convene, name="meeting_convene"),
    path(f"{_ONE}renvoyer/", convening.send_again, name="meeting_send_again"),
    path(f"{_ONE}lettres.pdf", meeting_papers.letters, name="meeting_letters_pdf"),
    path(f"{_ONE}convocation.pdf", meeting_papers.unreached, name="meeting_unreached_pdf"),
    path(f"{_ONE}ordre-du-jour.pdf", meeting_papers.agenda, name="meeting_agenda_pdf"),
    path(f"{_ONE}emargement.pdf", meeting_papers.signatures, name="meeting_signatures_pdf"),
    path(f"{_ONE}presences.pdf", meeting_papers.presences, name="meeting_presences_pdf"),
    path(f"{_ONE}compte-rendu.pdf", meeting_papers.minutes, name="meeting_minutes_pdf"),
    path(f"{_ONE}reunion.ics", meeting_papers.appointment, name="meeting_ics"),
    # Attendance.
    path(f"{_ONE}presences/", attendance.record, name="meeting_attendance"),
    path(f"{_ONE}invites/", attendance.guests, name="meeting_guests"),
    path(f"{_ALL}invites/<uuid:pk>/retirer/", attendance.remove, name="guest_remove"),
    # Minutes.
    path(f"{_ONE}compte-rendu/", minutes.write, name="minutes_write"),
    path(f"{_ONE}compte-rendu/rediger/", minutes.finish, name="minutes_finish"),
    path(f"{_ONE}compte-rendu/valider/", minutes.validate, name="minutes_validate"),
    path(f"{_ONE}compte-rendu/diffuser/", minutes.circulate, name="minutes_circulate"),
    path(f"{_ONE}compte-rendu/rouvrir/", minutes.reopen, name="minutes_reopen"),
    path(f"{_ONE}compte-rendu/publier/", minutes.publish, name="minutes_publish"),
    path(f"{_ONE}compte-rendu/depublier/", minutes.unpublish, name="minutes_unpublish"),
    # Documents, those of framework documents too.
    path(f"{_ALL}documents/ajouter/", documents.add, name="document_add"),
    path(_DOCUMENT, documents.download, name="document"),
    path(f"{_DOCUMENT}retirer/", documents.withdraw, name="document_withdraw"),
]
