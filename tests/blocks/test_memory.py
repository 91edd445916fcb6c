"""A file of 4 GB in an address space of 1 GB beyond the engine's."""

import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.needs_jit]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the address space of Linux")
def test_a_file_of_4_gb_in_1_gb(run_python, tmp_path):
    result = run_python(
        """
        import resource, sys, warnings
        from pathlib import Path

        import numpy as np
        from skneural import MLPRegressor
        from skneural.blocks import ArrayBlocks

        warnings.simplefilter("ignore")
        path = Path(sys.argv[1])
        columns = 4096
        n_rows = 2**32 // (4 * columns)
        np.save(path, np.zeros((1, columns), np.float32))
        header = path.stat().st_size - 4 * columns
        whole = path.read_bytes()[:header]
        with path.open("wb") as file:
            changed = whole.replace(b"(1, ", b"(%d, " % n_rows)
            file.write(changed[: header - 1].rstrip().ljust(header - 1) + b"\\n")
            file.truncate(header + n_rows * columns * 4)  # a hole: no disk is used
        network = MLPRegressor(
            hidden_layer_sizes=(4,), max_iter=1, batch_size=1024, random_state=0, n_jobs=1
        )
        X = np.zeros((3000, columns), np.float32)
        network.fit(ArrayBlocks(X, X[:, 0], buffer=X.nbytes // 2))  # loads what is needed
        network.predict(X[:300])
        del X

        def pages(name):
            lines = Path("/proc/self/status").read_text().splitlines()
            return int(next(each for each in lines if each.startswith(name)).split()[1]) * 1024

        limit = pages("VmSize") + 2**30
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        blocks = ArrayBlocks(path, np.zeros(n_rows, np.float32))
        network.fit(blocks)
        assert network.n_iter_ == 1 and network.t_ == n_rows, network.t_
        try:
            np.ones(2**30, np.uint8)
        except MemoryError:
            print("limited")
        """,
        tmp_path / "large.npy",
        timeout=100,
    )
    assert result.stdout.strip() == "limited"
