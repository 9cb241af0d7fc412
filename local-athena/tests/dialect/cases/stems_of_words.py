"""The stems of words of other languages than English, as the vocabularies of Snowball have them.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/test/java/io/trino/operator/scalar/TestWordStemFunction.java,
https://snowballstem.org/algorithms/
"""

from tests.dialect.cases.case import Case as C  # noqa: N817

_STEMS = {
    "fr": """
continuerait:continu majestueusement:majestu nationalités:national pratiquement:pratiqu heureusement:heureux
fréquemment:fréquent constamment:const jouissance:jouiss amoureuses:amour yeux:yeux quand:quand journaux:journal
château:château bateaux:bateau inquiétantes:inquiet mangeait:mang finissions:fin civilisatrices:civilis possession:possess
particulière:particuli naïve:naïv parlions:parlion positivement:posit
""",
    "es": """
torpedearon:torped cheques:chequ chicharrones:chicharron comprándoselo:compr distribuyendo:distribu siguiéndoles:sigu
logías:log constituciones:constitu lentamente:lent efectivamente:efect creatividades:creativ vivimos:viv construyeron:constru
apague:apag averigüé:averigü frecuencias:frecuenci negativas:negat casas:cas
""",
    "pt": """
quilomtricos:quilomtr bastão:bastã ã:ã boataria:boat quilométricas:quilométr relações:relaçõ biologias:biolog
constituições:constituiçõ frequências:frequênc rapidamente:rapid relativamente:relat habilidades:habil criativas:criativ
cadeiras:cadeir chegaram:cheg pegue:peg avançou:avanc pessoas:pesso
""",
    "it": """
pronunziare:pronunz abbandonata:abbandon abbandonarglielo:abbandon propagazione:propag pronto:pront andandosene:andandosen
logica:logic uzioni:uzion costituzioni:costitu differenze:different rapidamente:rapid relativamente:relat attività:attiv
significativi:signif cercherebbero:cerc banchi:banc paia:pai qualità:qualit
""",
    "de": """
auferstnde:auferstnd aufeinanderfolgenden:aufeinanderfolg kategorischen:kategor häusern:haus ergebnisse:ergebnis
freundlichkeiten:freundlich bedeutung:bedeut mäßig:massig wichtigkeit:wichtig schönsten:schon kinder:kind heiterkeit:heiter
bauern:bau abgeneigtheit:abgeneigt
""",
    "sv": "jaktkarlarne:jaktkarl klostrens:klostr",
    "no": "havnedistriktene:havnedistrikt opningene:opning",
    "da": "undersøgelserne:undersøg",
    "nl": "lichamelijkheden:licham opheffing:opheff",
    "fi": "edeltäjien:edeltäj",
    "ru": "важнейшие:важн падавший:пада",
}

CASES = [
    C(f"word_stem('{word}', '{language}')", stem, f"varchar({len(word)})")
    for language, words in _STEMS.items()
    for word, _, stem in (pair.partition(":") for pair in words.split())
] + [
    C(
        "array_agg(word_stem(x, y)) from (values ('authorized', 'en'), ('continuerait', 'fr')) t(x, y)",
        ["author", "continu"],
        "array(varchar(12))",
    ),
]
