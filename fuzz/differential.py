#!/usr/bin/env python3
"""Cells, words and their count, as greenlane reads them and as independent readers do.

    python3 -m venv venv && venv/bin/pip install openpyxl xlrd pyxlsb python-docx     # and poppler's pdftotext
    cargo build --bin drive
    venv/bin/python differential.py DRIVE [FILE or FOLDER ...]      # default: ../fixtures

XLSX by openpyxl, XLS by xlrd, XLSB by pyxlsb, cell by cell; DOCX by python-docx and PDF by pdftotext, word by word.
Every difference is printed; exit 1 when there is one. Files an independent reader cannot open are named.
"""
import collections
import datetime
import json
import logging
import pathlib
import re
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def ours(drive, path):
    """Cells by sheet: (row, column) -> text; and all texts, those beside the cells too."""
    out = subprocess.run([drive, "cells", str(path)], capture_output=True, text=True, check=True).stdout
    sheets, texts, blocked = collections.defaultdict(dict), [], False
    for line in out.splitlines():
        cell = json.loads(line)
        blocked |= "blocked" in cell
        if "row" in cell:
            sheets[cell["part"]][cell["row"], cell["col"]] = cell["text"]
        # What stands in a cell and is said beside it as well (hidden, struck) is there once.
        if "text" in cell and ("row" in cell or cell["text"] not in texts):
            texts.append(cell["text"])
    return sheets, texts, blocked


def number(text):
    try:
        return float(str(text).strip().replace(",", ""))
    except ValueError:
        return None


def alike(text, value, formatted):
    """What is shown against what is stored: the same text, number, day or truth; a number format may add to it."""
    text = text.strip()
    if isinstance(value, bool):
        return text.upper() == str(value).upper()
    if isinstance(value, (datetime.datetime, datetime.date)):
        digits = [int(d) for d in re.findall(r"\d+", text)]
        return any(y in digits for y in (value.year, value.year % 100)) and value.month in digits and value.day in digits
    if isinstance(value, datetime.time):
        return str(value.minute) in text
    if isinstance(value, (int, float)):
        if formatted == "serial" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return text == str((datetime.datetime(1899, 12, 30) + datetime.timedelta(value)).date())
        shown = number(text)
        if shown is not None and abs(shown - value) <= 1e-9 * max(1, abs(value)):
            return True
        digits = re.sub(r"[^0-9.]", "", text)
        return formatted and (number(digits) in (abs(value), abs(value) * 100) or abs((number(digits) or 0) - abs(value)) < 0.5)
    return "".join(text.split()) == "".join(str(value).split())


def of_xlsx(path):
    import openpyxl
    book = openpyxl.load_workbook(path, data_only=True, rich_text=False)
    for sheet in book.worksheets:
        cells = {}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and str(cell.value).strip():
                    cells[cell.row - 1, cell.column - 1] = (cell.value, cell.number_format != "General")
        yield sheet.title, cells


def of_xls(path):
    import xlrd
    book = xlrd.open_workbook(path, formatting_info=True)
    for sheet in book.sheets():
        cells = {}
        for r in range(sheet.nrows):
            for c in range(sheet.ncols):
                cell = sheet.cell(r, c)
                if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) or not str(cell.value).strip():
                    continue
                value = cell.value
                if cell.ctype == xlrd.XL_CELL_DATE:
                    value = xlrd.xldate.xldate_as_datetime(value, book.datemode)
                elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                    value = bool(value)
                elif cell.ctype == xlrd.XL_CELL_ERROR:
                    value = xlrd.error_text_from_code.get(value, "#?")
                cells[r, c] = (value, True)
        yield sheet.name, cells


def of_xlsb(path):
    import pyxlsb
    with pyxlsb.open_workbook(str(path)) as book:
        for name in book.sheets:
            cells = {}
            with book.get_sheet(name) as sheet:
                for row in sheet.rows(sparse=True):
                    for cell in row:
                        # This reader tells of a day its number only.
                        if cell.v is not None and str(cell.v).strip():
                            cells[cell.r, cell.c] = (cell.v, "serial")
            yield name, cells


def of_docx(path):
    import docx
    import lxml.etree
    document = docx.Document(str(path))
    # Heads, feet and notes are parts of their own.
    beside = re.compile(r"/word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
    others = [p for p in document.part.package.iter_parts() if beside.fullmatch(str(p.partname))]
    parts = [document.element.body] + [lxml.etree.fromstring(p.blob) for p in others]
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    for paragraph in (p for part in parts for p in part.iter(space + "p")):
        yield "".join(t.text or "" for t in paragraph.iter(space + "t", space + "delText"))


def of_pdf(path):
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout.splitlines()


def cells_differ(path, reader, drive):
    found, _, blocked = ours(drive, path)
    count, out = 0, []
    for name, cells in reader(path):
        count += len(cells)
        own = found.get(name, {})
        for place in sorted(set(cells) | set(own)):
            value, formatted = cells.get(place, (None, False))
            text = own.get(place)
            if text is None or value is None or not alike(text, value, formatted):
                out.append(f"{name} row {place[0] + 1} column {place[1] + 1}: ours {text!r}, theirs {value!r}")
    return count, out, blocked


def words_differ(path, reader, drive):
    _, texts, blocked = ours(drive, path)
    squeezed = lambda t: "".join(str(t).split())
    whole = squeezed("".join(texts))
    left = collections.Counter(whole)
    count, out = 0, []
    for line in reader(path):
        for word in line.split():
            count += 1
            letters = collections.Counter(word)
            if word in whole or not letters - left:
                continue
            out.append(f"not in ours: {word!r}")
    theirs = collections.Counter(squeezed("".join(reader(path))))
    more = sum((left - theirs).values())
    if more:
        out.append(f"{more} letters more in ours: {''.join((left - theirs).elements())[:60]!r}")
    return count, out, blocked


KINDS = {
    ".xlsx": ("cells", "openpyxl", of_xlsx),
    ".xlsm": ("cells", "openpyxl", of_xlsx),
    ".xls": ("cells", "xlrd", of_xls),
    ".xlsb": ("cells", "pyxlsb", of_xlsb),
    ".docx": ("words", "python-docx", of_docx),
    ".pdf": ("words", "pdftotext", of_pdf),
}


def main():
    sys.stdout.reconfigure(line_buffering=True)
    drive, *asked = sys.argv[1:]
    roots = [pathlib.Path(p) for p in asked] or [pathlib.Path(__file__).parent.parent / "fixtures"]
    paths = sorted(p for root in roots for p in (root.rglob("*") if root.is_dir() else [root]) if p.suffix in KINDS)
    table, failed = collections.defaultdict(lambda: [0, 0, 0, 0]), False
    for path in paths:
        what, library, reader = KINDS[path.suffix]
        row = table[f"{path.suffix[1:]} by {library}, {what}"]
        try:
            differ = cells_differ if what == "cells" else words_differ
            count, out, blocked = differ(path, reader, drive)
        except Exception as why:
            row[3] += 1
            print(f"{path}: {library} cannot read it: {type(why).__name__}: {str(why)[:80]}")
            continue
        # What is not read whole is said; a difference there is no silence.
        mark = " (and we say that it is not read whole)" if blocked else ""
        for line in out[:20]:
            print(f"{path}: {line}{mark}")
        failed |= bool(out) and not blocked
        row[0] += 1
        row[1] += count
        row[2] += 0 if blocked else len(out)
    print("\n| format, reader | files | cells or words | differences in silence | unread by it |\n|---|---:|---:|---:|---:|")
    for name, row in sorted(table.items()):
        print(f"| {name} | " + " | ".join(map(str, row)) + " |")
    sys.exit(1 if failed else 0)


main()
