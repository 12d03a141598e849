using BTNet.Training.Export.Onnx;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>What a node says beside its inputs. What it does not say has ONNX's default.</summary>
/// <param name="node">The node.</param>
/// <param name="opset">The version of the operators.</param>
/// <param name="tensors">Reads tensors.</param>
internal sealed class NodeAttributes(NodeProto node, long opset, TensorValues tensors)
{
    public long Opset => opset;

    public long Int(string name, long otherwise) => Find(name) is not { } attribute ? otherwise : attribute.HasI ? attribute.I : throw Wrong(name, "an integer");

    public double Float(string name, double otherwise) => Find(name) is not { } attribute ? otherwise
        : attribute.HasF && float.IsFinite(attribute.F) ? attribute.F : throw Wrong(name, "a number");

    public long[]? Ints(string name) => Find(name) is { } attribute ? [.. attribute.Ints] : null;

    public float[]? Floats(string name) => Find(name) is { } attribute ? [.. attribute.Floats] : null;

    public string Text(string name, string otherwise) => Find(name) is { } attribute ? attribute.S.ToStringUtf8() : otherwise;

    public TorchSharp.torch.Tensor? Tensor(string name) => Find(name) is not { } attribute ? null : attribute.T is { } tensor ? tensors.Read(tensor) : throw Wrong(name, "a tensor");

    public bool Has(string name) => Find(name) is not null;

    private AttributeProto? Find(string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    private static InputException Wrong(string name, string expected) => new($"has the attribute '{name}' without {expected}");
}
