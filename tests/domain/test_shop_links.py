"""What a phone reads from the codes of a shop."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.dispatch.shop import Shop, map_link, tel_link

SHOP = Shop(
    id="m",
    mid="848290051234567",
    name="张记面馆 & 小吃",
    contact_name="王先生",
    phone="17700000412",
    address="测试路9号",
    area="浦东新区",
    opening_hours="",
    latitude=31.2345678,
    longitude=121.5,
)


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("17700000412", "tel:17700000412"),
        ("021-5555 0000", "tel:02155550000"),
        ("+86 177 0000 0412", "tel:+8617700000412"),
        ("021-55550000转801", "tel:02155550000,801"),
        ("", ""),
        ("无", ""),
    ],
)
def test_a_phone_dials(phone: str, link: str) -> None:
    assert tel_link(phone) == link


def test_the_map_shows_the_place_or_looks_for_the_address() -> None:
    placed = urlsplit(map_link(SHOP))
    asked = parse_qs(placed.query)
    assert (placed.netloc, placed.path) == ("uri.amap.com", "/marker")
    assert asked["position"] == ["121.500000,31.234568"]
    assert asked["name"] == [SHOP.name]
    searched = urlsplit(map_link(replace(SHOP, latitude=None)))
    assert searched.path == "/search"
    assert parse_qs(searched.query)["keyword"] == ["浦东新区测试路9号"]
    assert map_link(replace(SHOP, latitude=None, address="")) == ""
