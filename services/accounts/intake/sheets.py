"""Workbooks of imports that go out: the templates, and the codes."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from services.accounts.intake.columns import terms_of
from services.accounts.intake.states import Kind
from services.accounts.policy import Policy
from services.spreadsheet import sheets
from services.spreadsheet.columns import offered
from services.spreadsheet.sheets import STREAMED, WIDTH, write_row


def template(policy: Policy, kind: Kind) -> bytes:
    """An empty file of a kind; regions are offered by their names."""
    offers = {field: offered(terms) for field, terms in terms_of(policy, kind).items()}
    if "region_code" in offers:
        offers["region_code"] = [region.name for region in policy.regions.values()]
    return sheets.template(policy.intake.columns[kind], offers, policy.intake.limits.rows)


def activations(rows: Iterable[Sequence[str]], until: str) -> bytes:
    """Sign-in names with names and the codes for their passwords."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, STREAMED) as book:
        sheet = book.add_worksheet("激活码")
        sheet.set_column(0, 3, WIDTH)
        write_row(sheet, 0, ["登录名", "姓名", "激活码", "有效期至"])
        for at, row in enumerate(rows, start=1):
            write_row(sheet, at, [*row, until])
    return stream.getvalue()
