"""Package `graphsense-clustering` at task P7: join the inputs of each transaction, map every address.

Reading and joining are apart here: the joint spends come from a folder that our program has filled,
and only union and mapping are measured, as the package is used by its authors.
"""

import json
import pathlib
import sys
import time

import pyarrow
import pyarrow.compute
from gs_clustering import Clustering


def column(path, kind):
    data = path.read_bytes()
    return pyarrow.Array.from_buffers(kind, len(data) // 4, [None, pyarrow.py_buffer(data)])


def main(folder):
    addresses = int((folder / "addresses").read_text())
    ends = column(folder / "ends", pyarrow.int32())
    members = column(folder / "members", pyarrow.uint32())
    spends = pyarrow.ListArray.from_arrays(ends, members)

    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    clustering = Clustering(addresses - 1)
    clustering.process_transactions_arrow(spends)
    mapping = clustering.get_mapping()
    part = {
        "cpu_ns": time.process_time_ns() - cpu,
        "wall_ns": time.perf_counter_ns() - wall,
    }

    compute = pyarrow.compute
    one, root = (compute.cast(mapping.column(at), pyarrow.uint64()) for at in (0, 1))
    alone = compute.sum(compute.cast(compute.equal(one, root), pyarrow.uint64())).as_py()
    # A sum that hardly any other partition has; see `partition_sum` in `benches/src/clusters.rs`.
    product = compute.multiply(compute.add(one, 1), compute.add(root, 1))
    low = compute.bit_wise_and(product, pyarrow.scalar(0xFFFFFFFF, pyarrow.uint64()))
    answer = {
        "addresses": len(mapping),
        "clusters": alone,
        "partition_sum": compute.sum(low).as_py(),
    }
    print(json.dumps({"answer": answer, "part": part}))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: graphsense_clustering.py FOLDER")
    main(pathlib.Path(sys.argv[1]))
