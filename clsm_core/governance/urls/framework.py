"""Framework documents, and the dossier that a new coordinator inherits."""

from django.urls import path

from clsm_core.governance.views import dossier, framework

_LIST = "<slug:slug>/documents-cadres/"
_ONE = f"{_LIST}<uuid:document_id>/"
_SIGNATORY = f"{_ONE}signataires/<uuid:signatory_id>/"

urlpatterns = [
    path(_LIST, framework.documents, name="framework"),
    path(f"{_LIST}nouveau/", framework.new, name="framework_new"),
    path(_ONE, framework.document, name="framework_document"),
    path(f"{_ONE}document.pdf", framework.paper, name="framework_pdf"),
    path(f"{_ONE}modifier/", framework.edit, name="framework_edit"),
    path(f"{_ONE}version/", framework.new_version, name="framework_version"),
    path(f"{_ONE}signer/", framework.mark_signed, name="framework_sign"),
    path(f"{_ONE}publier/", framework.publish, name="framework_publish"),
    path(f"{_ONE}signataires/ajouter/", framework.signatory_new, name="signatory_new"),
    path(_SIGNATORY, framework.signatory, name="signatory"),
    path(f"{_SIGNATORY}signer/", framework.signatory_sign, name="signatory_sign"),
    path(f"{_SIGNATORY}retirer/", framework.signatory_remove, name="signatory_remove"),
    path("<slug:slug>/passation/", dossier.dossier, name="dossier"),
    path("<slug:slug>/passation/dossier.pdf", dossier.paper, name="dossier_pdf"),
]
