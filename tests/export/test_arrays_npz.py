import io

import numpy as np
import pytest

from explainer.export import arrays_npz


def test_arrays_come_back_under_any_name_with_their_bits():
    given = {
        "file": np.arange(6.0).reshape(2, 3),
        "allow_pickle": np.array([np.nan, -np.inf]),
        "filters/conv1": np.zeros((0, 3), np.float32),
        "label": np.array(["η", "adam"], "<U32"),
        "flag": np.array(True),
    }
    with np.load(io.BytesIO(arrays_npz.encode(given)), allow_pickle=False) as found:
        assert found.files == list(given)
        for name, array in given.items():
            assert found[name].dtype == array.dtype
            assert found[name].shape == array.shape
            assert found[name].tobytes() == array.tobytes()


def test_equal_arrays_make_equal_files():
    assert arrays_npz.encode({"a": np.ones(3)}) == arrays_npz.encode({"a": np.ones(3)})


def test_python_objects_are_never_pickled():
    with pytest.raises(ValueError, match="allow_pickle"):
        arrays_npz.encode({"a": np.array([{}], object)})
