"""Trees of scikit-learn's: one grown on weighted points, one that corrects a score; imported when first grown.

``check_input=False``: points are float32 and contiguous already, and checking takes longer than predicting.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor


def classifier(x: Tensor, y: Tensor, weights: Tensor, depth: int, columns: int, number: int) -> Any:
    """Return a tree grown on points (n, 2) with labels (n,) and weights (n,); each split looks at so many columns."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_depth=depth, max_features=columns, random_state=number)
    return tree.fit(x.numpy(), y.numpy(), sample_weight=weights.numpy(), check_input=False)


def corrector(x: Tensor, y: Tensor, score: Tensor, depth: int, number: int) -> Any:
    """Return a tree grown on the residuals y − σ(score) (n,), each leaf a Newton step of the log loss.

    Σ residual / Σ p (1 − p) over the leaf's points (Friedman 2001, algorithm 5), as in GradientBoostingClassifier.
    """
    from sklearn.tree import DecisionTreeRegressor

    chance = torch.sigmoid(score)
    residual, curvature = (y - chance).numpy(), (chance * (1 - chance)).numpy()
    tree = DecisionTreeRegressor(max_depth=depth, random_state=number).fit(x.numpy(), residual)
    leaves, nodes = tree.apply(x.numpy()), tree.tree_.node_count
    sums, curvatures = np.bincount(leaves, residual, nodes), np.bincount(leaves, curvature, nodes)
    tree.tree_.value[:, 0, 0] = sums / np.maximum(curvatures, 1e-12)
    return tree


def says(tree: Any, x: Tensor, hard: bool) -> Tensor:
    """Return what a tree says at points (m,): from −1, all for class 0, to 1; or its correction of the score.

    ``hard``: −1 or 1, nothing between.
    """
    if hasattr(tree, "predict_proba"):
        found = torch.from_numpy(2.0 * tree.predict_proba(x.numpy(), check_input=False)[:, 1] - 1.0)
        return torch.where(found > 0, 1.0, -1.0).double() if hard else found
    return torch.from_numpy(tree.predict(x.numpy(), check_input=False))
