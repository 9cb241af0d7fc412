"""Stems of French and German words.

https://snowballstem.org/algorithms/french/stemmer.html, .../german/stemmer.html
"""

from __future__ import annotations

import re

from local_athena.dialect.udf.stemming import Word

_FR = "aeiouyâàëéêèïîôûù"
_FR_PLAIN = "ance iqUe isme able iste eux ances iqUes ismes ables istes"
_FR_ATION = "atrice ateur ation atrices ateurs ations"
_FR_REPLACED = {
    "logie": "log", "logies": "log", "usion": "u", "ution": "u", "usions": "u", "utions": "u", "ence": "ent", "ences": "ent",
}  # fmt: skip
_FR_OTHERS = """
ement ements ité ités if ive ifs ives eaux aux euse euses issement issements amment emment ment ments
"""
_FR_SUFFIXES = f"{_FR_PLAIN} {_FR_ATION} {' '.join(_FR_REPLACED)} {_FR_OTHERS}"
_FR_I_VERBS = """
îmes ît îtes i ie ies ir ira irai iraIent irais irait iras irent irez iriez irions irons iront is issaIent issais issait issant
issante issantes issants isse issent isses issez issiez issions issons it
"""
_FR_E_VERBS = "é ée ées és èrent er era erai eraIent erais erait eras erez eriez erions erons eront ez iez"
_FR_A_VERBS = "âmes ât âtes a ai aIent ais ait ant ante antes ants as asse assent asses assiez assions"


_FR_MARKED = re.compile(f"[{_FR}][ui](?=[{_FR}])|[{_FR}]y|[ëï]|y(?=[{_FR}])|qu")


def french(text: str) -> str:
    w = Word(_french_marked(text), _FR)
    w.rv = _french_rv(w.text)
    suffix = w.ending(_FR_SUFFIXES)
    changed = _french_suffix(w, suffix)
    if not changed or suffix in ("amment", "emment", "ment", "ments"):
        changed = _french_verb(w) or changed
    if changed:
        w.text = re.sub("Y$", "i", re.sub("ç$", "c", w.text))
    else:
        _french_rest(w)
    w.text = re.sub("(enn|onn|ett|ell|eill)$", lambda m: m[1][:-1], w.text)
    w.text = re.sub(f"[éè]([^{_FR}]+)$", r"e\1", w.text)
    return w.text.replace("He", "ë").replace("Hi", "ï").replace("H", "").lower()


def _french_marked(text: str) -> str:
    """Vowels that are none in French are capitals; ë and ï, which part two of them, have an H before them."""
    return _FR_MARKED.sub(_french_mark, text)


def _french_mark(m: re.Match[str]) -> str:
    found = m[0]
    if found in "ëï":
        return "He" if found == "ë" else "Hi"
    return found.upper() if len(found) == 1 else found[0] + found[1].upper()


def _french_rv(text: str) -> int:
    if len(text) > 2 and (text[:3] in ("par", "col", "tap") or (text[0] in _FR and text[1] in _FR)):
        return 3
    found = re.compile(f"[{_FR}]").search(text, 1)
    return found.end() if found else len(text)


def _french_suffix(w: Word, found: str) -> bool:
    if found in _FR_REPLACED:
        return w.cut(found, w.r2, _FR_REPLACED[found])
    if found in _FR_PLAIN.split():
        return w.cut(found, w.r2)
    if found in _FR_ATION.split():
        return w.cut(found, w.r2) and (w.cut("ic", w.r2) or w.cut("ic", 0, "iqU") or True)
    if found in ("ement", "ements"):
        return w.cut(found, w.rv) and _french_before_ement(w)
    if found in ("ité", "ités"):
        return w.cut(found, w.r2) and _french_before_ite(w)
    if found in ("if", "ive", "ifs", "ives"):
        if not w.cut(found, w.r2):
            return False
        _ = w.cut("at", w.r2) and (w.cut("ic", w.r2) or w.cut("ic", 0, "iqU"))
        return True
    if found == "eaux":
        return w.cut(found, 0, "eau")
    if found == "aux":
        return w.cut(found, w.r1, "al")
    if found in ("euse", "euses"):
        return w.cut(found, w.r2) or w.cut(found, w.r1, "eux")
    if found in ("issement", "issements"):
        return w.preceded(found, f"^{_FR}") and w.cut(found, w.r1)
    if found in ("amment", "emment"):
        return w.cut(found, w.rv, "ant" if found == "amment" else "ent")
    vowel = len(w.text) - len(found) - 1
    return bool(found) and vowel >= w.rv and w.preceded(found, _FR) and w.cut(found, 0)


def _french_before_ement(w: Word) -> bool:
    if w.text.endswith("iv"):
        _ = w.cut("iv", w.r2) and w.cut("at", w.r2)
    elif w.text.endswith("eus"):
        _ = w.cut("eus", w.r2) or w.cut("eus", w.r1, "eux")
    elif w.text.endswith(("abl", "iqU")):
        w.cut_any("abl iqU", w.r2)
    elif w.text.endswith(("ièr", "Ièr")):
        w.cut_any("ièr Ièr", w.rv, "i")
    return True


def _french_before_ite(w: Word) -> bool:
    if w.text.endswith("abil"):
        _ = w.cut("abil", w.r2) or w.cut("abil", 0, "abl")
    elif w.text.endswith("ic"):
        _ = w.cut("ic", w.r2) or w.cut("ic", 0, "iqU")
    else:
        w.cut("iv", w.r2)
    return True


def _french_verb(w: Word) -> bool:
    found = w.ending(_FR_I_VERBS, w.rv)
    if found and len(w.text) - len(found) > w.rv and w.preceded(found, f"^H{_FR}"):
        return w.cut(found, w.rv)
    found = w.ending(f"ions {_FR_E_VERBS} {_FR_A_VERBS}", w.rv)
    if found == "ions":
        return w.cut(found, w.r2)
    if not w.cut(found, w.rv):
        return False
    if found in _FR_A_VERBS.split():
        w.cut("e", w.rv)
    return True


def _french_rest(w: Word) -> None:
    if re.search("(?:[^aiouès]|Hi)s$", w.text):
        w.text = w.text[:-1]
    found = w.ending("ion ier ière Ier Ière e", w.rv)
    if found == "ion":
        _ = len(w.text) - 3 > w.rv and w.preceded(found, "st") and w.cut(found, w.r2)
    elif found:
        w.cut(found, w.rv, "" if found == "e" else "i")


_DE = "aeiouyäöü"


def german(text: str) -> str:
    text = re.sub(f"([{_DE}])([uy])(?=[{_DE}])", lambda m: m[1] + m[2].upper(), text.replace("ß", "ss"))
    w = Word(text, _DE)
    w.r1 = max(w.r1, min(3, len(text)))
    found = w.ending("em ern er e en es s")
    if found == "s":
        _ = w.preceded("s", "bdfghklmnrt") and w.cut("s", w.r1)
    elif w.cut(found, w.r1) and found in ("e", "en", "es") and w.text.endswith("niss"):
        w.text = w.text[:-1]
    found = w.ending("en er est st")
    if found == "st":
        _ = len(w.text) > 5 and w.preceded("st", "bdfghklmnt") and w.cut("st", w.r1)
    else:
        w.cut(found, w.r1)
    _german_d(w)
    return w.text.replace("U", "u").replace("Y", "y").translate(str.maketrans("äöü", "aou"))


def _german_d(w: Word) -> None:
    found = w.ending("end ung ig ik isch lich heit keit")
    if found in ("ig", "ik", "isch"):
        _ = not w.preceded(found, "e") and w.cut(found, w.r2)
    elif w.cut(found, w.r2):
        if found in ("end", "ung"):
            _ = not w.preceded("ig", "e") and w.cut("ig", w.r2)
        elif found in ("lich", "heit"):
            w.cut_any("er en", w.r1)
        else:
            w.cut_any("lich ig", w.r2)
