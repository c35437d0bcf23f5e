"""The map: a GeoJSON file read without trust, an SVG drawn here, the list beside it."""

from __future__ import annotations

import json
import math
import unittest
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from clsm_core.council import drawing, geojson
from clsm_core.council.models import Contour
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.council_place import (
    MARLY,
    METZ,
    WOIPPY,
    errors_of,
    fill,
    load_official,
    over,
)

PLACE = "/conseils/metz/territoire/"
LOAD = f"{PLACE}contours/"


def square(west: float, south: float, side: float = 0.1) -> list[list[float]]:
    """Give the ring of a square, in degrees."""
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(
    code: object, coordinates: Any = None, kind: str = "Polygon", name: str = "code"
) -> Any:
    """Give one object of a file."""
    drawn = [square(6.1, 49.0)] if coordinates is None else coordinates
    return {
        "type": "Feature",
        "properties": {name: code},
        "geometry": {"type": kind, "coordinates": drawn},
    }


def collection(*features: Any) -> bytes:
    """Give the bytes of a file."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


class Reading(unittest.TestCase):
    """What a file may hold, and what is said of the others (RFC 7946)."""

    def faults(self, content: bytes) -> str:
        """Return why a file is refused."""
        with self.assertRaises(geojson.FaultyFile) as refused:
            geojson.read(content, {METZ, WOIPPY})
        return " ".join(refused.exception.messages)

    def test_polygons_multipolygons_and_three_names_of_the_code(self) -> None:
        """The code may be called code, code_insee or insee; a number gets its first zero back."""
        found = geojson.read(
            collection(
                feature(METZ),
                feature(
                    WOIPPY, [[square(6.0, 49.1)], [square(6.4, 49.1)]], "MultiPolygon", "insee"
                ),
                feature(1001, name="code_insee"),
                feature("75056"),
                feature(None),
            ),
            {METZ, WOIPPY, "01001"},
        )
        self.assertEqual(set(found.kept), {METZ, WOIPPY, "01001"})
        self.assertEqual((len(found.kept[WOIPPY]), found.others, found.without_code), (2, 1, 1))

    def test_each_fault_has_its_words(self) -> None:
        """Size, form, units, shapes: in French, with the place."""
        lambert = [[[931000, 6897000], [931100, 6897000], [931100, 6897100], [931000, 6897000]]]
        for content, words in (
            (b" " * (geojson.MAX_BYTES + 1), "dépasse 5 Mo"),
            (b"PK\x03\x04", "n’est pas du GeoJSON"),
            (b"[" * 200_000, "n’est pas du GeoJSON"),
            (b"[]", "FeatureCollection"),
            (b'{"type": "FeatureCollection", "features": []}', "aucun objet"),
            (collection(feature("75056")), "rien n’a été gardé"),
            (collection(feature(None)), "code INSEE"),
            (collection(feature(METZ), feature(METZ)), "deux fois"),
            (collection(feature(METZ, lambert)), "WGS 84"),
            (collection(feature(METZ, [square(6, 49)[:3]])), "moins de quatre points"),
            (collection(feature(METZ, [square(6, 49)[:4]])), "n’est pas fermée"),
            (collection(feature(METZ, [[["a", 1]] * 4])), "paire de nombres"),
            (collection(feature(METZ, [[[True, 1]] * 4])), "paire de nombres"),
            (collection(feature(METZ, [[[6.0, 49.0]] * 4], "LineString")), "MultiPolygon"),
            (collection({"type": "Feature", "properties": {"code": METZ}}), "pas de contour"),
            (collection(feature(METZ)).replace(b"6.1", b"NaN"), "NaN"),
            (collection(feature(METZ)).replace(b"6.1", b"1e999"), "degrés"),
        ):
            with self.subTest(words):
                self.assertIn(words, self.faults(content))

    def test_a_commune_that_is_not_wanted_is_not_read(self) -> None:
        """A wrong outline elsewhere in the file refuses nothing."""
        found = geojson.read(collection(feature(METZ), feature("75056", [[["x"]]])), {METZ})
        self.assertEqual(set(found.kept), {METZ})

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just(METZ),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(
                        ["type", "features", "properties", "geometry", "coordinates", "code"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=20,
        )
    )
    def test_anything_is_read_or_refused(self, thing: Any) -> None:
        """Property: outlines, or FaultyFile; nothing else ever comes out."""
        body = json.dumps({"type": "FeatureCollection", "features": [thing, feature(METZ)]})
        try:
            found = geojson.read(body.encode(), {METZ})
        except geojson.FaultyFile as faulty:
            self.assertTrue(all(faulty.messages))
        else:
            self.assertIn(METZ, found.kept)


class Drawing(unittest.TestCase):
    """The projection is pure and stays inside its frame."""

    def test_a_degree_of_longitude_is_shortened(self) -> None:
        """At 60° north, a square of degrees is half as wide as high; north is at the top."""
        drawn = drawing.draw({"x": [[square(0, 59.5, 1.0)]]})
        assert drawn is not None
        inside = drawn.width - 2 * drawing.MARGIN, drawn.height - 2 * drawing.MARGIN
        self.assertAlmostEqual(inside[0] / inside[1], math.cos(math.radians(60)), delta=0.01)
        self.assertEqual(drawn.paths["x"].split("L")[2].split()[1], f"{drawing.MARGIN:g}")

    def test_nothing_to_draw_is_none_and_a_point_is_drawn(self) -> None:
        """No outline, no drawing; an outline without extent does not divide by zero."""
        self.assertIsNone(drawing.draw({}))
        self.assertIsNotNone(drawing.draw({"x": [[[[6.0, 49.0]] * 4]]}))

    @given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=12))
    def test_every_point_is_inside_the_frame(self, points: list[tuple[float, float]]) -> None:
        """Property: 0 … width and 0 … height, whatever the outline."""
        ring = [[round(x, 5), round(y, 5)] for x, y in points]
        drawn = drawing.draw({"x": [[[*ring, ring[0]]]]})
        assert drawn is not None
        for pair in drawn.paths["x"].strip("MZ").split("L"):
            x, y = map(float, pair.split())
            self.assertTrue(0 <= x <= drawn.width and 0 <= y <= drawn.height)


class Page(TestCase):
    """Import, drawing in the page, tenancy."""

    def setUp(self) -> None:
        """Open a council over two communes."""
        load_official()
        self.council = over(council(), METZ, WOIPPY)
        self.claire = member(self.council, "coordinator", "claire")

    def send(self, content: bytes, source: str = "IGN canari 2025") -> Any:
        """Send a file."""
        file = SimpleUploadedFile("c.geojson", content, content_type="application/geo+json")
        return fill(self.claire, LOAD, file=file, source=source)

    def test_without_contours_the_page_says_how_to_get_one(self) -> None:
        """The empty state teaches; the list is there all the same."""
        page = self.claire.get(PLACE)
        self.assertContains(page, "Pas encore de carte")
        self.assertContains(page, LOAD)
        self.assertContains(page, WOIPPY)

    def test_the_map_is_drawn_with_its_text_and_its_source(self) -> None:
        """D.1: one path a commune, a text alternative, who has no outline, no inline style."""
        self.assertRedirects(self.send(collection(feature(METZ), feature(MARLY))), PLACE)
        page = self.claire.get(PLACE)
        tree = html.fromstring(page.content.decode())
        (drawn,) = tree.xpath("//figure//*[local-name()='svg']")
        self.assertEqual(drawn.get("role"), "img")
        self.assertEqual(len(drawn.xpath(".//*[local-name()='path']")), 1)
        self.assertIn("Metz", "".join(drawn.xpath(".//*[local-name()='desc']//text()")))
        self.assertContains(page, "IGN canari 2025")
        self.assertContains(page, "Sans contour&nbsp;: Woippy")
        self.assertNotContains(page, "style=")
        self.assertEqual(
            list(Contour.objects.values_list("commune__code", "council__slug")), [(METZ, "metz")]
        )

    def test_a_new_file_replaces_and_removal_takes_the_map_away(self) -> None:
        """The row is the same, its points are others; then none."""
        self.send(collection(feature(METZ)))
        first = Contour.objects.get()
        self.send(collection(feature(METZ, [square(7.0, 48.0)]), feature(WOIPPY)), "Autre source")
        again = Contour.objects.get(pk=first.pk)
        self.assertEqual(again.polygons[0][0][0], [7.0, 48.0])
        self.assertEqual(Contour.objects.count(), 2)
        fill(self.claire, f"{LOAD}retirer/")
        self.assertContains(self.claire.get(PLACE), "Pas encore de carte")

    def test_a_commune_that_leaves_the_perimeter_leaves_the_map(self) -> None:
        """The drawing follows the list."""
        self.send(collection(feature(METZ), feature(WOIPPY, [square(6.3, 49.0)])))
        self.assertEqual(self.claire.get(PLACE).content.count(b'class="map-commune"'), 2)
        over(self.council, METZ)
        self.assertEqual(self.claire.get(PLACE).content.count(b'class="map-commune"'), 1)

    def test_one_council_does_not_draw_on_the_other_s_map(self) -> None:
        """Tenancy: the same commune in two councils has two outlines."""
        other = over(council("autre", "Autre"), METZ)
        paul = member(other, "coordinator", "paul")
        self.send(collection(feature(METZ)))
        self.assertContains(paul.get("/conseils/autre/territoire/"), "Pas encore de carte")

    def test_a_wrong_file_is_refused_in_words_and_writes_nothing(self) -> None:
        """Too long arrives with its true size; what was typed beside it stays."""
        page = self.send(collection(feature(METZ), feature(METZ)))
        self.assertIn("deux fois", errors_of(page))
        self.assertContains(page, "IGN canari 2025")
        page = self.send(b"{" + b" " * geojson.MAX_BYTES)
        self.assertIn("dépasse 5 Mo", errors_of(page))
        self.assertFalse(Contour.objects.exists())

    def test_a_file_between_the_default_limit_and_ours_is_taken(self) -> None:
        """Control of the size: three megabytes come through."""
        content = collection(feature(METZ))[:-1] + b" " * 3_000_000 + b"}"
        self.assertRedirects(self.send(content), PLACE)
        self.assertEqual(Contour.objects.count(), 1)
