"""Who came, the quorum, presence by college and category (D.1 émargement, D.5, D-06)."""

from __future__ import annotations

from clsm_core.accounts.clock import now
from clsm_core.governance.models import (
    Attendance,
    Meeting,
    MeetingState,
)
from tests.governance.governance_rows import contact, mandate
from tests.governance.meeting_case import Case, text_of
from tests.governance.meeting_rows import held, meeting, written


class Attending(Case):
    """Presences, quorum, colleges (D.1 émargement, D.5, D-06)."""

    def form(self, one: Meeting, **presences: str) -> dict[str, str]:
        """Give the posted form: by last name, « presence[/signed[/representative]] »."""
        people = {
            "Weber": self.president,
            "Muller": self.doctor,
            "Petit": self.stand_in,
            "Sansmel": self.by_letter,
        }
        data = {}
        for name, who in people.items():
            parts = [*presences.get(name, "").split("/"), "", ""]
            data[f"presence_{who.pk.hex}"] = parts[0]
            data[f"signed_{who.pk.hex}"] = parts[1] or "not"
            representative = people.get(parts[2])
            data[f"represented_by_{who.pk.hex}"] = (
                representative.full_name if representative else ""
            )
        return data

    def test_quorum_counts_titulars_substitutes_and_represented(self) -> None:
        one = meeting(self.body, starts_at=now())
        self.post(
            "meeting_attendance",
            one,
            **self.form(
                one,
                Weber="on_site/sheet",
                Muller="excused",
                Petit="remote/called",
                Sansmel="absent",
            ),
        )
        page = self.browser.get(self.url("meeting", one))
        self.assertContains(page, "quorum atteint")
        self.assertContains(
            page, "Membres votants présents ou représentés&nbsp;: 2 sur 3&nbsp;; il en faut 2."
        )
        self.post(
            "meeting_attendance",
            one,
            **self.form(one, Weber="on_site/sheet", Muller="excused", Petit="excused"),
        )
        page = self.browser.get(self.url("meeting", one))
        self.assertContains(page, "quorum non atteint")
        self.post(
            "meeting_attendance",
            one,
            **self.form(one, Weber="on_site/sheet", Muller="represented//Weber", Petit="excused"),
        )
        page = self.browser.get(self.url("meeting", one))
        self.assertContains(page, "quorum atteint")
        self.assertContains(page, "représenté par Anne Weber")

    def test_a_representative_must_be_there(self) -> None:
        one = meeting(self.body, starts_at=now())
        page = self.post(
            "meeting_attendance",
            one,
            **self.form(one, Weber="absent", Muller="represented//Weber"),
        )
        self.assertContains(page, "doit être noté présent")
        page = self.post("meeting_attendance", one, **self.form(one, Muller="represented"))
        self.assertContains(page, "Dites qui représente cette personne")
        self.assertEqual(Meeting.objects.get().state, MeetingState.PLANNED)
        self.assertEqual(Attendance.objects.count(), 0)

    def test_unsigned_presence_is_flagged(self) -> None:
        """D-06."""
        one = held(self.body, signed="not")
        page = self.browser.get(self.url("meeting", one))
        self.assertContains(page, "Présents sans signature ni appel")
        written(one)
        page = self.browser.get(self.url("minutes_validate", one))
        self.assertContains(page, "Présences sans signature ni appel")

    def test_not_before_the_day(self) -> None:
        one = meeting(self.body, days=3)
        page = self.post("meeting_attendance", one, **self.form(one, Weber="on_site"))
        self.assertContains(page, "à partir du jour de la réunion")
        self.assertEqual(Attendance.objects.count(), 0)

    def test_looking_at_the_sheet_writes_nothing(self) -> None:
        one = meeting(self.body, starts_at=now())
        self.assertContains(self.browser.get(self.url("meeting_attendance", one)), "Sansmel")
        self.assertEqual(Attendance.objects.count(), 0)

    def test_guests_come_on_the_spot(self) -> None:
        one = held(self.body)
        self.post("meeting_guests", one, guests=[str(self.guest.pk)])
        page = self.browser.get(self.url("meeting_attendance", one))
        self.assertContains(page, "Invitée")
        row = Attendance.objects.get(contact=self.guest)
        self.assertTrue(row.is_guest)
        self.assertEqual(self.post("guest_remove", row).status_code, 302)
        self.assertFalse(Attendance.objects.filter(pk=row.pk).exists())

    def test_presence_by_college_and_category(self) -> None:
        """D.5: présence par collège et par catégorie."""
        one = held(self.body)
        page = self.browser.get(self.url("meeting", one))
        self.assertContains(page, "Par catégorie de structure")
        self.assertContains(page, "services municipaux ou intercommunaux")
        words = text_of(self.browser.get(self.url("meeting_presences_pdf", one)).content)
        for part in ("Anne Weber", "psychiatrie", "feuille signée", "Quorum"):
            self.assertIn(part, words)

    def test_one_choice_attests_everybody_present(self) -> None:
        one = meeting(self.body, starts_at=now())
        data = self.form(one, Weber="on_site", Muller="remote/called", Petit="absent")
        self.post("meeting_attendance", one, **data, all_signed="sheet")
        signed = {row.contact_id: row.signed for row in Attendance.objects.all()}
        self.assertEqual(signed[self.president.pk], "sheet")
        self.assertEqual(signed[self.doctor.pk], "called")
        self.assertEqual(signed[self.stand_in.pk], "not")

    def test_a_guest_represents_nobody(self) -> None:
        one = meeting(self.body, starts_at=now())
        self.post("meeting_guests", one, guests=[str(self.guest.pk)])
        data = self.form(one, Muller="represented")
        data[f"represented_by_{self.doctor.pk.hex}"] = self.guest.full_name
        data[f"presence_{self.guest.pk.hex}"] = "on_site"
        self.assertEqual(self.post("meeting_attendance", one, **data).status_code, 200)
        self.assertFalse(Attendance.objects.exclude(presence="").exists())
        data[f"represented_by_{self.doctor.pk.hex}"] = self.president.full_name
        data[f"presence_{self.president.pk.hex}"] = "on_site"
        self.assertEqual(self.post("meeting_attendance", one, **data).status_code, 302)

    def test_namesakes_are_told_apart(self) -> None:
        twin = contact(self.council, "Weber", "social", first_name="Anne")
        mandate(self.body, twin)
        one = meeting(self.body, starts_at=now())
        data = {
            f"presence_{twin.pk.hex}": "on_site",
            f"presence_{self.doctor.pk.hex}": "represented",
        }
        page = self.browser.get(self.url("meeting_attendance", one))
        offered = ("Anne Weber", "Anne Weber 2", "Anne Weber (Ville de Metz)")
        found = [name for name in offered if f'<option value="{name}">' in page.content.decode()]
        self.assertEqual(len(found), 2, found)
        accepted = []
        for name in found:
            data[f"represented_by_{self.doctor.pk.hex}"] = name
            answer = self.post("meeting_attendance", one, **data)
            if answer.status_code == 302:
                row = Attendance.objects.get(contact=self.doctor)
                accepted.append(row.represented_by_id)
        self.assertEqual(accepted, [twin.pk])

    def test_who_left_the_directory_still_counts_where_she_sat(self) -> None:
        one = held(self.body)
        before = "Membres votants présents ou représentés&nbsp;: 3 sur 3"
        self.assertContains(self.browser.get(self.url("meeting", one)), before)
        self.doctor.is_active = False
        self.doctor.save()
        self.assertContains(self.browser.get(self.url("meeting", one)), before)

    def test_two_tabs_keep_both_texts(self) -> None:
        one = meeting(self.body, starts_at=now())
        old = one.version
        self.post("meeting_attendance", one, **self.form(one, Weber="on_site"))
        page = self.post(
            "meeting_attendance", one, **{**self.form(one, Weber="absent"), "version": old}
        )
        self.assertContains(page, "Quelqu’un a modifié")
        self.assertContains(page, "Texte enregistré entre-temps")
        self.assertEqual(Attendance.objects.get(contact=self.president).presence, "on_site")
