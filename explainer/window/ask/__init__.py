"""Ask (Ctrl+K): one field over scenes, lessons, questions, terms, controls and actions."""
