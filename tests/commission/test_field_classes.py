"""Every stored field has a class, and the class is true of it (style rule 17)."""

from __future__ import annotations

from typing import Any

from auditlog.registry import auditlog
from django.apps import apps
from django.db import models

from deploy.field_classes import TABLE, WHOLE, FieldClass, class_of
from tests.cases_of import TestCase
from tests.commission.test_policies import WITHOUT_POLICY

# Longer than a code: free text would fit.
CODE_LENGTH = 60
# Closed by row-level security though they tell of no situation: texts made to be published.
OF_NO_SITUATION = ("cases_releasedraft", "cases_releaseapproval", "cases_releaseplan")
LISTED = ("cases", "cases_keystore", "clsm_accounts")


def fields(model: Any) -> list[Any]:
    """Return the stored fields of a model."""
    found = [*model._meta.concrete_fields, *model._meta.many_to_many]
    primary = model._meta.pk
    if isinstance(primary, models.CompositePrimaryKey) and primary in found:
        found.remove(primary)
    return found


class FieldClassTests(TestCase):
    """The table of deploy/field_classes.py against the models."""

    def test_every_field_has_one_class(self) -> None:
        """None is missing, none is stale, none stands in two classes."""
        known = {}
        for model in apps.get_models(include_auto_created=True):
            label = model._meta.label
            known[label] = {field.name for field in fields(model)}
            for name in known[label]:
                with self.subTest(f"{label}.{name}"):
                    self.assertIsNotNone(class_of(label, name))
        self.assertEqual(set(TABLE) - set(known), set())
        for label, classes in TABLE.items():
            listed = [
                name for names in classes.values() if names != WHOLE for name in names.split()
            ]
            self.assertEqual(len(listed), len(set(listed)), label)
            self.assertEqual(set(listed) - known[label], set(), label)

    def test_fields_of_people_are_listed_one_by_one(self) -> None:
        """No whole-table class where a new field could tell of somebody."""
        for label, classes in TABLE.items():
            app, name = label.split(".")
            if app in LISTED and "_" not in name:
                self.assertNotIn(WHOLE, classes.values(), label)

    def test_what_is_confidential_is_sealed(self) -> None:
        """A confidential field holds bytes: no text, no number, no date."""
        seen = 0
        for model in apps.get_models():
            for field in fields(model):
                if class_of(model._meta.label, field.name) is FieldClass.CONFIDENTIAL:
                    seen += 1
                    self.assertIsInstance(field, models.BinaryField, f"{model._meta.label}")
        self.assertGreaterEqual(seen, 4)

    def test_a_situation_has_no_room_for_free_text(self) -> None:
        """Tables of one situation hold codes, dates, references and sealed bytes only."""
        looked = 0
        for model in apps.get_app_config("cases").get_models():
            if model._meta.db_table in {*WITHOUT_POLICY, *OF_NO_SITUATION}:
                continue
            looked += 1
            for field in fields(model):
                with self.subTest(f"{model._meta.label}.{field.name}"):
                    self.assertNotIsInstance(field, models.TextField | models.JSONField)
                    if isinstance(field, models.CharField) and not field.choices:
                        self.assertLessEqual(field.max_length or 0, CODE_LENGTH)
        self.assertGreater(looked, 10)

    def test_secrets_stay_out_of_the_history(self) -> None:
        """No model with a confidential or secret field is registered with auditlog."""
        for model in auditlog.get_models():
            classes = TABLE.get(model._meta.label, {})
            self.assertFalse(
                {FieldClass.CONFIDENTIAL, FieldClass.SECRET} & set(classes), model._meta.label
            )
