"""Elements of the founding documents, one by one: typed through the page, found again where asked.

docs/couverture.csv names these tests where a test of one page alone would say too little.
"""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from lxml import html

from clsm_core.accounts.clock import now
from clsm_core.council.models import Background, Degree, PostFunder, PriorityDistrict
from clsm_core.directory.models import SURVEY_CATEGORIES, Category, Contact
from clsm_core.governance.models import Attendance, FrameworkDocument, Meeting
from tests.cases_of import TestCase
from tests.governance import governance_rows as rows
from tests.governance.council_people import council, member
from tests.governance.council_place import METROPOLE, fields_of, fill, load_official
from tests.governance.meeting_case import Case, text_of
from tests.governance.meeting_rows import held, meeting
from tests.governance.test_council_post import NEW as NEW_POST
from tests.governance.test_council_post import PAGE as POST_PAGE
from tests.governance.test_council_post import TYPED as POST_TYPED
from tests.governance.test_council_post import a_post, words_of
from tests.governance.test_governance_bodies import LIST, TODAY, Bodies

HOME = "/conseils/metz/"
# 000-13: the partners that the first founding document asks for, and where they stand here.
PARTNERS = {
    "psychiatrie publique": "public_psychiatry",
    "libéraux": "nurses",
    "médico-social": "sociomedical",
    "action sociale": "social",
    "enfants et jeunes": "adolescents",
    "associations de familles": "carers_union",
    "associations d’usagers": "users",
    "justice": "justice",
    "police": "police",
    "organismes de tutelle": "guardianship",
    "bailleurs sociaux": "landlord",
    "associations": "neighbourhood",
}
# 003-15: the other members that the national survey met.
OTHERS = (
    "centre social",
    "SIAO",
    "IREPS",
    "emploi",
    "insertion",
    "infirmiers libéraux",
    "CPAM",
    "clinique",
    "ordre",
    "syndicat",
    "IFSI",
    "Samu social",
    "SESSAD",
    "CSAPA",
    "BAPU",
    "CREHPSY",
)


class Partners(TestCase):
    """Whom the council works with, by category."""

    def setUp(self) -> None:
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def test_each_kind_of_partner_is_entered_and_printed(self) -> None:
        """000-13: each family of the list is typed, counted and printed under its category."""
        new = f"{HOME}annuaire/structures/nouvelle/"
        for name, category in PARTNERS.items():
            answer = self.claire.post(
                new, {"name": f"Canari {name}", "category": category, "missions": "Aider."}
            )
            self.assertEqual(answer.status_code, 302, name)
        page = self.claire.get(f"{HOME}annuaire/")
        text = text_of(self.claire.get(f"{HOME}annuaire/fichiers/annuaire.pdf").content).casefold()
        for name, category in PARTNERS.items():
            label = Category(category).label
            self.assertContains(page, f"Canari {name}")
            self.assertIn(label.casefold(), text)
            self.assertIn(f"canari {name}", text)

    def test_the_other_members_of_the_survey_have_a_category(self) -> None:
        """003-15: none of those that the survey met is left to « autre »."""
        labels = [one.label for one in Category if one not in SURVEY_CATEGORIES]
        for word in OTHERS:
            self.assertTrue(any(word in label for label in labels), word)


class Post(TestCase):
    """The coordinator's post in the survey's own words."""

    def setUp(self) -> None:
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def test_every_training_and_degree_of_the_survey(self) -> None:
        """003-01, 003-02: each is chosen through the form and read on the page."""
        degrees = list(Degree)
        for rank, background in enumerate(Background):
            typed = {
                **POST_TYPED,
                "holder": f"Canari {background.value}",
                "background": background.value,
                "degree": degrees[rank % len(degrees)].value,
            }
            self.assertRedirects(fill(self.claire, NEW_POST, **typed), POST_PAGE)
        text = words_of(self.claire.get(POST_PAGE)).casefold()
        for background in Background:
            self.assertIn(f"canari {background.value}".casefold(), text)
            self.assertIn(background.label.casefold(), text)
        for degree in degrees:
            self.assertIn(degree.label.casefold(), text)

    def test_every_funder_of_the_survey(self) -> None:
        """003-05: local authority, hospital, ARS, politique de la ville, department, region."""
        url = reverse("council:funding_new", args=["metz", a_post(self.council).pk])
        for rank, funder in enumerate(PostFunder):
            sent = {"year": "2026", "funder": funder.value, "amount": f"{rank + 1}000"}
            self.assertRedirects(fill(self.claire, url, **sent), POST_PAGE)
        text = words_of(self.claire.get(POST_PAGE)).casefold()
        for rank, funder in enumerate(PostFunder):
            self.assertIn(funder.label.casefold(), text)
            self.assertIn(f"{rank + 1} 000 €", text.replace("\u202f", " ").replace("\xa0", " "))


class Place(TestCase):
    """The council in its territory and among national and regional policies."""

    def setUp(self) -> None:
        load_official()
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def test_perimeter_districts_and_type(self) -> None:
        """002-04: communes, intercommunality, priority districts, urban or rural, on one page."""
        found = self.claire.get(f"{HOME}territoire/communes/ajouter/", {"q": METROPOLE})
        links = html.fromstring(found.content.decode()).xpath("//section//li/a/@href")
        self.assertEqual(len(links), 1)
        fill(self.claire, links[0])
        sheet = f"{HOME}fiche/"
        typed = {**fields_of(self.claire.get(sheet)), "territory_type": "rural"}
        self.assertRedirects(self.claire.post(sheet, typed), HOME)
        fill(
            self.claire,
            f"{HOME}territoire/quartiers/ajouter/",
            code="QN05701M",
            name="Quartier canari",
            population="16800",
            population_year="2021",
        )
        self.assertEqual(PriorityDistrict.objects.get().population, 16800)
        text = words_of(self.claire.get(f"{HOME}territoire/"))
        for words in ("Woippy", "Marly", "Metz Métropole", "Quartier canari", "rural"):
            self.assertIn(words, text)

    def test_national_and_regional_policies(self) -> None:
        """003-12b: PRS, PTSM and the national strategy, with what each has to do with us."""
        for kind, name in (
            ("prs", "PRS canari"),
            ("ptsm", "PTSM canari"),
            ("other", "Stratégie nationale de santé canari"),
        ):
            sent = {"kind": kind, "name": name, "reference": f"Réf. {name}"}
            answer = fill(self.claire, f"{HOME}dispositifs/ajouter/", **sent)
            self.assertEqual(answer.status_code, 302)
        text = words_of(self.claire.get(f"{HOME}dispositifs/"))
        for name in ("PRS canari", "PTSM canari", "Stratégie nationale de santé canari"):
            self.assertIn(f"Réf. {name}", text)

    def test_the_coordinator_s_three_roles_start_from_her_page(self) -> None:
        """003-07: network, support of the bodies, information: each opens from the first page."""
        tree = html.fromstring(self.claire.get(HOME).content.decode())
        shown = tree.xpath("//nav[@aria-label='Parties du conseil']//a/@href")
        for name in ("directory:home", "governance:home"):
            self.assertIn(reverse(name, args=["metz"]), shown)
        for name in ("directory:lists", "governance:meetings", "governance:subjects"):
            self.assertEqual(self.claire.get(reverse(name, args=["metz"])).status_code, 200)


class Committee(Bodies):
    """What the founding documents ask of the bodies."""

    def test_a_whole_committee_is_said_to_be_so(self) -> None:
        """000-19: created, then representative: each missing college named until none is."""
        self.assertContains(self.claire.get(LIST), "Aucune instance n’est ouverte")
        steering = rows.body(self.council)
        words = "aucun membre du collège"
        self.assertEqual(self.claire.get(LIST).content.decode().count(words), 4)
        for rank, college in enumerate(("elected", "psychiatry", "users", "carers"), start=1):
            rows.mandate(steering, rows.contact(self.council, college, college))
            page = self.claire.get(LIST).content.decode()
            self.assertEqual(page.count(words), 4 - rank)

    def test_a_group_shows_its_theme_its_people_and_its_meetings(self) -> None:
        """000-07, 001-05: theme, referent, members, meetings, founding decision."""
        group = rows.group(self.council, "Logement canari")
        member_of = rows.contact(self.council, "Membre-canari", "social")
        answer = rows.submit(
            self.claire,
            self.url(group, "membres/ajouter/"),
            contact=member_of.pk,
            college="social",
            role="member",
            quality="titular",
            has_vote="on",
            starts_on=str(TODAY),
        )
        self.assertRedirects(answer, self.url(group))
        rows.meeting(group, dt.date(2026, 5, 12), title="Atelier canari")
        page = self.claire.get(self.url(group))
        for words in (
            "thématique",
            "Logement canari",
            "Référent Logement canari",
            "Membre-canari",
            "Atelier canari",
            "1 tenue",
            group.created_by.code,
        ):
            self.assertContains(page, words)

    def test_the_assembly_answers_the_survey_too(self) -> None:
        """003-14: the plenary's own 25 answers, its rate, beside its own national figures."""
        plenary = rows.body(self.council, "plenary")
        typed = {one.value: "not_member" for one in SURVEY_CATEGORIES}
        typed |= dict.fromkeys(("elected", "carers_union", "police"), "member")
        typed["justice"] = "not_invited"
        rows.submit(self.claire, self.url(plenary, "categories/"), plenary, **typed)
        text = words_of(self.claire.get(self.url(plenary))).replace("\xa0", " ")
        for words in ("3 sur 25", "3 sur 24 (12 %)", "Non invitées 1", "police, gendarmerie"):
            self.assertIn(words, text)
        self.assertRegex(text, r"maire ou élu oui 92 %")
        self.assertRegex(text, r"justice non invité 49 %")

    def test_the_commission_s_charter_is_validated_by_the_committee(self) -> None:
        """001-11: ethics and confidentiality: the charter, the decision, who signed and when."""
        found = rows.decision(
            rows.meeting(rows.body(self.council)), kind="charter", title="Adopter la charte"
        )
        rows.submit(
            self.claire,
            reverse("governance:framework_new", args=["metz"]),
            kind="commission_charter",
            title="Charte canari",
            text="Confidentialité canari.",
            decision=found.pk,
        )
        charter = FrameworkDocument.objects.get()
        signing = rows.signatory(charter, "Ville canari", "municipal")
        rows.submit(
            self.claire,
            reverse("governance:signatory_sign", args=["metz", charter.pk, signing.pk]),
            charter,
            signed_on="2026-02-01",
        )
        url = reverse("governance:framework_document", args=["metz", charter.pk])
        page = self.claire.get(url)
        paper = self.claire.get(reverse("governance:framework_pdf", args=["metz", charter.pk]))
        text = text_of(paper.content)
        for words in (
            "Charte canari",
            "harte de la commission",
            "Confidentialité canari.",
            found.code,
            "Ville canari",
            "1er février 2026",
        ):
            self.assertContains(page, words)
            self.assertIn(words, text)


class Life(Case):
    """What meetings add up to, and how the assembly is run."""

    def csv_of(self, year: int) -> list[str]:
        url = reverse("governance:meetings_year_csv", args=["metz", year])
        return self.browser.get(url).content.decode("utf-8-sig").splitlines()

    def tables_of(self, year: int) -> dict[str, list[list[str]]]:
        url = reverse("governance:meetings_year", args=["metz", year])
        tree = html.fromstring(self.browser.get(url).content.decode())
        return {
            " ".join(table.xpath("string(caption)").split()): [
                [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
                for row in table.xpath("tbody/tr")
            ]
            for table in tree.xpath("//table")
        }

    def test_people_are_counted_by_function(self) -> None:
        """000-20: meetings, and how many different people of each function came."""
        for who, job in (
            (self.president, "Maire canari"),
            (self.doctor, "Psychiatre canari"),
            (self.stand_in, "Psychiatre canari"),
        ):
            Contact.objects.filter(pk=who.pk).update(job_title=job)
        held(self.body)
        held(self.body)
        year = now().year
        self.assertEqual(
            self.tables_of(year)["Personnes présentes, par fonction"],
            [["Psychiatre canari", "2"], ["Maire canari", "1"]],
        )
        self.assertIn(f"{year};Personnes par fonction;Psychiatre canari;;2", self.csv_of(year))

    def test_work_is_counted_theme_by_theme(self) -> None:
        """000-22: groups, meetings and different people of each theme; two groups may share one."""
        first, second = rows.group(self.council, "Logement"), rows.group(self.council, "Bailleurs")
        other = rows.group(self.council, "Précarité")
        second.theme = "logement "
        second.save()
        for body in (first, first, second, other):
            held(body)
        held(self.body)
        year = now().year
        self.assertEqual(
            self.tables_of(year)["Par thématique"],
            [["Logement", "2", "3", "2"], ["Précarité", "1", "1", "1"]],
        )
        lines = self.csv_of(year)
        self.assertIn(f"{year};Réunions par thématique;Logement;;3", lines)
        self.assertIn(f"{year};Groupes réunis par thématique;Précarité;;1", lines)

    def test_the_presence_of_those_concerned_is_a_rate(self) -> None:
        """004-13: of the people concerned who were expected, how many came, in the year."""
        held(self.body)
        second = held(self.body)
        row = Attendance.objects.get(meeting=second, contact=self.by_letter)
        row.presence, row.signed = "excused", "not"
        row.save()
        year = now().year
        table = {line[0]: line[1:] for line in self.tables_of(year)["Présence par collège"]}
        self.assertEqual(table["personnes concernées, usagers"], ["2", "1", "50 %"])
        self.assertEqual(table["élus"], ["2", "2", "100 %"])
        self.assertIn(
            f"{year};Présences par collège;personnes concernées, usagers;2;1", self.csv_of(year)
        )

    def test_the_assembly_hears_the_year_and_a_speaker(self) -> None:
        """001-04, 003-16: presided, the year's report, a referent, a speaker, on the agenda."""
        plenary = rows.body(self.council, "plenary")
        rows.mandate(plenary, self.president, role="president")
        one = meeting(plenary, title="Assemblée canari")
        for title, presenter in (
            ("Bilan annuel canari", "Anne Weber"),
            ("Perspectives des groupes canari", "Référente canari"),
            ("Conférence canari", "Intervenante canari"),
        ):
            answer = self.post(
                "point_new", one, title=title, presenter=presenter, purpose="information",
                minutes="20", details="",
            )  # fmt: skip
            self.assertEqual(answer.status_code, 302, title)
        self.assertEqual(Meeting.objects.get(pk=one.pk).points.count(), 3)
        page = self.browser.get(self.url("meeting", one))
        text = text_of(self.browser.get(self.url("meeting_agenda_pdf", one)).content)
        for words in (
            "Bilan annuel canari",
            "Perspectives des groupes canari",
            "Référente canari",
            "Conférence canari",
            "Intervenante canari",
        ):
            self.assertContains(page, words)
            self.assertIn(words, text)
        self.assertContains(self.browser.get(self.url("body", plenary)), "Anne Weber")

    def test_who_presides_convokes(self) -> None:
        """D-01: the assembly's letters are in the name of its presidency; a group's are not."""
        plenary, group = rows.body(self.council, "plenary"), rows.group(self.council, "Logement")
        rows.mandate(plenary, self.president, role="president")
        for body, words in (
            (plenary, "Pour la présidence, la coordination"),
            (group, "Pour le conseil, la coordination"),
        ):
            one = meeting(body)
            paper = self.browser.get(self.url("meeting_letters_pdf", one)).content
            self.assertIn(words, text_of(paper))
