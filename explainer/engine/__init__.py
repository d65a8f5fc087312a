"""The engine: lives a recipe, keeps its history and answers the window (torch, no Qt)."""
