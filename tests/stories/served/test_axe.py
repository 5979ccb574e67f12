"""Every kind of page, looked at by axe: nothing serious keeps people with disabilities out (GB/T 37668; WCAG 2.1 AA)."""

import re
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from fixtures.screens import width
from playwright.sync_api import Error

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RUN = (
    "axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
)
PHONE, DESK = {"width": 375, "height": 812}, {"width": 1440, "height": 900}
# Who walks, on what, from where; the links of these pages lead on.
WALKS = [
    ("", PHONE, ["/", "/verify/", "/offices/", "/help/", "/account/login/"]),
    (
        "worker2",
        PHONE,
        ["/my/", "/my/profile/", "/my/profile/places/", "/my/registration/", "/my/access-log/"],
    ),
    ("worker3", PHONE, ["/my/", "/my/cards/", "/my/profile/place/"]),
    ("beishan", DESK, ["/account/start/"]),
    ("yanji", DESK, ["/office/", "/office/queue/registration/", "/office/search/", "/office/organizations/"]),
    ("final1", DESK, ["/office/people/", "/office/calendar/?year=2027"]),
    ("leader3", DESK, ["/cockpit/", "/cockpit/plan/?asof=2012-12-31", "/cockpit/brief/201306/"]),
    ("security5", DESK, ["/account/start/"]),
    ("auditor7", DESK, ["/account/start/"]),
]
LEAVES = re.compile(r"logout|/static/|[?&](lang|mode)=|/(lang|mode)/|\.(xlsx|csv|json|pdf|jpg)|/v/")
MOST = {"standard": 20, "elder": 8}  # kinds of pages; elder mode changes sizes, which all pages share


def shape(address: str) -> str:
    """An address without what differs from row to row."""
    return re.sub(r"/(\d+|[A-Za-z0-9_-]{20,}|JL\d+)(?=/|$)", "/*", address.split("?")[0].split("#")[0])


def opened(page, address: str) -> bool:
    """Whether a page came; a file that is to be saved is none."""
    try:
        return page.goto(address).status == 200
    except Error as error:
        if "Download is starting" in str(error):
            return False
        raise


def pages(page, url: str, start: list[str], most: int) -> Iterator[str]:
    """The pages to begin with and what they link to, one of each shape."""
    seen, todo = set(), list(start)
    while todo and len(seen) < most:
        address = todo.pop(0)
        if shape(address) in seen or LEAVES.search(address):
            continue
        seen.add(shape(address))
        came = opened(page, url + address)
        assert came or address not in start, f"{address} is to be looked at and did not open"
        if came:
            yield address
            links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
            todo += [link for link in links if link.startswith("/")]


# Elder mode is offered to the public and on the phone.
VIEWS = [
    (*walk, mode)
    for walk in WALKS
    for mode in ("standard", "elder")
    if mode == "standard" or walk[1] is PHONE
]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("who", "size", "start", "mode"), VIEWS, ids=[f"{view[0] or 'public'}-{view[3]}" for view in VIEWS]
)
def test_no_page_keeps_anyone_out(world, visitor, chromium, who, size, start, mode):
    with chromium.new_context(viewport=size, locale="zh-CN") as context:
        context.add_cookies(visitor(who).cookies())
        context.add_cookies([{"name": "mode", "value": mode, "url": world.url}])
        page, found = context.new_page(), []
        for address in pages(page, world.url, start, MOST[mode]):
            page.evaluate(AXE)
            for fault in page.evaluate(RUN)["violations"]:
                if fault["impact"] in ("serious", "critical"):
                    found.append(f"{address}: {fault['id']}: {fault['nodes'][0]['html'][:200]}")
            if width(page) > size["width"]:
                found.append(f"{address}: wider than the screen")
        assert found == []
