"""The networks and data that every contestant trains on."""

from asv_benchmarks.workloads.autoencoders import AUTOENCODER_WORKLOADS
from asv_benchmarks.workloads.images import IMAGE_WORKLOADS
from asv_benchmarks.workloads.layers import LAYER_WORKLOADS
from asv_benchmarks.workloads.rows import ROW_WORKLOADS
from asv_benchmarks.workloads.series import SERIES_WORKLOADS
from asv_benchmarks.workloads.tables import TABLE_WORKLOADS

WORKLOADS = {
    **ROW_WORKLOADS, **IMAGE_WORKLOADS, **LAYER_WORKLOADS, **AUTOENCODER_WORKLOADS,
    **SERIES_WORKLOADS, **TABLE_WORKLOADS,
}
