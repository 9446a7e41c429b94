"""The seven days on the first page: a picture, and the same figures as a table for who sees no picture."""

import re


def test_the_heat_map_has_its_figures_as_a_table(still):
    page = still.browser("marie").get("/").text
    picture = page.partition('<svg class="week"')[2].partition("</svg>")[0]
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', page.partition('<table class="figures">')[2])
    cells = [re.findall(r"<td>([^<]+)</td>", row) for _day, row in rows]

    assert 'role="img"' in picture.partition(">")[0]
    assert [len(row) for row in cells] == [24] * 7
    # A dash where nobody watched: of today what is still to come. Such a cell is dashed in the picture.
    unwatched = sum(cell == "–" for row in cells for cell in row)
    assert unwatched == picture.count('class="none"') > 0
    assert len(re.findall(r'<rect class="l[0-9]+"', picture)) == 24 * 7 - unwatched
    # At night nothing moved; by day something did, and each such hour has its dot.
    assert cells[0][3] == "0"
    assert picture.count("<circle") == sum(cell not in ("–", "0") for row in cells for cell in row) > 50
