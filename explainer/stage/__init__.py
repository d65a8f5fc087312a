"""The stage of a scene: pictures in cards, thumbnails of those that are not out, and notes."""
