using System.Runtime.InteropServices;
using BTNet.Training.Export.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>What a value is while a graph is traced: the shape of a map, or a constant.</summary>
/// <param name="Map">On the device META, where there are no numbers; null for a constant.</param>
/// <param name="Constant">The constant; null for a map.</param>
/// <param name="Varies">Whether a constant was made of the shape of a map, and may depend on the number of faces.</param>
internal sealed record TracedValue(Tensor? Map, Constant? Constant, bool Varies);

/// <summary>Goes through a graph with the shapes of so many faces. What depends on constants and shapes only is computed here, once.</summary>
internal sealed class GraphTrace : IDisposable
{
    private readonly OnnxGraph _graph;
    private readonly TensorValues _tensors;
    private readonly Dictionary<string, TensorProto> _initializers;
    private readonly Dictionary<string, TracedValue> _values = [];
    private readonly HashSet<string> _constantsOfOthers = [];
    private readonly int _faces;
    private readonly GraphTrace? _single;

    /// <param name="graph">The graph.</param>
    /// <param name="ends">What goes in.</param>
    /// <param name="nodes">Those that the output depends on, in order.</param>
    /// <param name="faces">How many faces.</param>
    /// <param name="single">The trace of one face; null for itself. Constants are shared with it.</param>
    /// <exception cref="InputException">A node cannot do what it says.</exception>
    public GraphTrace(OnnxGraph graph, GraphInterface ends, IReadOnlyList<NodeProto> nodes, int faces, GraphTrace? single = null)
    {
        (_graph, _faces, _single) = (graph, faces, single);
        _tensors = new TensorValues(graph.Path);
        _initializers = [];
        foreach (var tensor in graph.Proto.Initializer) _initializers[tensor.Name] = tensor;
        _values[ends.Input] = new TracedValue(empty([faces, 3, ends.Side, ends.Side], device: META), null, Varies: false);
        try
        {
            foreach (var node in nodes) Go(node, ends);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public TracedValue this[string name] => _values[name];

    public bool IsMap(string name) => _values.TryGetValue(name, out var value) && value.Map is not null;

    /// <summary>Reshapes that were written for one face and are to be read as for any number.</summary>
    public HashSet<string> ForOneFace { get; } = [];

    /// <summary>A name for a node in messages.</summary>
    public static string NameOf(NodeProto node) => $"the node '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault())}' ({node.OpType})";

    /// <summary>The inputs of a node: what is varied is no input that a node may be made with.</summary>
    public NodeInput[] Inputs(NodeProto node) => [.. node.Input.Select(name => name.Length == 0 ? default : new NodeInput(name, Find(name).Constant))];

    /// <summary>Says that a constant goes on living without the trace.</summary>
    public void Keep(string name) => _constantsOfOthers.Add(name);

    public void Dispose()
    {
        foreach (var (name, value) in _values)
        {
            if (!_constantsOfOthers.Contains(name)) value.Constant?.Dispose();
            value.Map?.Dispose();
        }
    }

    private TracedValue Find(string name)
    {
        if (_values.TryGetValue(name, out var value)) return value;
        if (_single is not null && _single._values.TryGetValue(name, out var same) && same is { Constant: not null, Varies: false })
        {
            _constantsOfOthers.Add(name);
            return _values[name] = same;
        }

        return _initializers.TryGetValue(name, out var tensor)
            ? _values[name] = new TracedValue(null, new Constant(Constant.Made(() => _tensors.Read(tensor))), Varies: false)
            : throw new InputException($"reads '{name}', which nothing in front of it makes");
    }

    private void Go(NodeProto node, GraphInterface ends)
    {
        try
        {
            using var scope = NewDisposeScope();
            TracedValue?[] inputs = [.. node.Input.Select(name => name.Length == 0 ? null : Find(name))];
            if (node.Output.Any(name => _values.ContainsKey(name) && _values[name].Map is not null)) throw new InputException($"makes '{string.Join(", ", node.Output)}' again");
            var isConstant = inputs.All(input => input?.Constant is not null || input is null) || node.OpType == "Shape";
            if (isConstant && _single is not null && node.Output.All(name => _single._values.TryGetValue(name, out var same) && same is { Constant: not null, Varies: false })) return;
            if (isConstant && !Operators.IsOnConstants(node.OpType)) throw new InputException("computes on constants alone, expected a map");
            var attributes = new NodeAttributes(node, _graph.Opset, _tensors);
            var run = Operators.Of(node.OpType, attributes, node.Output.Count);
            var call = new NodeCall(Inputs(node), [.. inputs.Select(input => input?.Map)]);
            var results = ForManyFaces(node, inputs, ends) ?? run(call);
            var varies = node.OpType == "Shape" ? inputs is [{ Constant: null }] : inputs.Any(input => input is { Varies: true });
            if (results.Length < node.Output.Count && node.Output.Skip(results.Length).Any(name => name.Length > 0 && IsRead(name))) throw new InputException("has outputs that are not computed here");
            for (var i = 0; i < Math.Min(results.Length, node.Output.Count); i++)
            {
                if (!isConstant && results[i].shape.Contains(0)) throw new InputException($"makes a map of {string.Join('x', results[i].shape)}");
                Shapes.Count(results[i].shape);
                _values[node.Output[i]] = isConstant
                    ? new TracedValue(null, new Constant(Constant.Made(() => results[i].contiguous())), varies)
                    : new TracedValue(results[i].alias().DetachFromDisposeScope(), null, Varies: false);
            }
        }
        catch (InputException fault)
        {
            throw new InputException($"{_graph.Path}: {NameOf(node)} {fault.Message}", fault);
        }
        catch (Exception fault) when (IsOfTheFile(fault))
        {
            throw new InputException($"{_graph.Path}: {NameOf(node)} cannot compute on {string.Join(", ", node.Input.Where(name => name.Length > 0).Select(Described))} ({fault.Message.Split('\n')[0].TrimEnd('.')})", fault);
        }
    }

    /// <summary>
    /// What comes of shapes, axes and attributes that do not fit each other, which any file may have and which only computing tells: libtorch refuses sides, or has no
    /// shape without numbers for a function (ExternalException), TorchSharp and the collections refuse arguments, axes and kinds of numbers (ArgumentException, InvalidOperationException,
    /// IndexOutOfRangeException), sides overflow (OverflowException), and files with weights cannot be read (IOException, UnauthorizedAccessException). All of it is computed on shapes and small
    /// constants of the file, so each is the file's fault, and is told with its node; what is none of these is ours, and is thrown on.
    /// </summary>
    private static bool IsOfTheFile(Exception fault) =>
        fault is ExternalException or ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException or IOException or UnauthorizedAccessException;

    /// <summary>A Reshape in a graph for a single face says 1 where it means the number of faces.</summary>
    private Tensor[]? ForManyFaces(NodeProto node, TracedValue?[] inputs, GraphInterface ends)
    {
        if (!ends.IsForOneFace || _single is null || node.OpType != "Reshape" || inputs is not [{ Map: { } map }, { Constant: { } sides }] || node.Output.Count != 1) return null;
        var single = _single[node.Output[0]].Map!.shape;
        if (single is not [1, ..] || map.shape[0] != _faces || sides.Integers is not [1, ..]) return null;
        ForOneFace.Add(node.Output[0]);
        return [map.reshape([_faces, .. single[1..]])];
    }

    private bool IsRead(string name) => _graph.Proto.Node.Any(node => node.Input.Contains(name));

    private string Described(string name) => !_values.TryGetValue(name, out var value) ? $"'{name}'" : $"'{name}' [{string.Join(", ", (value.Map ?? value.Constant!.Value).shape)}]";
}
