"""The look in one place: colour tokens, palettes and the style sheet; no Qt objects."""
