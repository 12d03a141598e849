"""Checks every graph of a model package with onnx.checker and writes each with its weights inside.

    check_onnx.py PACKAGE FOLDER

Prints the name, the operators and the sides of the output of each graph, as shape inference has them.
"""
import glob
import os
import sys

import onnx
from onnx import shape_inference

package, folder = sys.argv[1:]
for path in sorted(glob.glob(os.path.join(package, "*.onnx"))):
    onnx.checker.check_model(path)
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    sides = [side.dim_param or side.dim_value for side in inferred.graph.output[0].type.tensor_type.shape.dim]
    # Inferred from the operators alone, without what the file says of its output.
    model.graph.output[0].type.tensor_type.ClearField("shape")
    bare = shape_inference.infer_shapes(model, strict_mode=True)
    assert [side.dim_param or side.dim_value for side in bare.graph.output[0].type.tensor_type.shape.dim][1:] == sides[1:], path
    model = onnx.load(path)
    name = os.path.basename(path)
    for initializer in model.graph.initializer:
        initializer.ClearField("data_location")
        del initializer.external_data[:]
    onnx.save(model, os.path.join(folder, name))
    print(name, ",".join(sorted({node.op_type for node in model.graph.node})), *sides)
