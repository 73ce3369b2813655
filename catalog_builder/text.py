"""Text from OMERO made fit for a path, a sort order or a comparison. Never for HTML: templates escape."""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata

_RUNS = re.compile(r"[0-9]+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case without accents, for comparing what people type: `Zürich` and `zurich` are the same.

    The browser folds the same way (NFKD, marks dropped, lower case), so both sides agree.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def visible(text: str, nothing: str) -> str:
    """A name as people can see it: `nothing` in place of no name, quotes around blanks, as `wording.js` has it."""
    if text.strip():
        return text
    return f"“{text}”" if text else nothing


def slug(text: str, *, longest: int = 40) -> str:
    """ASCII letters, digits and single hyphens, safe in any path; `x` where nothing is left."""
    return _NOT_SLUG.sub("-", fold(text)).strip("-")[:longest].strip("-") or "x"


def short_hash(text: str) -> str:
    """Sixteen hex digits of SHA-256 over UTF-8: tells apart texts that slug alike.

    Eight were not enough: 60,000 tries find two texts of one slug that share them.
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def natural_key(text: str) -> str:
    """A sort key that puts A2 before A10 and ignores case and accents; ties are for the caller to break.

    Text rather than a tuple of runs, which is ten times as large: a million names are sorted at once.
    """
    return _RUNS.sub(_run_key, fold(text))


def _run_key(run: re.Match[str]) -> str:
    # Before any letter; by length, then digits: int() refuses the 10,000 digits that a hostile name may hold.
    digits = run.group().lstrip("0")
    return f"\0{chr(min(len(digits), sys.maxunicode))}{digits}"
