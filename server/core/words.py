"""How many words a text has.

The client counts by the same rule; protocol/vectors.json holds the cases that both are tested with.
"""

import re

SEPARATORS = (
    r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # whitespace, as JavaScript's \s has it
    r"\u0085\u200b"  # next line; zero width space
    r"\u2013-\u2015\u2e3a\u2e3b"  # en and em dash, bar, two-em and three-em dash
)

# Python's re knows no scripts: these are Unicode's Script = Han, Hiragana, Katakana and Bopomofo, and the two
# prolonged sound marks (U+30FC, U+FF70), which Unicode calls common to both Kana.
IDEOGRAPHS = (
    r"\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b"  # Han: radicals, marks, numerals
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufa6d\ufa70-\ufad9\U00016fe2\U00016fe3\U00016ff0-\U00016ff6"
    r"\U00020000-\U0003fffd"
    r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u32d0-\u32fe\u3300-\u3357"  # Kana
    r"\uff66-\uff9d\U0001aff0-\U0001affe\U0001b000-\U0001b167\U0001f200"
    r"\u02ea\u02eb\u3105-\u312f\u31a0-\u31bf"  # Bopomofo
)

# Thai, Lao, Khmer and Myanmar write no spaces between words.
UNSPACED = (
    r"\u0e01-\u0e3a\u0e40-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17f9\u19e0-\u19ff\ua9e0-\ua9fe\uaa60-\uaa7f"
    r"\U000116d0-\U000116e3"
)

TOKEN = re.compile(
    rf"[{IDEOGRAPHS}]"
    rf"|[{UNSPACED}]+"
    rf"|(?:(?!--)[^{SEPARATORS}{IDEOGRAPHS}{UNSPACED}])+"  # of three hyphens the last leads the next token
)
IDEOGRAPH = re.compile(rf"[{IDEOGRAPHS}]")
LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def count_words(text: str) -> int:
    """The words of `text`.

    Whitespace, dashes (not hyphens) and `--` separate tokens; a token with a letter or a digit is a word; each Han,
    Kana or Bopomofo character is a word of its own. A run of Thai, Lao, Khmer or Myanmar is one word here: only the
    client, with Intl.Segmenter, has the dictionary that finds the words in it.
    """
    return sum(1 for token in TOKEN.findall(text) if IDEOGRAPH.match(token) or LETTER_OR_DIGIT.search(token))
