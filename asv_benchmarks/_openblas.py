"""Prints which kernel NumPy's OpenBLAS runs, as JSON."""

import json

import numpy as np
from threadpoolctl import threadpool_info

if __name__ == "__main__":
    np.ones((2, 2)) @ np.ones((2, 2))
    kernels = [part.get("architecture", "") for part in threadpool_info()]
    print(json.dumps(", ".join(dict.fromkeys(filter(None, kernels)))))
