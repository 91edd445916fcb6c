"""One fit over the machines of a dask cluster."""

from ._fit import fit
from ._predict import predict

__all__ = ["fit", "predict"]
