namespace BTNet.Training.Backbones;

/// <summary>What networks are made of. Who writes a network down in another form, such as an ONNX graph, implements this and
/// is led through it by <see cref="Layer.Translate{T}"/>.</summary>
/// <typeparam name="T">Stands for a map or a vector between two operators.</typeparam>
internal interface INetworkOperators<T>
{
    /// <summary>A convolution without bias over <c>[N, C, H, W]</c>.</summary>
    T Convolution(T input, Weight kernel, int stride, int padding, int groups);

    /// <summary>A batch norm in evaluation mode.</summary>
    T Norm(T input, BatchNorm norm);

    /// <summary>PReLU with a slope for each channel.</summary>
    T Slope(T input, Weight slopes);

    /// <summary>The sum of two maps of one shape.</summary>
    T Add(T left, T right);

    /// <summary>Flattens <c>[N, C, H, W]</c> and multiplies by a matrix <c>[out, in]</c>.</summary>
    T Linear(T input, Weight matrix, Weight? bias);
}
