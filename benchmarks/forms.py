"""Forms: the pages of a class, against typst on pages with the same words and no logic, in the same kind of process."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pypdfium2

from benchmarks.engines import Bench
from benchmarks.harness import Figure, Measurement, stopwatch
from drill.printed import text_of
from services.roster.forms import glyphs
from services.roster.forms.form import Form, render
from shared.infrastructure.typesetting import typeset
from shared.language import codes
from tests.unit.roster.numbers import id_number, pupil_number

CLASS, BORN = 45, "2017-05-01"
CAMPAIGN, PORTAL = "2026年秋季学籍核查", "http://portal.example"
HEAD = """#set page(paper: "a4", margin: (x: 12mm, top: 10mm, bottom: 9mm))
#set text(font: "Noto Sans CJK SC", lang: "zh", region: "cn", size: 8pt, fallback: false)
"""


def made_up_forms(count: int, seed: int = 7) -> list[Form]:
    """The forms of a typical class: some forty fields of a pupil with two guardians."""
    rnd = random.Random(seed)
    return [
        Form(
            "长安区第三中心小学",
            "小学2024级3班",
            "三年级",
            _fields(number),
            code := codes.make(rnd.randrange, kind=codes.UPLOAD),
            codes.make(rnd.randrange, kind=codes.REGISTRATION),
            codes.make_serial(code, bytes(32), rnd.randrange),
        )
        for number in range(1, count + 1)
    ]


def _fields(number: int) -> dict[str, str]:
    person = {
        "name": "欧阳小红",
        "sex": "2",
        "birth_date": BORN,
        "pupil_number": pupil_number(BORN, number),
        "id_type": "1",
        "id_number": id_number(BORN, number),
        "birth_place": "河北省石家庄市",
        "ethnic_group": "汉族",
        "country": "中国",
        "health": "健康",
        "household_kind": "非农业",
        "entry_month": "2024-09",
        "address": f"长安区建设北大街{number}号",
        "home_address": f"长安区建设北大街{number}号",
        "phone": f"1381234{number:04d}",
        "postcode": "050011",
        "only_child": "1",
    }
    for n, relation in ((1, "父亲"), (2, "母亲")):
        person |= {
            f"guardian{n}_name": "欧阳建国",
            f"guardian{n}_relation": relation,
            f"guardian{n}_phone": f"1391234{number:04d}",
            f"guardian{n}_work": "石家庄市第一棉纺厂",
            f"guardian{n}_is_guardian": "1",
        }
    return person


def measurements(bench: Bench) -> Iterator[Measurement]:
    forms = made_up_forms(bench.size(CLASS, 3))
    plain = bench.folder / "plain.typ"
    pages = write_plain(plain, render(forms, CAMPAIGN, PORTAL))

    def ours(number: int) -> Mapping[str, float]:
        with stopwatch() as watch:
            render(forms, CAMPAIGN, PORTAL)
        return {"pages": pages / watch.seconds}

    def theirs(number: int) -> Mapping[str, float]:
        with stopwatch() as watch:
            pdf = typeset(plain, {}, glyphs.FOLDERS, tagged=False)
        assert len(pypdfium2.PdfDocument(pdf)) == pages
        return {"pages": pages / watch.seconds}

    yield Measurement(
        "forms",
        f"Confirmation forms of a class of {len(forms)}",
        "form.render: tables that fit one page, QR codes, one PDF",
        "typst on the same words, a paragraph a page, no table and no QR",
        (Figure("pages", "pages/s"),),
        ours,
        theirs,
        budget=45,
    )


def write_plain(path: Path, pdf: bytes) -> int:
    """Writes the words of a PDF as a typst file, a paragraph a page. Returns the number of pages."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [text_of(document, index) for index in range(len(document))]
    path.write_text(
        HEAD
        + "\n#pagebreak()\n".join(
            "  ".join(f"#{json.dumps(line, ensure_ascii=False)}" for line in text.splitlines()) for text in texts
        )
    )
    return len(texts)
