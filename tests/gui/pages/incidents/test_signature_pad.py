"""A signature by mouse, finger and pen; or a reason why there is none."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.documents import Ink, SignatureDraft, SignerRole, check_signature
from app.gui.toolkit.signature_dialog import SignatureDialog
from app.gui.toolkit.signature_pad import HEIGHT, InkView, SignaturePad


@pytest.fixture
def pad(application: object, qtbot: QtBot) -> SignaturePad:
    made = SignaturePad()
    made.resize(600, 200)
    made.show()
    return made


def draw(pad: QWidget, *places: tuple[int, int]) -> None:
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(*places[0]))
    for place in places[1:]:
        time.sleep(0.003)
        QTest.mouseMove(pad, QPoint(*place))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(*places[-1]))


def test_strokes_are_kept_with_the_time_of_every_point(pad: SignaturePad) -> None:
    draw(pad, (10, 20), (100, 150), (200, 40))
    draw(pad, (300, 100), (400, 110))
    ink = pad.ink()
    assert ink is not None
    assert ink.width == 3 * HEIGHT
    assert [len(stroke) for stroke in ink.strokes] == [3, 2]
    assert ink.strokes[0][0][:2] == (50, 100)
    times = [t for stroke in ink.strokes for _x, _y, t in stroke]
    assert times == sorted(times)
    assert times[-1] > times[0]


def test_points_outside_the_pad_stay_at_its_edge(pad: SignaturePad) -> None:
    draw(pad, (10, 20), (900, 900))
    ink = pad.ink()
    assert ink is not None
    assert ink.strokes[0][-1][:2] == (3 * HEIGHT, HEIGHT)


def test_a_finger_draws_and_a_second_finger_does_not(pad: SignaturePad) -> None:
    device = QTest.createTouchDevice(QInputDevice.DeviceType.TouchScreen)
    touch = QTest.touchEvent(pad, device)
    touch.press(0, QPoint(20, 20), pad).commit()
    touch.move(0, QPoint(120, 60), pad).press(1, QPoint(500, 180), pad).commit()
    touch.move(0, QPoint(220, 160), pad).move(1, QPoint(520, 20), pad).commit()
    touch.release(0, QPoint(220, 160), pad).release(1, QPoint(520, 20), pad).commit()
    ink = pad.ink()
    assert ink is not None
    assert len(ink.strokes) == 1
    assert max(x for x, _y, _t in ink.strokes[0]) <= 1100


def test_undo_takes_back_a_stroke_and_clear_all(pad: SignaturePad) -> None:
    draw(pad, (10, 20), (100, 150))
    draw(pad, (200, 20), (300, 150))
    pad.undo()
    ink = pad.ink()
    assert ink is not None
    assert len(ink.strokes) == 1
    pad.clear()
    assert pad.ink() is None


@pytest.fixture
def dialog(application: object, qtbot: QtBot) -> Iterator[SignatureDialog]:
    window = QWidget()
    made = SignatureDialog(SignerRole.MERCHANT, "王芳", "服务单 L7-000001", window)
    made.open()
    yield made
    window.deleteLater()


def test_the_dialog_hands_out_ink_with_name_and_role(dialog: SignatureDialog) -> None:
    drafts: list[SignatureDraft] = []
    dialog.submitted.connect(drafts.append)
    draw(dialog.pad, (30, 30), (160, 90), (280, 40))
    dialog.submit()
    (draft,) = drafts
    assert (draft.role, draft.signer, draft.reason) == (SignerRole.MERCHANT, "王芳", "")
    assert check_signature(draft).ink is not None


def test_without_ink_a_reason_is_asked_and_said_honestly(dialog: SignatureDialog) -> None:
    drafts: list[SignatureDraft] = []
    dialog.submitted.connect(drafts.append)
    dialog.form.fill({"reason": "负责人不在场"})
    assert dialog._go.text() == "保存（无签字）"
    dialog.submit()
    assert (drafts[0].ink, drafts[0].reason) == (None, "负责人不在场")


def test_enter_in_the_name_neither_signs_nor_loses_what_was_drawn(dialog: SignatureDialog) -> None:
    drafts: list[SignatureDraft] = []
    dialog.submitted.connect(drafts.append)
    draw(dialog.pad, (30, 30), (160, 90), (280, 40))
    QTest.keyClick(dialog.form.widget("signer"), Qt.Key.Key_Return)
    assert dialog.pad.ink() is not None
    assert dialog.isVisible()
    assert not drafts


def test_a_reason_does_not_stand_beside_a_signature(dialog: SignatureDialog) -> None:
    dialog.form.fill({"reason": "拒绝签字"})
    draw(dialog.pad, (30, 30), (160, 90), (280, 40))
    assert not dialog.form.widget("reason").isEnabled()
    drafts: list[SignatureDraft] = []
    dialog.submitted.connect(drafts.append)
    dialog.submit()
    assert drafts[0].reason == ""


def test_a_signature_is_shown_as_it_was_drawn(application: object, qtbot: QtBot) -> None:
    view = InkView(Ink(2000, (((100, 500, 0), (1900, 500, 90)),)))
    view.resize(240, 64)
    picture = view.grab().toImage()
    row = [
        picture.pixelColor(x, 32).alpha() > 0 and picture.pixelColor(x, 32).lightness() < 128
        for x in range(240)
    ]
    assert sum(row) > 100
