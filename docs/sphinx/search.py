"""Search that finds numbers and Chinese, which Sphinx's English search leaves out.

Sphinx splits pages in Python and a query in JavaScript; both must give the same terms.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

_HAN = "[\u3400-\u9fff]"  # Chinese characters
_WORDS = re.compile(rf"({_HAN}+)|((?:(?!{_HAN})\w)+)")


class SearchEnglishAndChinese(SearchEnglish):
    """English words, numbers, and Chinese by characters and pairs of neighbouring characters."""

    # Chinese has no spaces, so a query's pairs stand for its words. Sphinx drops a query's number
    # unless something follows the digits; the stemmer takes the blank away again.
    js_splitter_code = rf"""
var splitQuery = (query) =>
  (query.match(/{_HAN}+|(?:(?!{_HAN})[\p{{L}}\p{{N}}_])+/gu) ?? []).flatMap((word) => {{
    if (/^\d+$/.test(word)) return [word + " "];
    if (!/^{_HAN}{{3,}}$/.test(word)) return [word];
    return Array.from({{ length: word.length - 1 }}, (_, at) => word.slice(at, at + 2));
  }});
window.Stemmer = function () {{
  const english = new EnglishStemmer();
  this.stemWord = (word) => english.stemWord(word.trim());
}};
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx's name
        """Return the terms of a text."""
        return [
            term
            for chinese, other in _WORDS.findall(input)
            for term in (_split_chinese(chinese) if chinese else [other])
        ]

    def word_filter(self, word: str) -> bool:
        """Return whether a term is indexed: all are, numbers too, but English stop words."""
        return word not in self.stopwords


def _split_chinese(run: str) -> Iterable[str]:
    yield from run
    yield from map("".join, pairwise(run))


def setup(app: Sphinx) -> dict[str, bool]:
    """Replace Sphinx's English search."""
    app.add_search_language(SearchEnglishAndChinese)
    return {"parallel_read_safe": True}
