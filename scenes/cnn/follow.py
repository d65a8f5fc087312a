"""Whether maps follow an image that is shifted."""

from torch import Tensor


def follows(still: Tensor, moved: Tensor, shift: tuple[int, int], jump: int) -> float:
    """Return the correlation of ``moved`` (c, h, w) with ``still`` shifted along, where both are known.

    ``shift`` is (right, down) in pixels of the image and ``jump`` how many of them lie between two cells; the maps
    are compared at the nearest whole number of cells, each less its own mean. NaN where nothing is left to
    compare or nothing varies.
    """
    height, width = still.shape[-2:]
    right, down = (round(by / jump) for by in shift)
    if abs(right) >= width or abs(down) >= height:
        return float("nan")
    before = still[:, max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)].double()
    after = moved[:, max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)].double()
    before, after = (maps - maps.mean((1, 2), keepdim=True) for maps in (before, after))
    size = float(before.norm() * after.norm())
    return float((before * after).sum()) / size if size > 0 else float("nan")
