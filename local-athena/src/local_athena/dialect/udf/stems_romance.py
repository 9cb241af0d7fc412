"""Stems of Spanish, Portuguese and Italian words.

https://snowballstem.org/algorithms/spanish/stemmer.html and its neighbours.
"""

from __future__ import annotations

import re

from local_athena.dialect.udf.stemming import Word

_ES_PRONOUNS = "me se sela selo selas selos la le lo las les los nos"
_ES_PLAIN = """
anza anzas ico ica icos icas ismo ismos able ables ible ibles ista istas oso osa osos osas amiento amientos imiento imientos
"""
_ES_IC = "adora ador ación adoras adores aciones ante antes ancia ancias"
_ES_OTHERS = "logía logías ución uciones encia encias amente mente idad idades iva ivo ivas ivos"
_ES_Y = "ya ye yan yen yeron yendo yo yó yas yes yais yamos"
_ES_E = "en es éis emos"
_ES_VERBS = """
arían arías arán arás aríais aría aréis aríamos aremos ará aré erían erías erán erás eríais ería eréis eríamos eremos erá eré
irían irías irán irás iríais iría iréis iríamos iremos irá iré aba ada ida ía ara iera ad ed id ase iese aste iste an aban ían
aran ieran asen iesen aron ieron ado ido ando iendo ió ar er ir as abas adas idas ías aras ieras ases ieses ís áis abais íais
arais ierais aseis ieseis asteis isteis ados idos amos ábamos íamos imos áramos iéramos iésemos ásemos
"""
_ACUTE = str.maketrans("áéíóú", "aeiou")


def spanish(text: str) -> str:
    w = Word(text, "aeiouáéíóúü")
    w.romance_rv()
    _spanish_pronoun(w)
    if not _spanish_suffix(w):
        y = w.ending(_ES_Y, w.rv)
        if not (y and w.preceded(y, "u") and w.cut(y, w.rv)):
            verb = w.ending(f"{_ES_E} {_ES_VERBS}", w.rv)
            if w.cut(verb, w.rv) and verb in _ES_E.split() and w.text.endswith("gu"):
                w.text = w.text[:-1]
    last = w.ending("os a o á í ó e é", w.rv)
    if w.cut(last, w.rv) and last in ("e", "é") and w.text.endswith("gu"):
        w.cut("u", w.rv)
    return w.text.translate(_ACUTE)


def _spanish_pronoun(w: Word) -> None:
    pronoun = w.ending(_ES_PRONOUNS)
    stem = w.text[: len(w.text) - len(pronoun)]
    verb = Word(stem, w.vowels).ending("iéndo ándo ár ér ír ando iendo ar er ir yendo")
    if not pronoun or not verb or len(stem) - len(verb) < w.rv:
        return
    if verb == "yendo" and not stem.endswith("uyendo"):
        return
    w.text = stem[: len(stem) - len(verb)] + verb.translate(_ACUTE)


def _spanish_suffix(w: Word) -> bool:
    found = w.ending(f"{_ES_PLAIN} {_ES_IC} {_ES_OTHERS}")
    if found in _ES_PLAIN.split():
        return w.cut(found, w.r2)
    if found in _ES_IC.split():
        return w.cut(found, w.r2) and (w.cut("ic", w.r2) or True)
    return bool(found) and _shared_suffix(
        w,
        found,
        {"logía": "log", "logías": "log", "ución": "u", "uciones": "u", "encia": "ente", "encias": "ente"},
        "ante able ible",
        "os ic ad",
    )


def _shared_suffix(w: Word, found: str, replaced: dict[str, str], before_mente: str, before_amente: str) -> bool:
    """Endings that the three languages treat alike."""
    if found in replaced:
        return w.cut(found, w.r2, replaced[found])
    if found == "amente":
        if not w.cut(found, w.r1):
            return False
        _ = w.cut("at", w.r2) if w.cut("iv", w.r2) else w.cut_any(before_amente, w.r2)
        return True
    if not w.cut(found, w.r2):
        return False
    if found == "mente":
        w.cut_any(before_mente, w.r2)
    elif found in ("idad", "idades", "idade", "ità"):
        w.cut_any("abil ic iv", w.r2)
    elif w.cut("at", w.r2) and found in ("ivi", "ive") + (("iva", "ivo") if "à" in w.vowels else ()):
        w.cut("ic", w.r2)
    return True


_PT_PLAIN = """
eza ezas ico ica icos icas ismo ismos ável ível ista istas oso osa osos osas amento amentos imento imentos adora ador aça~o
adoras adores aço~es ante antes ância
"""
_PT_OTHERS = "logia logias uça~o uço~es ência ências amente mente idade idades iva ivo ivas ivos ira iras"
_PT_VERBS = """
ada ida ia aria eria iria ará ara erá era irá ava asse esse isse aste este iste ei arei erei irei am iam ariam eriam iriam aram
eram iram avam em arem erem irem assem essem issem ado ido ando endo indo ara~o era~o ira~o ar er ir as adas idas ias arias erias
irias arás aras erás eras irás avas es ardes erdes irdes ares eres ires asses esses isses astes estes istes is ais eis íeis aríeis
eríeis iríeis áreis areis éreis ereis íreis ireis ásseis ésseis ísseis áveis ados idos ámos amos íamos aríamos eríamos iríamos
áramos éramos íramos ávamos emos aremos eremos iremos ássemos êssemos íssemos imos armos ermos irmos eu iu ou ira iras
"""


def portuguese(text: str) -> str:
    w = Word(text.replace("ã", "a~").replace("õ", "o~"), "aeiouáéíóúâêô")
    w.romance_rv()
    if _portuguese_suffix(w) or w.cut(w.ending(_PT_VERBS, w.rv), w.rv):
        if w.text.endswith("ci"):
            w.cut("i", w.rv)
    else:
        w.cut_any("os a i o á í ó", w.rv)
    if w.cut_any("e é ê", w.rv):
        if w.text.endswith("gu"):
            w.cut("u", w.rv)
        elif w.text.endswith("ci"):
            w.cut("i", w.rv)
    elif w.text.endswith("ç"):
        w.text = w.text[:-1] + "c"
    return w.text.replace("a~", "ã").replace("o~", "õ")


def _portuguese_suffix(w: Word) -> bool:
    found = w.ending(f"{_PT_PLAIN} {_PT_OTHERS}")
    if found in _PT_PLAIN.split():
        return w.cut(found, w.r2)
    if found in ("ira", "iras"):
        return w.preceded(found, "e") and w.cut(found, w.rv, "ir")
    replaced = {"logia": "log", "logias": "log", "uça~o": "u", "uço~es": "u", "ência": "ente", "ências": "ente"}
    return bool(found) and _shared_suffix(w, found, replaced, "ante avel ível", "os ic ad")


_IT_PRONOUNS = """
ci gli la le li lo mi ne si ti vi sene gliela gliele glieli glielo gliene mela mele meli melo mene tela tele teli telo tene cela
cele celi celo cene vela vele veli velo vene
"""
_IT_PLAIN = """
anza anze ico ici ica ice iche ichi ismo ismi abile abili ibile ibili ista iste isti istà istè istì oso osi osa ose mente atrice
atrici ante anti
"""
_IT_IC = "azione azioni atore atori"
_IT_RV = "amento amenti imento imenti"
_IT_OTHERS = "logia logie uzione uzioni usione usioni enza enze amente ità ivo ivi iva ive"
_IT_VERBS = """
ammo ando ano are arono asse assero assi assimo ata ate ati ato ava avamo avano avate avi avo emmo enda ende endi endo erà erai
eranno ere erebbe erebbero erei eremmo eremo ereste eresti erete erò erono essero ete eva evamo evano evate evi evo Yamo iamo immo
irà irai iranno ire irebbe irebbero irei iremmo iremo ireste iresti irete irò irono isca iscano isce isci isco iscono issero ita
ite iti ito iva ivamo ivano ivate ivi ivo ono uta ute uti uto ar ir
"""
_GRAVE = str.maketrans("áéíóú", "àèìòù")


def italian(text: str) -> str:
    text = text.translate(_GRAVE).replace("qu", "qU")
    text = re.sub("([aeiouàèìòù])([ui])(?=[aeiouàèìòù])", lambda m: m[1] + m[2].upper(), text)
    w = Word(text, "aeiouàèìòù")
    w.romance_rv()
    _italian_pronoun(w)
    if not _italian_suffix(w):
        w.cut(w.ending(_IT_VERBS, w.rv), w.rv)
    if w.cut_any("a e i o à è ì ò", w.rv):
        w.cut("i", w.rv)
    if w.text.endswith(("ch", "gh")):
        w.cut("h", w.rv + 1)
    return w.text.replace("U", "u").replace("I", "i")


def _italian_pronoun(w: Word) -> None:
    pronoun = w.ending(_IT_PRONOUNS)
    stem = w.text[: len(w.text) - len(pronoun)]
    verb = Word(stem, w.vowels).ending("ando endo ar er ir")
    if pronoun and verb and len(stem) - len(verb) >= w.rv:
        w.text = stem + ("e" if len(verb) == 2 else "")


def _italian_suffix(w: Word) -> bool:
    found = w.ending(f"{_IT_PLAIN} {_IT_IC} {_IT_RV} {_IT_OTHERS}")
    if found in _IT_PLAIN.split():
        return w.cut(found, w.r2)
    if found in _IT_IC.split():
        return w.cut(found, w.r2) and (w.cut("ic", w.r2) or True)
    if found in _IT_RV.split():
        return w.cut(found, w.rv)
    replaced = dict.fromkeys(("uzione", "uzioni", "usione", "usioni"), "u")
    replaced |= {"logia": "log", "logie": "log", "enza": "ente", "enze": "ente"}
    return bool(found) and _shared_suffix(w, found, replaced, "", "os ic abil")
