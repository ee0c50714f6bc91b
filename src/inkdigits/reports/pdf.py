"""The report as a PDF, A4, with the same words and pictures as the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import matplotlib
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace
from PIL import Image

from inkdigits.reports.content import Content
from inkdigits.reports.style import LIGHT

MARGIN = 18.0  # millimetres
WIDTH = 210 - 2 * MARGIN
GAP = 6.0
FONTS = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}


def report_pdf(content: Content, pictures: Mapping[str, bytes]) -> bytes:
    """The PDF file; `pictures` are PNG files by name, those that are missing are left out."""
    pdf = _Document()
    pdf.add_page()
    pdf.headline(content)
    pdf.pictures_side_by_side([pictures[name] for name in ("accuracy", "loss") if name in pictures])
    pdf.pictures_side_by_side([pictures["confusion_matrix"], pictures["calibration"]])
    pdf.pictures_side_by_side([pictures["review"]])
    pdf.section("Scores by class")
    head = ("class", "precision", "recall", "F1", "images")
    pdf.rows(head, [*content.classes, *content.averages], "LRRRR", (2, 1, 1, 1, 1))
    if content.confusions:
        pdf.section("Most frequent confusions")
        pdf.rows(("truth", "read as", "images"), content.confusions, "LLR", (1, 1, 1))
    if "mistakes" in pictures:
        pdf.add_page()
        pdf.wide_picture(pictures["mistakes"])
    if "explanations" in pictures:
        pdf.wide_picture(pictures["explanations"])
    if content.layers:
        pdf.section(f"Network: {content.parameters} parameters")
        pdf.rows(("layer", "kind", "output", "parameters"), content.layers, "LLLR", (3, 3, 3, 2))
    if "filters" in pictures:
        pdf.wide_picture(pictures["filters"], width=0.6 * WIDTH)
    if content.manifest:
        pdf.section("Manifest")
        pdf.listing(content.manifest)
    return bytes(pdf.output())


class _Document(FPDF):
    """A4 pages in the report's colours and fonts."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")
        for emphasis, file in FONTS.items():
            self.add_font("DejaVu", emphasis, fonts / file)
        self.add_font("DejaVu Mono", "", fonts / "DejaVuSansMono.ttf")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)

    def footer(self) -> None:
        self.set_y(-12)
        self.write_line(str(self.page_no()), 8, colour=LIGHT.muted, align="R")

    def write_line(self, text: str, size: float, emphasis: str = "", colour: str = LIGHT.ink, align: str = "L") -> None:
        self.set_font("DejaVu", emphasis, size)
        self.set_text_color(colour)
        self.multi_cell(0, size * 0.5, text, align=align, new_x="LMARGIN", new_y="NEXT")

    def headline(self, content: Content) -> None:
        self.set_title(content.title)
        self.write_line(content.title, 18, "B")
        self.write_line(content.subtitle, 10, colour=LIGHT.muted)
        self.ln(GAP)
        self.write_line(content.accuracy, 30, "B", LIGHT.accent)
        self.write_line(content.accuracy_note, 10, colour=LIGHT.muted)
        self.ln(GAP)
        half = -(-len(content.facts) // 2)
        for row in (content.facts[:half], content.facts[half:]):
            self._facts(row, WIDTH / half)
        self.ln(GAP / 2)

    def _facts(self, facts: Sequence[tuple[str, str]], width: float) -> None:
        top = self.get_y()
        for number, (name, value) in enumerate(facts):
            self.set_xy(MARGIN + number * width, top)
            self.set_font("DejaVu", "", 8)
            self.set_text_color(LIGHT.muted)
            self.cell(width, 4, name, new_x="LEFT", new_y="NEXT")
            self.set_font("DejaVu", "B", 11)
            self.set_text_color(LIGHT.ink)
            self.cell(width, 6, value)
        self.set_xy(MARGIN, top + 13)

    def section(self, title: str) -> None:
        if self.will_page_break(40):
            self.add_page()
        self.ln(GAP)
        self.write_line(title, 13, "B")
        self.ln(2)

    def rows(self, head: Sequence[str], rows: Iterable[Sequence[str]], align: str, widths: tuple[int, ...]) -> None:
        self.set_font("DejaVu", "", 9)
        self.set_text_color(LIGHT.ink)
        self.set_draw_color(LIGHT.grid)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(color=LIGHT.muted, emphasis=""),
            text_align=[{"L": "LEFT", "R": "RIGHT"}[letter] for letter in align],
            col_widths=widths,
            line_height=5.6,
        ) as table:
            table.row(head)
            for row in rows:
                table.row(row)

    def pictures_side_by_side(self, pictures: Sequence[bytes]) -> None:
        width = (WIDTH - GAP) / 2
        heights = [width * _proportion(picture) for picture in pictures]
        if not pictures:
            return
        if self.will_page_break(max(heights)):
            self.add_page()
        top = self.get_y()
        for number, picture in enumerate(pictures):
            self.image(BytesIO(picture), x=MARGIN + number * (width + GAP), y=top, w=width)
        self.set_y(top + max(heights) + GAP)

    def wide_picture(self, picture: bytes, width: float = WIDTH) -> None:
        height = width * _proportion(picture)
        if self.will_page_break(height):
            self.add_page()
        self.image(BytesIO(picture), x=MARGIN, w=width)
        self.ln(GAP)

    def listing(self, text: str) -> None:
        self.set_font("DejaVu Mono", "", 7.5)
        self.set_text_color(LIGHT.ink)
        self.multi_cell(0, 3.8, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _proportion(picture: bytes) -> float:
    """Height over width of a PNG file."""
    with Image.open(BytesIO(picture)) as image:
        return image.height / image.width
