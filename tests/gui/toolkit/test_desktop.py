"""Chinese can be typed on the desktops Chinese people use."""

from __future__ import annotations

import pytest

from app.gui.toolkit.desktop import INPUT_METHOD, choose_input_method


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({INPUT_METHOD: "fcitx"}, "ibus"),
        ({INPUT_METHOD: "fcitx5", f"{INPUT_METHOD}S": "fcitx;xim"}, "ibus"),
        ({"XMODIFIERS": "@im=fcitx"}, "ibus"),
        # Wayland has a protocol of its own for it.
        ({"XMODIFIERS": "@im=fcitx", "WAYLAND_DISPLAY": "wayland-0"}, None),
        ({INPUT_METHOD: "ibus"}, "ibus"),
        ({INPUT_METHOD: "compose"}, "compose"),
        ({"XMODIFIERS": "@im=none"}, None),
        ({}, None),
    ],
)
def test_an_input_method_qt_has_no_plugin_for_is_reached_another_way(
    given: dict[str, str], chosen: str | None
) -> None:
    environment = dict(given)
    choose_input_method(environment)
    assert environment.get(INPUT_METHOD) == chosen
    assert chosen != "ibus" or f"{INPUT_METHOD}S" not in environment
