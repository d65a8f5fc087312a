"""Markdown with formulas as plain text, for a terminal or a table."""

from __future__ import annotations

import re

from explainer.contract.lesson import inline_parts, links_in

__all__ = ["plain_formula", "spoken"]

_SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "varphi": "φ", "psi": "ψ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "nabla": "∇", "partial": "∂",
    "cdot": "·", "cdots": "…", "times": "×", "odot": "⊙", "otimes": "⊗", "leftarrow": "←", "rightarrow": "→", "to": "→",
    "mapsto": "↦", "Leftrightarrow": "⇔", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
    "approx": "≈", "sim": "~", "propto": "∝", "in": "∈", "infty": "∞", "sum": "Σ", "prod": "Π", "int": "∫", "pm": "±",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lVert": "‖", "rVert": "‖", "Vert": "‖", "mid": "|",
    "top": "ᵀ", "star": "⋆", "ast": "∗", "quad": " ", "qquad": "  ", "dots": "…", "ldots": "…", "hat": "", "tilde": "",
    "bar": "", "mathrm": "", "mathbf": "", "mathcal": "", "text": "", "operatorname": "", "left": "", "right": "",
    "max": "max", "min": "min", "exp": "exp", "log": "log", "ln": "ln", "tanh": "tanh", "sin": "sin", "cos": "cos",
    "arg": "arg ", "cup": "∪", "cap": "∩", "ell": "ℓ", "mathbb": "", "big": "", "Big": "", "Pr": "P", "det": "det",
}  # fmt: skip
_FRACTION = re.compile(r"\\frac\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_EMPHASIS = re.compile(r"(\*\*|\*)(\S(?:[^*]*\S)?)\1")
_SPACING = re.compile(r"\\[,;:! ]")


def plain_formula(latex: str) -> str:
    """Return a formula as one line of signs."""
    text = latex
    while _FRACTION.search(text):
        text = _FRACTION.sub(lambda match: f"{_bracketed(match[1])}/{_bracketed(match[2])}", text)
    text = _ROOT.sub(lambda match: f"√{_bracketed(match[1])}", text)
    text = _SPACING.sub(" ", text)
    text = _COMMAND.sub(lambda match: _SIGNS.get(match[1], match[1]), text)
    text = text.replace(r"\{", "(").replace(r"\}", ")").replace("{,}", ",").replace("&", "")
    text = re.sub(r"([_^])\{([^{}]*)\}", lambda match: match[1] + _bracketed(match[2]), text)
    return " ".join(text.replace("{", "").replace("}", "").replace("^ᵀ", "ᵀ").replace("\\", " ").split())


def spoken(markdown: str) -> str:
    """Return Markdown as plain text: words of links, formulas as signs, no marks; paragraphs stay."""
    text, last = "", 0
    for link in links_in(markdown):
        text += markdown[last : link.start] + link.text
        last = link.end
    text, formulas = inline_parts(text + markdown[last:])
    text = _EMPHASIS.sub(r"\2", text).replace("`", "")
    for latex in formulas:
        text = text.replace("\ufffc", plain_formula(latex), 1)
    return text


def _bracketed(words: str) -> str:
    inner = words.strip()
    return inner if re.fullmatch(r"\\?\w+|.", inner) else f"({inner})"
