"""People of a drill: pupils and guardians as they occur in the registry, made from seeded randomness.

None of them exists. ID numbers carry the region code of the drill's county and right check digits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "东方", "尉迟", "慕容", "皇甫")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文辉力永健世广志义兴良海山仁波宁贵福生龙元全国胜学祥才发武新利清"
    "飞彬富顺信子浩宇轩梓涵欣怡佳琪雨晨思远一诺若曦嘉睿沐阳奕辰可馨俊熙诗语"
)
# Characters that older registries could not write: extensions A, B, C and later, and rare ones of the first plane.
RARE = "㛃䶮㸒㻬䄂龑喆堃犇骉燚垚淼翀赟昶𠮷𣲗𬘡𬱟𬍛𫞩𫓹𫖯𬭎𬭼𬸚𫄧𫘧𬴂𬭚𫗧𬒈𬀩𬘫𬘭𬺈𬍤𫍯𫍲𪩘𬊈𬸣𬭸𫄸𫮃𬇙𬬸"
SINGLE_NAMES = ("卓玛", "扎西", "央金", "才让", "索南", "尼玛", "阿依古丽", "古丽米热", "巴特尔", "其其格")
FIRST_PARTS = (
    "阿卜杜热合曼",
    "努尔古丽",
    "木合塔尔",
    "买买提艾力",
    "阿依夏木",
    "伊力哈木",
    "哈力木拉提",
    "古丽巴哈尔",
    "叶尔肯",
    "加娜尔",
)
SECOND_PARTS = ("艾合买提", "买买提", "吐尔逊", "阿卜杜外力", "玉苏甫江", "托合提", "哈德尔", "沙吾列提", "巴合提别克")
# Variants that people type for the dot of a name; the registry's own is U+00B7.
DOTS = "··•・‧．."
LONG_NAME = "阿卜杜热西提穆罕默德·伊敏江阿卜杜外力托合提如则艾合买提"
RELATIONS = ("父亲", "母亲", "祖父", "祖母", "外祖母")
STREETS = ("建设大街", "人民路", "和平里", "槐安路", "平安街", "学府路", "滨河西路", "解放胡同", "光明新村", "柳林屯")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_ID, NO_ID = "1", "Z"


@dataclass(frozen=True, slots=True)
class Guardian:
    name: str
    relation: str
    phone: str


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil. written: the name as the school typed it, perhaps with another dot. born: ISO day.

    id_number: "" if there is none. number: the pupil number (学籍号), a letter and 18 characters, or "" until given.
    sex: "1" male, "2" female.
    """

    name: str
    written: str
    sex: str
    born: str
    number: str
    id_type: str
    id_number: str
    address: str
    guardians: tuple[Guardian, ...]


def check_digit(first_17: str) -> str:
    """GB 11643, ISO 7064 MOD 11-2."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


@dataclass
class Registry:
    """Makes people of one county, never the same number twice. region: six digits. county: its name, for addresses."""

    random: Random
    region: str
    county: str
    _taken: set[str] = field(default_factory=set)
    _phones: int = 0

    def pupil(self, birth_year: int, names_taken: set[str] | None = None) -> Pupil:
        """A pupil born in a school year (September to August) whose name is not among names_taken."""
        sex = self.random.choice("12")
        name = self._name()
        while names_taken is not None and name in names_taken:
            name = self._name()
        born = (date(birth_year, 9, 1) + timedelta(days=self.random.randrange(365))).isoformat()
        id_number = self._id_number(born, sex) if self.random.random() > 0.04 else ""
        surname = name[0] if "·" not in name else name.partition("·")[0]
        return Pupil(
            name,
            self._written(name),
            sex,
            born,
            self._pupil_number(born, sex, id_number),
            RESIDENT_ID if id_number else NO_ID,
            id_number,
            f"{self.county}{self.random.choice(STREETS)}{self.random.randint(1, 388)}号",
            self._guardians(surname),
        )

    def _name(self) -> str:
        draw = self.random.random()
        if draw < 0.004:
            return LONG_NAME
        if draw < 0.05:
            return f"{self.random.choice(FIRST_PARTS)}·{self.random.choice(SECOND_PARTS)}"
        if draw < 0.07:
            return self.random.choice(SINGLE_NAMES)
        surname = self.random.choice(DOUBLE_SURNAMES) if draw < 0.09 else self.random.choice(SURNAMES)
        given = "".join(self.random.choice(GIVEN) for _ in range(self.random.choice((1, 2, 2, 2))))
        if draw < 0.17:
            given = given[:-1] + self.random.choice(RARE)
        return surname + given

    def _written(self, name: str) -> str:
        return name.replace("·", self.random.choice(DOTS))

    def _id_number(self, born: str, sex: str) -> str:
        """Region, birth date, three digits whose last is odd for boys, check digit."""
        while True:
            serial = self.random.randrange(50) * 2 + (sex == "1") + self.random.randrange(9) * 100
            body = f"{self.region}{born.replace('-', '')}{serial:03d}"
            if body not in self._taken:
                self._taken.add(body)
                return body + check_digit(body)

    def _pupil_number(self, born: str, sex: str, id_number: str) -> str:
        """G and the ID number, rarely a G number older than a corrected ID number; J, L or "" without an ID number."""
        if id_number:
            return "G" + (id_number if self.random.random() > 0.03 else self._id_number(born, sex))
        draw = self.random.random()
        if draw < 0.15:
            return ""
        if draw < 0.55:
            return "J" + self._id_number(born, sex)
        while (number := f"L{self.region}{self.random.randrange(10**12):012d}") in self._taken:
            continue
        self._taken.add(number)
        return number

    def _guardians(self, surname: str) -> tuple[Guardian, ...]:
        relations = self.random.sample(RELATIONS, self.random.choice((1, 2, 2, 2)))
        return tuple(
            Guardian(
                (surname if relation in RELATIONS[::2] else self.random.choice(SURNAMES))
                + self.random.choice(GIVEN)
                + self.random.choice(GIVEN),
                relation,
                self._phone(),
            )
            for relation in relations
        )

    def _phone(self) -> str:
        """A mobile number, or for one in twenty a landline."""
        if self.random.random() < 0.05:
            return f"0{self.random.randint(310, 999)}-{self.random.randint(2000000, 8999999)}"
        return f"1{self.random.choice('3456789')}{self.random.randrange(10**9):09d}"
