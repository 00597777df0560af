"""The page as a browser sees it: opened from a file, by a headless Chromium, with a probe at its end."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import dataset, thing

from palletjack_dr.report import write_report

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next((path for path in map(shutil.which, NAMES) if path), None)
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    *("--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom"),
)
LISTEN = """<script>
const problems = [];
addEventListener("error", (event) => problems.push(`error: ${event.message}`), true);
addEventListener("securitypolicyviolation", (event) => problems.push(`asked for ${event.blockedURI}`));
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const wait = () => new Promise((done) => setTimeout(done, 100));
const press = (key) => {
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  return wait();
};
const title = () => one("#title").textContent;
</script>"""
PROBE = """<script>(async () => {
let answer = null;
try { await wait(); answer = await (async () => { SCRIPT })(); } catch (error) { problems.push(String(error)); }
const requests = performance.getEntriesByType("resource").map((r) => r.name).filter((n) => !n.startsWith("data:"));
document.documentElement.innerHTML = "<body><pre id=answer></pre>";
one("#answer").textContent = JSON.stringify({ answer, problems, requests });
})();</script>"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason=f"no browser found; install one of {', '.join(NAMES)}")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a dataset with every layer."""
    folder = tmp_path_factory.mktemp("full") / "ds"
    return write_report(dataset(folder, 12, [thing(1, 60), thing(2, 120, label="cart")], labelled=True))


def browse(page: Path, script: str, frame: str = "", width: int = 1400) -> Any:
    """Open a page at a hash, run a script (the body of an async function) and return what it does, as JSON.

    Fails on errors of scripts, messages on the console, blocked and other requests.
    """
    assert BROWSER
    text = page.read_text().replace("<head>", f"<head>{LISTEN}", 1)
    copy = page.with_name("probe.html")
    copy.write_text(text.replace("</body>", PROBE.replace("SCRIPT", script) + "</body>"))
    profile = page.parent / "profile"
    window = (f"--user-data-dir={profile}", f"--window-size={width},900")
    command = [BROWSER, *OPTIONS, *window, f"{copy.as_uri()}{frame}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    shutil.rmtree(profile, ignore_errors=True)
    found = re.search(r'<pre id="answer">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    result = json.loads(html.unescape(found[1]))
    assert result["problems"] == []
    assert result["requests"] == []
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    return result["answer"]


def test_the_page_opens_from_a_file_and_shows_all_its_pictures(page: Path) -> None:
    script = """
    for (const box of all("[data-layer]")) { box.checked = true; box.onchange(); }
    await wait();
    return [title(), all("img").filter((i) => !i.naturalWidth).length, all("#stage img").map((i) => i.naturalWidth)];
    """
    assert browse(page, script) == ["frame 0 (1 of 12)", 0, [240] * 4]


def test_the_hash_chooses_the_frame(page: Path) -> None:
    assert browse(page, "return title()", "#frame=7") == "frame 7 (8 of 12)"


def test_a_frame_that_is_not_in_the_page_leads_to_the_nearest_and_says_so(page: Path) -> None:
    found = browse(page, "return [title(), one('#notes').textContent]", "#frame=400")
    assert found[0] == "frame 11 (12 of 12)"
    assert "frame 400 is not in this page" in found[1]


def test_buttons_and_arrow_keys_walk_the_frames_and_the_hash_follows(page: Path) -> None:
    script = """
    const [seen, before] = [[], history.length];
    const note = () => seen.push(location.hash);
    await press("ArrowRight"); note();
    one("#next").click(); await wait(); note();
    await press("ArrowLeft"); note();
    one("#previous").click(); await wait(); note();
    one("#previous").click(); await wait(); note();
    return [seen, title(), history.length - before];
    """
    seen, title, steps = browse(page, script)
    assert seen == [f"#frame={i}" for i in (1, 2, 1, 0, 11)]
    assert title == "frame 11 (12 of 12)"
    assert steps == 0


def test_thumbnails_and_rankings_lead_to_their_frames(page: Path) -> None:
    script = """
    const seen = [];
    for (const link of [one('.thumb[data-frame="5"]'), all(".ranks a").at(-1)]) {
      link.click(); await wait();
      seen.push([link.hash, location.hash, title().split(" ")[1], all(".thumb[aria-current]").map((t) => t.hash)]);
    }
    return seen;
    """
    for link, place, number, current in browse(page, script):
        assert link == place == f"#frame={number}" == current[0]
        assert len(current) == 1


def test_every_switch_shows_and_hides_its_layer_and_no_other(page: Path) -> None:
    script = """
    const layers = all("[data-layer]").map((b) => b.dataset.layer);
    const shown = () => layers.filter((l) => getComputedStyle(one(`#stage .layer-${l}`)).display !== "none");
    for (const box of all("[data-layer]:checked")) box.click();
    const found = { none: shown() };
    for (const box of all("[data-layer]")) { box.click(); found[box.dataset.layer] = shown(); box.click(); }
    return found;
    """
    found = browse(page, script)
    assert found.pop("none") == []
    assert len(found) == 7
    assert found == {layer: [layer] for layer in found}


def test_the_vectors_are_those_of_the_journal(page: Path) -> None:
    script = """
    const numbers = (e, names) => names.map((n) => Number(e.getAttribute(n)));
    const boxes = (layer) => all(`#stage .${layer} rect`).map((r) => numbers(r, ["x", "y", "width", "height"]));
    const dots = all("#stage .layer-pose circle").slice(0, 8);
    return {
      boxes: boxes("layer-boxes"),
      amodal: boxes("layer-amodal"),
      captions: all("#stage text").map((t) => t.textContent),
      hollow: dots.filter((d) => d.getAttribute("fill") === "none").map((d) => numbers(d, ["cx", "cy"])),
      dots: dots.length,
      lines: all("#stage .layer-pose line").length, dashed: all('#stage line:not([stroke-dasharray="none"])').length,
      depth: one("#range").textContent.replace(/\\s+/g, " "),
    };
    """
    found = browse(page, script)
    assert found["boxes"] == [[60, 20, 40, 40], [120, 20, 40, 40]]
    assert found["amodal"] == [[50, 20, 50, 40], [110, 20, 50, 40]]
    assert found["captions"] == ["palletjack 1, 4 m, 20 % hidden", "cart 2, 5 m, 20 % hidden"]
    assert found["hollow"] == [[100, 60], [80, 40]]
    assert (found["dots"], found["lines"], found["dashed"]) == (8, 2 * 9, 2 * 3)
    assert "depth 2 m" in found["depth"]
    assert "9 m" in found["depth"]


def test_a_layer_that_the_dataset_lacks_has_a_switch_that_says_what_brings_it(tmp_path: Path) -> None:
    page = write_report(dataset(tmp_path / "ds", 2))
    found = dict(browse(page, "return all('[data-layer]:disabled').map((b) => [b.dataset.layer, b.title])"))
    assert set(found) == {"amodal_masks", "depth", "pose"}
    assert "annotator masks" in found["amodal_masks"]
    assert "annotator depth" in found["depth"]
    assert "annotator pose" in found["pose"]


def test_every_control_has_a_name_and_is_in_reach_of_the_keyboard(page: Path) -> None:
    script = """
    const text = (e) => e?.textContent.trim() || e?.querySelector("img")?.alt;
    const named = (e) => e.ariaLabel || text(e.labels?.[0]) || text(e);
    const controls = all("button, input, select, a, summary");
    return [controls.length, controls.filter((c) => !named(c) || c.tabIndex < 0).map((c) => c.outerHTML)];
    """
    count, nameless = browse(page, script)
    assert count > 30
    assert nameless == []


def test_the_tables_of_one_class_are_shown_at_a_time(page: Path) -> None:
    script = """
    const shown = () => all(".group-tables").filter((t) => !t.hidden).map((t) => t.querySelector("h3").textContent);
    const seen = shown();
    one("#group").value = "1"; one("#group").onchange();
    return [...seen, ...shown()];
    """
    assert browse(page, script) == ["all classes", "cart"]


@pytest.mark.parametrize("width", [500, 1000])
def test_the_page_is_no_wider_than_its_window(page: Path, width: int) -> None:
    wide, window = browse(page, "return [document.documentElement.scrollWidth, innerWidth]", width=width)
    assert wide <= window <= width


def test_names_are_text_also_in_the_viewer(tmp_path: Path) -> None:
    page = write_report(dataset(tmp_path / "ds", 1, label="<img src=x onerror=alert(1)>"))
    assert browse(page, "return one('#things td').textContent") == "<img src=x onerror=alert(1)> 1"


def test_a_frame_without_picture_or_target_is_told(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "ds", 1, [])
    (folder / "Camera/rgb/000000.png").unlink()
    script = "return [one('#missing').hidden, one('#missing').textContent, one('#things tbody').textContent]"
    assert browse(write_report(folder), script) == [False, "Camera/rgb/000000.png is missing", "no visible target"]
