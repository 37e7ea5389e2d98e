"""Settings others go by stand in the log: which, from what to what, by whom, on which computer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.i18n import translator
from app.languages import LANGUAGES
from app.services import Services
from app.services.core.audit import TrailFilter
from app.services.core.settings_log import OF_ONE_SCREEN
from app.settings import Settings, values_of
from app.texts.operations import change_line, setting_label


def save(services: Services, before: Settings, after: Settings) -> None:
    """Save settings whose file is somewhere else."""
    services.settings_log.save(values_of(before), values_of(after), lambda: None)


def test_a_changed_setting_stands_in_the_log(any_services: Services, settings: Settings) -> None:
    changed = replace(settings, company_name="测试服务商", horizon_days=60, theme="dark")
    save(any_services, settings, changed)
    (entry,) = any_services.audit.first(TrailFilter(kind="settings"), 5)
    t = translator("zh")
    assert [change_line(t, one) for one in entry.changes] == [
        "公司：测试终端服务有限公司 → 测试服务商",
        "提前排程：90 → 60",
    ], "the look is everybody's own"


def test_what_nobody_else_goes_by_is_not_noted(services: Services, settings: Settings) -> None:
    changed = replace(settings, theme="dark", backup_folder="/a/b")
    save(services, settings, changed)
    assert services.audit.first(TrailFilter(kind="settings"), 5) == ()


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_setting_has_words(language: str) -> None:
    t = translator(language)
    for name in values_of(Settings()):
        if name not in OF_ONE_SCREEN:
            assert setting_label(t, name) != name
