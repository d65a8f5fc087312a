"""The room for pictures: reusable Qt items that only receive data (no torch)."""

from explainer.plots.base.lean_qt import mirror_qt

mirror_qt()
