"""The life of both councils until today: directory, bodies, meetings, decisions, documents.

Runs as a program under the council's settings, once the clock is right:
`python -m deploy.demo.council_life`. It writes through the actions that the pages use; no letter
leaves, since what is past was not convened from here.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import django

from deploy.demo import cast, council_place, observation, roadmaps
from deploy.demo import council_words as words
from deploy.demo.council_words import Subject

HOUR = time(14, 0)


def main() -> None:
    """Fill each council as far as its age allows."""
    django.setup()
    from django.utils import timezone

    from clsm_core.accounts.clock import now
    from clsm_core.accounts.models import User
    from clsm_core.council.models import Council

    at = timezone.localtime(now())
    for slug, is_large in ((cast.METZ, True), (cast.TERRES, False)):
        council = Council.objects.get(slug=slug)
        author = User.objects.filter(realm="council").order_by("created_at", "pk").first()
        Life(council, author, at).tell(is_large=is_large)


class Life:
    """What one council did."""

    def __init__(self, council: Any, author: Any, at: datetime) -> None:
        self.council, self.author, self.at = council, author, at
        self.today = at.date()

    def tell(self, *, is_large: bool) -> None:
        """Write everything, the oldest first."""
        council_place.declare(self.council, today=self.today, day=self.day)
        self.directory()
        steering, plenary = self.bodies()
        first = self.held(steering, 250, (*words.OPENING, *words.STEERING_SUBJECTS[:1]))
        group_decision = self.decide(
            first, 2, "Créer un groupe de travail « logement »", "new_group", 5
        )
        self.sign_off(first)
        self.group(group_decision)
        yearly = self.held(plenary, 160, words.PLENARY_SUBJECTS)
        orientation = self.decide(
            yearly, 2, "Renforcer l’aller-vers dans les quartiers", "orientation", 1
        )
        self.sign_off(yearly, is_published=True)
        last = self.held(steering, 40, (*words.OPENING, *words.STEERING_SUBJECTS[1:]))
        self.decide(last, 2, "Confier le programme d’octobre au centre social", "action", 6, -10)
        self.decide(last, 3, "Demander à l’ARS le renouvellement du cofinancement", "to_ars", 0, 45)
        adopted = self.decide(last, 3, "Valider la feuille de route et sa fiche", "action", 0)
        retained = self.decide(last, 3, "Retenir l’aller-vers comme priorité", "priority", 0)
        roadmaps.decide(self.council, adopted)
        self.planned(steering, 24, (*words.OPENING, *words.STEERING_SUBJECTS[2:]))
        self.subjects(steering)
        self.framework()
        if is_large:
            self.planned(plenary, 200, words.PLENARY_SUBJECTS)
        observation.tell(
            self.council,
            self.author,
            at=self.at,
            day=self.day,
            orientation=orientation,
            retained=retained,
        )

    def day(self, days_ago: int) -> date:
        """Return a working day about so many days ago."""
        found = self.today - timedelta(days=days_ago)
        return found - timedelta(days=max(0, found.weekday() - 4))

    def directory(self) -> None:
        """Write structures, people, partnerships, one list."""
        from clsm_core.directory.actions import contacts, mailing, organisations, partnerships
        from clsm_core.directory.models import MailingList, Partnership

        self.structures = [
            organisations.create(
                council=self.council,
                name=one.name,
                category=one.category,
                missions=one.missions,
                audience="habitants du territoire",
                verified_on=self.day(60 + 40 * rank),
            )
            for rank, one in enumerate(words.STRUCTURES)
        ]
        self.people = [
            contacts.create(
                council=self.council,
                first_name=one.first,
                last_name=one.last,
                job_title=one.job,
                college=one.college,
                organisation=self.structures[one.structure],
                email=f"{self.council.slug}.{rank}@exemple.invalid",
                accepts_mail=one.writes,
                accepts_mail_since=self.day(400) if one.writes else None,
            )
            for rank, one in enumerate(words.PEOPLE)
        ]
        for nature, subject, who, months in words.PARTNERSHIPS:
            partnerships.save(
                partnership=Partnership(
                    council=self.council,
                    nature=nature,
                    subject=subject,
                    starts_on=self.day(330),
                    signed_on=None if nature == "informal" else self.day(330),
                    ends_on=self.today + timedelta(days=30 * months) if months else None,
                ),
                organisations=[self.structures[rank] for rank in who],
            )
        mailing.save(
            mailing=MailingList(
                council=self.council,
                name="Semaines d’information",
                purpose="Programme d’octobre",
                colleges=["users", "carers", "social", "inhabitants"],
            )
        )

    def bodies(self) -> tuple[Any, Any]:
        """Open the usual bodies and seat their members."""
        from clsm_core.governance.actions import bodies, mandates

        since = self.day(340)
        steering, plenary, _ = bodies.open_usual(
            council=self.council, kinds=bodies.USUAL, starts_on=since
        )
        bodies.edit(body=steering, values={"quorum_percent": 50, "is_published": True})
        for rank in words.STEERING:
            role = {words.PRESIDENT: "president", words.CO_ANIMATOR: "co_animator"}.get(rank)
            seat = mandates.add(
                body=steering,
                contact=self.people[rank],
                starts_on=since,
                values={"role": role or "member"},
            )
            if rank == words.CO_ANIMATOR:
                mandates.add(
                    body=steering,
                    contact=self.people[words.SUBSTITUTE],
                    starts_on=since,
                    values={"quality": "substitute", "stands_in_for": seat, "has_vote": False},
                )
        mandates.add_many(
            body=plenary,
            contacts=[self.people[rank] for rank in words.PLENARY if rank != words.PRESIDENT],
            starts_on=since,
            values={"role": "member"},
        )
        mandates.add(
            body=plenary,
            contact=self.people[words.PRESIDENT],
            starts_on=since,
            values={"role": "president"},
        )
        bodies.answer_categories(
            body=steering,
            answers={"adult_psychiatry": "member", "users": "member", "police": "not_invited"},
        )
        return steering, plenary

    def planned(self, body: Any, days: int, subjects: tuple[Subject, ...]) -> Any:
        """Write a meeting to come and its agenda."""
        return self._meeting(body, self.day(-days), subjects)

    def held(self, body: Any, days_ago: int, subjects: tuple[Subject, ...]) -> Any:
        """Write a meeting of the past: agenda, presences, what was said."""
        from clsm_core.governance.actions import attendance, minutes
        from clsm_core.governance.models import Attendance
        from clsm_core.governance.queries.attendance import mandates_on

        on = self.day(days_ago)
        meeting = self._meeting(body, on, subjects)
        rows = [Attendance(meeting=meeting, contact=one.contact) for one in mandates_on(body, on)]
        presences = ["on_site"] * len(rows)
        presences[-1] = "excused"
        lines = [
            attendance.Line(row, presence, None, "sheet" if presence == "on_site" else "not")
            for row, presence in zip(rows, presences, strict=True)
        ]
        meeting = attendance.record(meeting=meeting, lines=lines, at=self.at)
        points = list(meeting.points.order_by("rank"))
        said = {point.pk: one.said for point, one in zip(points, subjects, strict=True)}
        return minutes.write(meeting=meeting, text="Ouverture à l’heure dite.", notes=said)

    def _meeting(self, body: Any, on: date, subjects: tuple[Subject, ...]) -> Any:
        from clsm_core.governance.actions import agendas, meetings

        meeting = meetings.plan(
            body=body,
            template=None,
            fields={
                "starts_at": datetime.combine(on, HOUR, tzinfo=self.at.tzinfo),
                "duration_minutes": 120,
                "place": "Salle du conseil (fiction)",
            },
        )
        for one in subjects:
            agendas.add(
                meeting=meeting,
                fields={"title": one.title, "purpose": one.purpose, "minutes": one.minutes},
            )
        return meeting

    def decide(
        self, meeting: Any, rank: int, title: str, kind: str, owner: int, due: int | None = None
    ) -> Any:
        """Record a decision on the point of this rank; due in so many days."""
        from clsm_core.governance.actions import decisions

        point = meeting.points.order_by("rank")[rank]
        return decisions.record(
            council=self.council,
            meeting=meeting,
            point=point,
            values={
                "title": title,
                "kind": kind,
                "owner": self.people[owner],
                "due_on": None if due is None else self.today + timedelta(days=due),
            },
        )

    def sign_off(self, meeting: Any, *, is_published: bool = False) -> None:
        """Finish and validate minutes."""
        from clsm_core.governance.actions import minutes
        from clsm_core.governance.models import Meeting
        from clsm_core.governance.presenters import minutes_paper

        meeting = Meeting.objects.get(pk=meeting.pk)
        meeting = minutes.finish(meeting=meeting)
        meeting = minutes.validate(
            meeting=meeting,
            seen=minutes_paper.content_of(meeting).fingerprint,
            draw=minutes_paper.draw,
            by=self.author,
            at=self.at,
        )
        if is_published:
            minutes.publish(meeting=meeting, is_published=True)

    def group(self, decision: Any) -> None:
        """Open the working group that the committee decided."""
        from clsm_core.governance.actions import bodies

        bodies.create_group(
            council=self.council,
            decision=decision,
            referents=[self.people[5], self.people[7]],
            starts_on=self.day(240),
            values={
                "name": "Groupe logement",
                "theme": "logement, habitat",
                "purpose": "Prévenir les expulsions, se coordonner autour de l’hospitalisation.",
                "meetings_per_year": 4,
            },
        )

    def subjects(self, body: Any) -> None:
        """Leave subjects waiting."""
        from clsm_core.governance.actions import agendas

        for title, details in words.WAITING:
            agendas.propose(body=body, fields={"title": title, "details": details}, by=self.author)

    def framework(self) -> None:
        """Sign a charter that ends soon, and prepare its rules."""
        from clsm_core.governance.actions import framework

        charter = framework.create(
            council=self.council,
            kind="charter",
            values={
                "title": "Charte du conseil local de santé mentale",
                "text": words.CHARTER,
                "duration_months": 12,
            },
        )
        for rank, representative in (
            (0, "Élise Fontaine"),
            (1, "Luc Perrin"),
            (3, "Sacha Meunier"),
        ):
            framework.add_signatory(
                document=charter,
                values={
                    "organisation": self.structures[rank],
                    "representative": representative,
                    "capacity": words.PEOPLE[rank].job,
                },
            )
        for signatory in charter.signatories.all():
            charter = framework.sign(signatory=signatory, on=self.day(250), today=self.today)
        framework.publish(document=charter, is_published=True)
        framework.create(
            council=self.council,
            kind="rules",
            values={"title": "Règlement intérieur", "text": "Convocation quinze jours avant."},
        )


if __name__ == "__main__":
    main()
