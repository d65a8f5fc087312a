"""Tables of real data, against scikit-learn's own readers."""

import numpy as np
import pytest

from explainer.lab.tables import CLASSES, classes_table, diabetes_table, standardized

datasets = pytest.importorskip("sklearn.datasets")


@pytest.mark.parametrize("name", CLASSES)
def test_tables_with_classes_are_those_of_scikit_learn(name):
    theirs = getattr(datasets, f"load_{name.replace('-', '_')}")()
    x, y, names = classes_table(name)
    np.testing.assert_array_equal(x, theirs.data)
    np.testing.assert_array_equal(y, theirs.target)
    assert names == tuple(theirs.target_names)


def test_the_diabetes_table_is_that_of_scikit_learn():
    theirs = datasets.load_diabetes(scaled=False)
    x, y = diabetes_table()
    np.testing.assert_array_equal(x, theirs.data)
    np.testing.assert_array_equal(y, theirs.target)


def test_standardized_columns_have_mean_0_and_deviation_1_and_constant_ones_are_0():
    from sklearn.preprocessing import StandardScaler

    x = np.column_stack([classes_table("wine")[0], np.full(178, 3.0)])
    np.testing.assert_allclose(standardized(x), StandardScaler().fit_transform(x), atol=1e-12)
