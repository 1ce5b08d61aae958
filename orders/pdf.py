"""Invoices and packing slips as PDF, on A4. Measures are millimetres."""

from collections.abc import Sequence
from pathlib import Path

from django.utils.timezone import localtime
from fpdf import FPDF

from orders.documents import Invoice, InvoiceLine, Slip, SlipLine

LETTERING = Path(__file__).parent / "lettering"
INK, MUTED, HAIRLINE = (30, 30, 30), (101, 95, 88), (221, 214, 201)
LEFT, WIDTH, LINE = 18.0, 174.0, 5.0
QR_SIZE = 24.0
# Quantity, one, total: from the right edge.
COLUMNS = (24.0, 32.0, 34.0)


class Sheet(FPDF):
    """A4 in the shop's type. Each document begins on a page of its own and numbers its pages by itself."""

    def __init__(self) -> None:
        super().__init__(unit="mm", format="A4")
        self.add_font("inter", "", LETTERING / "inter-regular.ttf")
        self.add_font("inter", "B", LETTERING / "inter-semibold.ttf")
        self.set_margins(LEFT, 18, LEFT)
        self.set_auto_page_break(True, margin=22)
        self.set_line_width(0.2)
        self.set_draw_color(*HAIRLINE)
        self.mark = ""

    def footer(self) -> None:
        self.set_y(-14)
        self.write_small(f"{self.mark}, page {self.page_no() - self.begins + 1}", align="R")

    def begin(self, title: str, number: str, mark: str) -> None:
        self.mark = mark
        self.begins = self.page_no() + 1
        self.add_page()
        self.set_text_color(*INK)
        self.set_font("inter", "B", 15)
        self.cell(WIDTH / 2, 8, "PRECHI CLOTHING")
        self.set_font("inter", "B", 12)
        self.cell(WIDTH / 2, 8, f"{title}  {number}", align="R", new_x="LMARGIN", new_y="NEXT")
        self.rule(3)

    def rule(self, space: float) -> None:
        self.ln(space / 2)
        self.line(LEFT, self.get_y(), LEFT + WIDTH, self.get_y())
        self.ln(space)

    def keep_together(self, height: float) -> None:
        """What comes next stands on one page."""
        if self.will_page_break(height):
            self.add_page()

    def write_small(self, text: str, align: str = "L") -> None:
        self.set_font("inter", "", 8.5)
        self.set_text_color(*MUTED)
        self.multi_cell(WIDTH, 4.2, text, align=align, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(*INK)

    def block(self, x: float, y: float, width: float, label: str, lines: Sequence[str], size: float = 10) -> float:
        """A labelled column of text. Returns where it ends."""
        self.set_xy(x, y)
        self.set_font("inter", "", 8.5)
        self.set_text_color(*MUTED)
        self.cell(width, LINE, label, new_x="LEFT", new_y="NEXT")
        self.set_text_color(*INK)
        self.set_font("inter", "", size)
        for line in lines:
            self.set_x(x)
            self.multi_cell(width, LINE * size / 10, line, align="L", new_x="LEFT", new_y="NEXT")
        return self.get_y()


def invoice(invoice: Invoice) -> bytes:
    sheet = Sheet()
    sheet.begin(invoice.title, invoice.number, f"{invoice.title} {invoice.number}")
    top = sheet.get_y()
    placed = f"{localtime(invoice.date):%-d %B %Y}"
    paid = [f"Paid {localtime(invoice.paid_at):%-d %B %Y, %H:%M}"] if invoice.paid_at else ["Not paid"]
    if invoice.cancelled_at:
        paid.append(f"Cancelled {localtime(invoice.cancelled_at):%-d %B %Y}")
    if invoice.bill_to:  # side by side and smaller, so that ten lines stay on one page
        ends = [
            sheet.block(LEFT, top, 40, "From", invoice.seller, 9),
            sheet.block(LEFT + 42, top, 43, "Bill to", invoice.bill_to, 9),
            sheet.block(LEFT + 87, top, 51, "Deliver to", invoice.customer, 9),
            sheet.block(LEFT + 140, top, 34, "Ordered", [placed, *paid], 9),
        ]
    else:
        ends = [
            sheet.block(LEFT, top, 58, "From", invoice.seller),
            sheet.block(LEFT + 62, top, 68, "To", invoice.customer),
            sheet.block(LEFT + 134, top, 40, "Ordered", [placed, *paid]),
        ]
    sheet.set_xy(LEFT, max(ends) + 6)
    _invoice_head(sheet)
    for line in invoice.lines:
        _invoice_line(sheet, line)
    sheet.ln(2)
    for position, (label, amount) in enumerate(invoice.totals, start=1):
        is_total = position == len(invoice.totals)
        sheet.set_font("inter", "B" if is_total else "", 11 if is_total else 10)
        sheet.cell(WIDTH - COLUMNS[2], 6.2, label, align="R")
        sheet.cell(COLUMNS[2], 6.2, amount.display, align="R", new_x="LMARGIN", new_y="NEXT")
    _money_back(sheet, invoice)
    sheet.ln(6)
    for note in invoice.notes:
        sheet.write_small(note)
    return bytes(sheet.output())


def _money_back(sheet: Sheet, invoice: Invoice) -> None:
    """Each with its date, and under them what stays paid; nothing where nothing went back."""
    if not invoice.money_back:
        return
    sheet.keep_together(6.2 + 12 * len(invoice.money_back))
    for back in invoice.money_back:
        sheet.set_font("inter", "", 10)
        label = f"{back.label} {localtime(back.date):%-d %B %Y}"
        sheet.cell(WIDTH - COLUMNS[2], 6.2, label, align="R")
        sheet.cell(COLUMNS[2], 6.2, f"−{back.amount.display}", align="R", new_x="LMARGIN", new_y="NEXT")
        sheet.set_font("inter", "", 8.5)
        sheet.set_text_color(*MUTED)
        sheet.multi_cell(WIDTH - COLUMNS[2], 4.2, back.about, align="R", new_x="LMARGIN", new_y="NEXT")
        sheet.set_text_color(*INK)
    sheet.set_font("inter", "B", 11)
    sheet.cell(WIDTH - COLUMNS[2], 7.2, "Left paid", align="R")
    sheet.cell(COLUMNS[2], 7.2, invoice.left.display, align="R", new_x="LMARGIN", new_y="NEXT")


def _invoice_head(sheet: Sheet) -> None:
    sheet.set_font("inter", "", 8.5)
    sheet.set_text_color(*MUTED)
    sheet.cell(WIDTH - sum(COLUMNS), LINE, "What")
    for width, label in zip(COLUMNS, ("Quantity", "Each", "Total"), strict=True):
        sheet.cell(width, LINE, label, align="R")
    sheet.ln(LINE)
    sheet.set_text_color(*INK)
    sheet.rule(2)


def _invoice_line(sheet: Sheet, line: InvoiceLine) -> None:
    width = WIDTH - sum(COLUMNS)
    small = (*line.about, f"SKU {line.sku}") if line.sku else line.about
    sheet.keep_together(2 * LINE + 4.2 * len(small))
    top = sheet.get_y()
    sheet.set_font("inter", "B", 10)
    sheet.multi_cell(width, LINE, line.name, align="L", new_x="LMARGIN", new_y="NEXT")
    after = sheet.get_y()
    sheet.set_font("inter", "", 10)
    sheet.set_xy(LEFT + width, top)
    for cell, text in zip(COLUMNS, (str(line.quantity), line.unit.display, line.total.display), strict=True):
        sheet.cell(cell, LINE, text, align="R")
    sheet.set_xy(LEFT, after)
    sheet.set_font("inter", "", 8.5)
    sheet.set_text_color(*MUTED)
    for text in small:
        sheet.multi_cell(width, 4.2, text, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.set_text_color(*INK)
    sheet.ln(2.4)


def slips(several: Sequence[Slip]) -> bytes:
    """One document with a page, or more, for each."""
    sheet = Sheet()
    for slip in several:
        _slip(sheet, slip)
    return bytes(sheet.output())


def _slip(sheet: Sheet, slip: Slip) -> None:
    sheet.begin("Packing slip", slip.number, f"Packing slip {slip.number}")
    if slip.warning:
        sheet.set_font("inter", "B", 14)
        sheet.multi_cell(WIDTH, 8, slip.warning, align="L", new_x="LMARGIN", new_y="NEXT")
        sheet.rule(3)
    top = sheet.get_y()
    ends = [
        sheet.block(LEFT, top, 84, "Deliver to", (*slip.deliver_to, slip.phone)),
        sheet.block(LEFT + 88, top, 54, "Ordered", (f"{localtime(slip.date):%-d %B %Y, %H:%M}", slip.zone)),
        top + QR_SIZE,
    ]
    _squares(sheet, slip.squares, LEFT + WIDTH - QR_SIZE, top)
    sheet.set_xy(LEFT, max(ends) + 4)
    if slip.note:
        sheet.set_font("inter", "B", 10)
        sheet.multi_cell(WIDTH, LINE, f"Note: {slip.note}", align="L", new_x="LMARGIN", new_y="NEXT")
        sheet.ln(3)
    sheet.rule(2)
    bundle = ""
    for line in slip.lines:
        if line.bundle and line.bundle != bundle:
            sheet.ln(1)
            sheet.write_small(f"Bundle: {line.bundle}")
            sheet.ln(1)
        bundle = line.bundle
        _slip_line(sheet, line)
    sheet.rule(3)
    sheet.set_font("inter", "B", 11)
    without = f", without {slip.not_in_it} that left before or came out" if slip.not_in_it else ""
    said = f"{slip.pieces} {'piece' if slip.pieces == 1 else 'pieces'} in all{without}"
    sheet.cell(WIDTH, 6, said, new_x="LMARGIN", new_y="NEXT")
    if slip.collect:
        sheet.cell(WIDTH, 8, f"To take at the door: {slip.collect}")


def _slip_line(sheet: Sheet, line: SlipLine) -> None:
    sheet.keep_together(2 * LINE)
    top = sheet.get_y()
    sheet.set_draw_color(*INK)
    sheet.rect(LEFT, top + 0.6, 4.4, 4.4)
    sheet.set_draw_color(*HAIRLINE)
    sheet.set_x(LEFT + 8)
    sheet.set_font("inter", "B", 11)
    sheet.cell(14, 5.6, f"{line.quantity} ×")
    sheet.cell(60, 5.6, line.sku)
    sheet.set_font("inter", "", 10)
    what = f"{line.name}, {line.colour}, {line.size}"
    sheet.multi_cell(WIDTH - 82, 5.6, what, align="L", new_x="LMARGIN", new_y="NEXT")
    if line.warning:
        sheet.set_x(LEFT + 82)
        sheet.set_font("inter", "B", 10)
        sheet.multi_cell(WIDTH - 82, LINE, line.warning, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(2.2)


def _squares(sheet: Sheet, squares: list[list[bool]], x: float, y: float) -> None:
    side = QR_SIZE / len(squares)
    sheet.set_fill_color(*INK)
    for row, cells in enumerate(squares):
        for column, is_dark in enumerate(cells):
            if is_dark:
                # A hair wider than it is, or printers leave white lines between them.
                sheet.rect(x + column * side, y + row * side, side + 0.02, side + 0.02, style="F")
