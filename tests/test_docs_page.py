"""dbt's documentation in a real browser, every text of the project's hostile: nothing of it runs, nothing is asked for, and the
page does what it is for."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
from lakeloop import docs_page

from tests.browser import CHROMIUM, NONE
from tests.devtools import browsing
from tests.offline_home import lakeloop
from tests.recording_proxy import recording

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("dbt_imported"),
    pytest.mark.skipif(CHROMIUM is None, reason=NONE),
]

EVIL = "http://evil.example"
HOSTILE = (
    "</script><script>ran('script')</script>"
    f"<img src='{EVIL}/image' onerror=\"ran('image')\"><svg onload=\"ran('svg')\"></svg>"
    f"<iframe src='{EVIL}/frame' srcdoc=\"<script>parent.ran('frame')</script>\"></iframe>"
    f"<meta http-equiv='refresh' content='0;url={EVIL}/refresh'><link rel='stylesheet' href='{EVIL}/style'>"
    f"<style>@import '{EVIL}/import'; body {{ background: url({EVIL}/background) }}</style><base href='{EVIL}/'>"
    f"<object data='{EVIL}/object'></object><form action='{EVIL}/form'><button>send</button></form>"
    "<a href=\"javascript:ran('link')\">html</a> [markdown](javascript:ran('markdown')) "
    f"[spelt](&#106;avascript&colon;ran('spelt')) ![picture]({EVIL}/markdown) "
    f"{{{{constructor.constructor(\"ran('angular')\")()}}}} \u2028 \" ' & `<b>code</b>` <!--<script>"
)
# Members by which dbt's page finds its way; whatever else is text is made hostile.
KEPT = {
    *("unique_id", "resource_type", "package_name", "depends_on", "parent_map", "child_map", "metadata", "checksum"),
    *(
        "language",
        "access",
        "materialized",
        "refs",
        "sources",
        "version",
        "latest_version",
        "type",
        "fqn",
        "supported_languages",
    ),
    *("original_file_path", "path", "patch_path", "source_name", "group_map", "columns_index", "relationships"),
}
NAMES = ("columns", "meta", "docs_of_a_team")


def hostile(value, inside=""):
    """*value* with HOSTILE after every text, and in the names of columns and of meta."""
    if isinstance(value, dict):
        made = {key: each if key in KEPT else hostile(each, key) for key, each in value.items()}
        return {f"{key} {HOSTILE}": each for key, each in made.items()} if inside in NAMES else made
    if isinstance(value, list):
        return [hostile(each, inside) for each in value]
    return f"{value} {HOSTILE}" if isinstance(value, str) else value


WAIT = """new Promise((done, fail) => {{
    const began = performance.now();
    (function look() {{
        if ({condition}) done(true);
        else if (performance.now() - began > 60000) fail(new Error('never: ' + document.body.innerText.slice(0, 2000)));
        else requestAnimationFrame(look);
    }})();
}})"""


def elsewhere(internet):
    """Hosts that the texts, and dbt's page by itself, would ask; Chromium's makers' are asked by Chromium."""
    return dict.fromkeys(("evil.example", "*.cloudfront.net"), internet.url.removeprefix("http://"))


@pytest.fixture
def documented(home):
    """Documentation of a project with an exposure and an overview of its own."""
    marts = next(home.dbt_project.rglob("_marts.yml"))
    marts.write_text(
        marts.read_text("utf-8")
        + """
exposures:
  - name: dashboard
    type: dashboard
    label: The dashboard
    url: https://example.org
    description: Shown to everybody
    owner: {name: somebody, email: somebody@example.org}
    depends_on: [ref('dim_customers')]
    meta: {key: value}
    config: {tags: [shown]}
""",
        "utf-8",
    )
    (marts.parent / "overview.md").write_text("{% docs __overview__ %}Welcome </script> here{% enddocs %}", "utf-8")
    done = lakeloop(home, "docs")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def test_nothing_of_a_projects_texts_runs_or_asks_for_anything(documented, tmp_path):
    written = documented.docs.read_text("utf-8")
    assert "Welcome \\u003c/script\\u003e here" in written
    assert "Content-Security-Policy" in written
    assert "Content-Security-Policy" in (documented.target / "index.html").read_text("utf-8"), (
        "and the one that fetches the JSON"
    )

    read = {
        name: json.loads((documented.target / name).read_text("utf-8")) for name in ("manifest.json", "catalog.json")
    }
    read["manifest.json"]["metadata"]["send_anonymous_usage_stats"] = True
    (exposure,) = (name for name in read["manifest.json"]["exposures"] if name.endswith(".dashboard"))
    made = {docs_page._DATA[name]: json.dumps(hostile(content), ensure_ascii=False) for name, content in read.items()}
    template = Path(importlib.util.find_spec("dbt").submodule_search_locations[0], "task", "docs", "index.html")
    page = tmp_path / "page" / "index.html"
    page.parent.mkdir()
    page.write_text(docs_page.page(template.read_text("utf-8"), made), "utf-8")

    (model,) = (one for one in read["manifest.json"]["nodes"] if one.endswith(".dim_customers"))
    source, macro = min(read["manifest.json"]["sources"]), f"macro.{model.split('.')[1]}.stored_timestamp"
    with recording() as internet, browsing(tmp_path / "browser", elsewhere(internet)) as browser:

        def shows(condition: str) -> None:
            assert browser.run(WAIT.format(condition=condition))

        def goes(route: str, words: str) -> None:
            browser.run(f"location.hash = {json.dumps('!/' + route)}")
            shows(f"document.querySelector('.app-scroll, [ui-view]').innerText.includes({json.dumps(words)})")

        browser._send(
            "Page.addScriptToEvaluateOnNewDocument",
            source="window.ran = where => { (window.all_ran ||= []).push(where) }",
        )
        browser.open(f"{page.as_uri()}#!/overview")
        shows("document.body.innerText.includes('Welcome')")
        goes(f"model/{model}", "dim_customers")
        shows("document.querySelector('code .token.keyword')")
        shows("document.querySelector('.model-markdown').innerText.includes('</script>')")
        goes(f"source/{source}", "evil.example/image")
        goes(f"macro/{macro}", "evil.example/image")
        goes(f"exposure/{exposure}", "evil.example/image")

        browser.run(
            "(() => { const field = document.querySelector('input[type=search], input[ng-model*=query]');"
            " field.focus(); field.value = 'customers'; field.dispatchEvent(new Event('input', {bubbles: true})) })()"
        )
        shows("document.querySelectorAll('.search-result-match').length > 3")
        assert "ran('image')" in browser.run("document.body.innerText"), "a text that is shown as it is"

        goes(f"model/{model}", "dim_customers")
        browser.run("document.querySelector('[ng-click=\"onLauncherClick()\"]').click()")
        shows("[...document.querySelectorAll('canvas')].some(one => one.width && one.height)")

        browser.run("document.querySelectorAll('a').forEach(a => { if (/script:/i.test(a.href)) a.click() })")
        assert browser.run("window.all_ran || []") == []
        markup = "img[src*=evil]:not([alt=picture]), iframe, object, base, form[action*=evil]"
        assert browser.run(f"document.querySelectorAll('{markup}').length") == 0
        assert browser.run("location.href").startswith(page.as_uri())
        assert internet.asked == []

        text = template.read_text("utf-8")
        for mark, content in made.items():
            text = text.replace(mark, content)
        page.write_text(text, "utf-8")
        browser.open(page.as_uri())
        assert internet.asked, "dbt's own page runs it: else this test shows nothing"


def test_a_page_that_is_not_known_is_refused_and_none_is_left(tmp_path):
    for name in ("index.html", "static_index.html"):
        (tmp_path / name).write_text("<html><head></head></html>", "utf-8")
    with pytest.raises(ValueError, match=re.escape("dbt's page of documentation has changed")):
        docs_page.rewrite(tmp_path)
    assert list(tmp_path.iterdir()) == []
    docs_page.rewrite(tmp_path)
