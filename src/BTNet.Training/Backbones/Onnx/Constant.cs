using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>A tensor that the network computes with and that never changes, in every precision, layout and place that it was asked for in.</summary>
internal sealed class Constant : IDisposable
{
    private readonly Dictionary<(ScalarType Kind, DeviceType Device, int Index, bool IsLast), Tensor> _forms = [];
    private readonly Dictionary<long, Tensor> _rows = [];
    private readonly Lock _lock = new();

    /// <param name="value">float32 or int64, on the CPU; belongs to the constant from now on.</param>
    public Constant(Tensor value) => Value = value.DetachFromDisposeScope();

    /// <summary>As it was read: float32 or int64, on the CPU.</summary>
    public Tensor Value { get; }

    /// <summary>Whether it is a number or several that shapes and places are made of.</summary>
    public bool IsInteger => Value.dtype == ScalarType.Int64;

    /// <summary>Its integers.</summary>
    public long[] Integers => IsInteger ? Value.data<long>().ToArray() : throw new InputException("takes floats where integers are expected");

    /// <summary>Its numbers, whatever they are.</summary>
    public double[] Numbers => IsInteger ? Array.ConvertAll(Integers, value => (double)value) : Array.ConvertAll(Value.data<float>().ToArray(), value => (double)value);

    /// <summary>In the precision and on the device of a map. Belongs to the constant.</summary>
    /// <param name="map">The map.</param>
    /// <param name="exact">In float32, whatever the map is in.</param>
    /// <param name="isLast">A kernel <c>[O, C, k, k]</c> in channels-last layout.</param>
    public Tensor Like(Tensor map, bool exact = false, bool isLast = false)
    {
        var kind = IsInteger || exact || !map.is_floating_point() ? Value.dtype : map.dtype;
        if (kind == Value.dtype && map.device_type == DeviceType.CPU && !isLast) return Value;
        lock (_lock)
        {
            var key = (kind, map.device_type, map.device_index, isLast);
            if (!_forms.TryGetValue(key, out var form)) _forms.Add(key, form = Made(() => InLayout(Value.to(kind).to(map.device), isLast)));
            return form;
        }
    }

    /// <summary>As <c>[count]</c> in float32 on the CPU, of one number or as many. Belongs to the constant.</summary>
    public Tensor Row(long count)
    {
        lock (_lock)
        {
            // One number may serve nodes of several widths.
            if (!_rows.TryGetValue(count, out var row)) _rows.Add(count, row = Made(() => Value.reshape(-1).expand(count).contiguous()));
            return row;
        }
    }

    /// <summary>Makes a tensor that outlives the scope and mode that it is made in: one that is made in inference mode could never take part in training.</summary>
    public static Tensor Made(Func<Tensor> make)
    {
        using var mode = inference_mode(false);
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        return make().clone().DetachFromDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var form in _forms.Values) form.Dispose();
        foreach (var row in _rows.Values) row.Dispose();
        Value.Dispose();
    }

    private static Tensor InLayout(Tensor kernel, bool isLast) => isLast ? kernel.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : kernel;
}
