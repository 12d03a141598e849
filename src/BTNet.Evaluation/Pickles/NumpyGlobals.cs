namespace BTNet.Evaluation.Pickles;

/// <summary>The names that numpy writes arrays and single numbers with.</summary>
public static class NumpyGlobals
{
    /// <summary>Allows arrays and single values of plain numbers, as written by numpy 1 (<c>numpy.core</c>) and 2 (<c>numpy._core</c>).</summary>
    /// <returns>The table.</returns>
    public static PickleGlobals AllowNumpy(this PickleGlobals globals)
    {
        ArgumentNullException.ThrowIfNull(globals);
        globals.AllowNames("numpy.ndarray").Allow("numpy.dtype", NumpyType.Create);
        foreach (var core in new[] { "numpy.core", "numpy._core" })
        {
            globals
                .Allow($"{core}.multiarray._reconstruct", static _ => new NumpyArray())
                .Allow($"{core}.multiarray.scalar", Scalar)
                .Allow($"{core}.numeric._frombuffer", FromBuffer);
        }

        return globals;
    }

    private static object Scalar(PickleCall call)
    {
        var type = call.Argument<NumpyType>(0, "the type");
        var data = call.Argument<PickleBytes>(1, "the value").Content;
        return data.Length == type.Size ? type.Read(data.Span) : throw call.Fault($"{type} has {type.Size} bytes, but {data.Length} are there");
    }

    private static NumpyArray FromBuffer(PickleCall call)
    {
        var array = new NumpyArray();
        array.Fill(call, call.Argument<PickleTuple>(2, "the shape"), call.Argument<NumpyType>(1, "the type"), call.Argument<PickleBytes>(0, "the bytes"));
        return array;
    }
}
