"""Types of identity documents as people write them, each a whole word: one that only contains another is another.

The registry's own titles are in code_lists.ID_TYPES. Words are compared without punctuation and in capitals.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.roster.roster_file.cells.coded import squeezed
from services.roster.roster_file.code_lists import ID_TYPES

BY_CODE = """
1 身份证 二代身份证 二代居民身份证 第二代身份证 第二代居民身份证 二代证 公民身份证 临时身份证 临时居民身份证
1 大陆身份证 内地身份证 身分证 居民身分证 居民身份证(二代) 身份证(二代)
1 中国身份证 中国居民身份证 中华人民共和国居民身份证 身份证号 身份证号码 居民身份证号 居民身份证号码
1 公民身份号码 大陆居民身份证
1 id-card resident-id identity-card resident-id-card resident-identity-card
6 香港特区护照 香港特别行政区护照 香港护照 香港身份证 香港居民身份证 香港永久性居民身份证 香港特区身份证明
6 香港特别行政区身份证
6 香港身份证明 香港特别行政区护照/身份证明 香港护照/身份证明
7 澳门特区护照 澳门特别行政区护照 澳门护照 澳门身份证 澳门居民身份证 澳门永久性居民身份证 澳门特区身份证明
7 澳门特别行政区身份证
7 澳门身份证明 澳门特别行政区护照/身份证明 澳门护照/身份证明
8 台胞证 台湾同胞证 台湾居民通行证 台湾同胞来往大陆通行证 台湾居民来往内地通行证 台湾来往大陆通行证
8 台湾居民往来大陆通行证
8 台湾居民来往大陆通行证(台胞证) 台胞证(台湾居民来往大陆通行证)
9 永居证 五星卡
9 外国人永久居留身份证 外国人永久居留证 外国人永久居住证 永久居留身份证 永久居留证 永久居住证 permanent-residence
A 外国护照 中国护照 中华人民共和国护照 因私护照 普通护照 护照号 护照号码 passport
B 户口 户口本 户口薄 居民户口簿 居民户口本 居民户口薄 户籍本 户籍簿 户口簿号 household-register
C 港澳台居住证 港澳居民居住证 台湾居民居住证 香港居民居住证 澳门居民居住证 港澳居住证 台湾居住证
C 中华人民共和国港澳居民居住证
C 中华人民共和国台湾居民居住证 中华人民共和国港澳台居民居住证
Z 其它 其他证件 其它证件 其他身份证件 其他有效证件 其他有效身份证件 出生医学证明 出生证 出生证明 医学出生证明
Z other others
"""
CODES: Mapping[str, str] = {
    **{squeezed(title): code for code, title in ID_TYPES.items()},
    **{squeezed(word): line[0] for line in BY_CODE.strip().splitlines() for word in line[2:].split()},
}
NO_DOCUMENT = frozenset(
    ("无", "暂无", "没有", "无证", "无证件", "无身份证", "无身份证件", "没有证件", "未办", "未办理", "未取得", "NONE")
)
# The permit names no territory: its number does, H for Hong Kong, M for Macao.
RETURN_PERMIT_WORDS = """
回乡证 港澳回乡证 港澳居民来往内地通行证 港澳居民往来内地通行证 港澳居民来往大陆通行证 港澳同胞回乡证
港澳居民通行证 港澳通行证
港澳来往内地通行证 香港回乡证 澳门回乡证 香港居民来往内地通行证 澳门居民来往内地通行证
"""
RETURN_PERMITS = frozenset(RETURN_PERMIT_WORDS.split())
RESIDENCE_PERMITS = frozenset(("居住证", "居民居住证"))  # of people from Hong Kong, Macao and Taiwan, or of anybody
