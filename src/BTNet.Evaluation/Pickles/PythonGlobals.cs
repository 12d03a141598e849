namespace BTNet.Evaluation.Pickles;

/// <summary>The names of Python's own library that plain data is written with.</summary>
public static class PythonGlobals
{
    /// <summary>
    /// Allows what Python 3 writes bytes with in protocols 0 to 2 (<c>_codecs.encode(text, 'latin1')</c>, <c>bytes()</c>
    /// for none, <c>bytearray</c>).
    /// </summary>
    /// <returns>The table.</returns>
    public static PickleGlobals AllowBytes(this PickleGlobals globals)
    {
        ArgumentNullException.ThrowIfNull(globals);
        globals.Allow("_codecs.encode", Encode);
        foreach (var module in new[] { "__builtin__", "builtins" })
            globals.Allow($"{module}.bytes", Bytes).Allow($"{module}.bytearray", Bytes);
        return globals;
    }

    /// <summary>Allows <c>collections.OrderedDict</c>, empty, of a list of pairs (Python 2), or filled afterwards.</summary>
    /// <returns>The table.</returns>
    public static PickleGlobals AllowOrderedDictionary(this PickleGlobals globals)
    {
        ArgumentNullException.ThrowIfNull(globals);
        return globals.Allow("collections.OrderedDict", OrderedDictionary);
    }

    private static PickleBytes Encode(PickleCall call)
    {
        var text = call.Argument<string>(0, "the text");
        var encoding = call.Text(1, "the encoding");
        if (encoding is not ("latin1" or "latin-1")) throw call.Fault($"the encoding '{PickleText.Printable(encoding)}' is not latin1, the only one that bytes are written with");
        call.Charge(text.Length);
        var bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
            bytes[i] = text[i] <= 0xFF ? (byte)text[i] : throw call.Fault($"character {i} of the text is no byte");
        return new PickleBytes(bytes);
    }

    private static PickleBytes Bytes(PickleCall call) => call.Arguments switch
    {
        [] => new PickleBytes(default),
        [PickleBytes bytes] => bytes,
        _ => Encode(call),
    };

    private static PickleDict OrderedDictionary(PickleCall call)
    {
        var dictionary = new PickleDict();
        if (call.Arguments.Count == 0) return dictionary;
        var pairs = call.Argument<IPickleSequence>(0, "the list of pairs").Items;
        call.Charge(pairs.Count);
        foreach (var pair in pairs)
        {
            if (pair is not IPickleSequence { Items: [var key, var value] }) throw call.Fault($"{PickleText.Describe(pair)} is no pair of key and value");
            if (dictionary.Set(key, value) is { } wrong) throw call.Fault(wrong);
        }

        return dictionary;
    }
}
