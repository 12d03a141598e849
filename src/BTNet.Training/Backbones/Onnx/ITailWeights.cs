using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>A resolution's own version of what the nodes of a tail compute with. Gradients flow to what it gives.</summary>
internal interface ITailWeights
{
    /// <summary>What a node computes with instead; the given tensors themselves where it is nothing of its own.</summary>
    /// <param name="node">The node, <see cref="OnnxNode.Index"/>.</param>
    /// <param name="weight">As the graph has it, float32: Conv's kernel, the matrix of Gemm, or of a MatMul that is constant, as it lies in the
    /// graph (transposed or not), or the scale of BatchNormalization.</param>
    /// <param name="bias">As the graph has it, float32: what Conv or Gemm adds, null where it adds nothing (another may be given then), or the shift of BatchNormalization.</param>
    /// <returns>Tensors of the same shapes, float32, on the same device.</returns>
    (Tensor Weight, Tensor? Bias) Of(int node, Tensor weight, Tensor? bias);
}
