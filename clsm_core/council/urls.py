"""Addresses of a council's own pages."""

from django.urls import path

from clsm_core.council.views import (
    contours,
    council,
    districts,
    members,
    perimeter,
    post,
    schemes,
    sectors,
)

app_name = "council"
PLACE = "<slug:slug>/territoire/"
POST = "<slug:slug>/coordination/"
SCHEMES = "<slug:slug>/dispositifs/"
MEMBERS = "<slug:slug>/membres/"
urlpatterns = [
    path("<slug:slug>/", council.home, name="home"),
    path("<slug:slug>/fiche/", council.profile, name="profile"),
    path(PLACE, perimeter.show, name="territory"),
    path(f"{PLACE}communes/", perimeter.change, name="perimeter"),
    path(f"{PLACE}communes/ajouter/", perimeter.add, name="commune_add"),
    path(f"{PLACE}communes/intercommunalite/<uuid:epci_id>/", perimeter.add_epci, name="epci_add"),
    path(f"{PLACE}quartiers/ajouter/", districts.new, name="district_new"),
    path(f"{PLACE}quartiers/importer/", districts.check_file, name="districts_import"),
    path(f"{PLACE}quartiers/enregistrer/", districts.import_file, name="districts_confirm"),
    path(f"{PLACE}quartiers/<uuid:district_id>/", districts.edit, name="district"),
    path(f"{PLACE}quartiers/<uuid:district_id>/retirer/", districts.remove, name="district_remove"),
    path(f"{PLACE}secteurs/ajouter/", sectors.new, name="sector_new"),
    path(f"{PLACE}secteurs/<uuid:sector_id>/", sectors.edit, name="sector"),
    path(f"{PLACE}secteurs/<uuid:sector_id>/retirer/", sectors.remove, name="sector_remove"),
    path(f"{PLACE}contours/", contours.load, name="contours"),
    path(f"{PLACE}contours/retirer/", contours.remove, name="contours_remove"),
    path(POST, post.show, name="post"),
    path(f"{POST}ajouter/", post.new, name="post_new"),
    path(f"{POST}<uuid:post_id>/", post.edit, name="post_edit"),
    path(f"{POST}<uuid:post_id>/terminer/", post.end, name="post_end"),
    path(f"{POST}<uuid:post_id>/formations/ajouter/", post.new_training, name="training_new"),
    path(f"{POST}<uuid:post_id>/financements/ajouter/", post.new_funding, name="funding_new"),
    path(
        f"{POST}formations/<uuid:training_id>/retirer/",
        post.remove_training,
        name="training_remove",
    ),
    path(
        f"{POST}financements/<uuid:funding_id>/retirer/",
        post.remove_funding,
        name="funding_remove",
    ),
    path(SCHEMES, schemes.show, name="schemes"),
    path(f"{SCHEMES}ajouter/", schemes.new, name="scheme_new"),
    path(f"{SCHEMES}articulation/", schemes.articulation, name="articulation"),
    path(f"{SCHEMES}articulation/conseil/", schemes.own_column, name="articulation_edit"),
    path(f"{SCHEMES}articulation.pdf", schemes.articulation_pdf, name="articulation_pdf"),
    path(f"{SCHEMES}<uuid:scheme_id>/", schemes.edit, name="scheme_edit"),
    path(
        f"{SCHEMES}<uuid:scheme_id>/reunions/ajouter/",
        schemes.new_meeting,
        name="scheme_meeting_new",
    ),
    path(
        f"{SCHEMES}reunions/<uuid:meeting_id>/retirer/",
        schemes.remove_meeting,
        name="scheme_meeting_remove",
    ),
    path(MEMBERS, members.show, name="members"),
    path(f"{MEMBERS}inviter/", members.invite, name="member_new"),
    path(f"{MEMBERS}role/", members.give_role, name="member_role"),
    path(f"{MEMBERS}<uuid:membership_id>/terminer/", members.end, name="member_end"),
    path(f"{MEMBERS}<uuid:membership_id>/invitation/", members.resend, name="member_invite"),
]
