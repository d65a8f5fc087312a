"""Seed and device of the run: what is not a parameter of the scene but belongs to the recipe."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from explainer.contract.recipe import MAX_SEED
from explainer.stage.translation import tr

DEVICE_NAMES = {"cpu": "CPU", "cuda": "CUDA (GPU)"}


class RunPanel(QWidget):
    """A field for the seed, a button for a new one, and the devices where there is a choice."""

    seed_chosen = Signal(object)
    """A seed, or None for a new random one."""
    device_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run-panel")
        self.setAccessibleName(tr("Run"))
        self.seed = QLineEdit("0")
        self.seed.setObjectName("seed")
        self.seed.setAccessibleName(tr("Seed"))
        self.seed.setToolTip(tr("The same seed gives the same random numbers, and so the same run"))
        self.seed.editingFinished.connect(self._offer_seed)
        self.new_seed = QPushButton(tr("New seed"))
        self.new_seed.setObjectName("new-seed")
        self.new_seed.setAccessibleName(tr("New seed"))
        self.new_seed.setToolTip(tr("Begin again with other random numbers (Ctrl+R)"))
        self.new_seed.clicked.connect(lambda: self.seed_chosen.emit(None))
        self.refusal = QLabel()
        self.refusal.setProperty("role", "refusal")
        self.refusal.setWordWrap(True)
        self.refusal.hide()
        self.device = QComboBox()
        self.device.setObjectName("device")
        self.device.setAccessibleName(tr("Device"))
        self.device.setToolTip(tr("Where the run computes; changing it starts the run again"))
        self.device.activated.connect(lambda index: self.device_chosen.emit(self.device.itemData(index)))
        self._shown = 0
        self._arrange()
        self.offer_devices(["cpu"])

    def show_seed(self, seed: int) -> None:
        """Show the run's seed."""
        self._shown = seed
        self.seed.setText(str(seed))
        self._refuse("")

    def offer_devices(self, devices: Sequence[str]) -> None:
        """Offer the devices of the engine's machine; with only one there is nothing to choose."""
        self.device.clear()
        for name in devices:
            self.device.addItem(DEVICE_NAMES.get(name, name), name)
        self._device_row.setVisible(len(devices) > 1)

    def show_device(self, device: str) -> None:
        """Show the run's device."""
        self.device.setCurrentIndex(self.device.findData(device))

    def _offer_seed(self) -> None:
        words = self.seed.text().strip()
        if not words.isdecimal() or int(words) > MAX_SEED:
            self._refuse(tr("Give a whole number from 0 to {most}.").format(most=MAX_SEED))
            return
        self._refuse("")
        if int(words) != self._shown:
            self.seed_chosen.emit(int(words))

    def _refuse(self, message: str) -> None:
        self.refusal.setText(message)
        self.refusal.setVisible(bool(message))
        self.seed.setProperty("refused", bool(message))
        self.seed.style().polish(self.seed)

    def _arrange(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 8, 16, 16)
        rows.setSpacing(6)
        head = QLabel(tr("Run"))
        head.setProperty("role", "card-title")
        rows.addWidget(head)
        line = QHBoxLayout()
        line.addWidget(QLabel(tr("Seed")))
        line.addWidget(self.seed, 1)
        line.addWidget(self.new_seed)
        rows.addLayout(line)
        rows.addWidget(self.refusal)
        self._device_row = QWidget()
        device = QHBoxLayout(self._device_row)
        device.setContentsMargins(0, 0, 0, 0)
        device.addWidget(QLabel(tr("Device")))
        device.addWidget(self.device, 1)
        rows.addWidget(self._device_row)
