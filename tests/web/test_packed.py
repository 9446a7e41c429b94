"""Little on the way: what a phone loads for the first page, measured; and nothing packed for who cannot unpack it."""

import gzip
import re

import pytest

from hub.web.application import STATIC
from tests.web.home import alarm

KB = 1000
PAGE_AT_MOST, ALL_AT_MOST = 50 * KB, 60 * KB


def assets(page):
    return re.findall(r'(?:src|href)="(/static/[^"]+)"', page)


def test_the_first_page_and_all_it_needs_is_small(home):
    alarm(home)
    marie = home.browser("marie", "fr")
    page = marie.get("/", headers={"Accept-Encoding": "gzip"})
    assert len(page.data) < PAGE_AT_MOST
    found = assets(page.text)
    assert len(found) == 5
    sizes = [len(marie.get(each, headers={"Accept-Encoding": "gzip, deflate"}).data) for each in found]
    assert len(gzip.compress(page.data)) + sum(sizes) < ALL_AT_MOST
    assert sum(sizes) < 40 * KB


@pytest.mark.parametrize("name", ["hub.css", "vendor/htmx.min.js", "vendor/pico.classless.min.css", "icon.svg"])
def test_an_asset_is_the_same_packed_or_not(still, name):
    visitor = still.visitor()
    address = next(each for each in assets(visitor.get("/login").text) if each.endswith(name))
    plain, small = visitor.get(address), visitor.get(address, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data == (STATIC / name).read_bytes()
    assert int(small.headers["Content-Length"]) == len(small.data)
    assert plain.headers["ETag"] != small.headers["ETag"]
    assert {answer.headers["Vary"] for answer in (plain, small)} == {"Accept-Encoding"}
    assert "max-age=31536000" in small.headers["Cache-Control"]
    for answer in (plain, small):
        answer.close()


def test_pages_go_as_they_are_and_what_is_not_there_is_not_packed(still):
    visitor = still.visitor()
    assert "Content-Encoding" not in visitor.get("/login", headers={"Accept-Encoding": "gzip"}).headers
    folder = assets(visitor.get("/login").text)[0].rpartition("/static/")[2].partition("/")[0]
    assert visitor.get(f"/static/{folder}/none.css", headers={"Accept-Encoding": "gzip"}).status_code == 404
    refused = visitor.get(assets(visitor.get("/login").text)[0], headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
    refused.close()
