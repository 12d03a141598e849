using System.Text;

namespace BTNet.Evaluation.Matlab;

/// <summary>Reads character arrays: MATLAB writes 16-bit code units or UTF-8, and SciPy UTF-8.</summary>
internal static class MatCharacters
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="input">What the array is in, for faults.</param>
    /// <param name="dimensions">The sides.</param>
    /// <param name="count">Their product.</param>
    /// <param name="stored">The characters.</param>
    public static MatText Read(MatInput input, int[] dimensions, int count, MatElement stored)
    {
        string text;
        try
        {
            text = (EncodingOf(stored.Type, input.BigEndian) ?? throw input.Fault(stored.At, $"characters are stored as {MatInput.Describe(stored.Type)}: the file is damaged. Fetch it again")).GetString(stored.Data.Span);
        }
        catch (DecoderFallbackException fault)
        {
            throw input.Fault(stored.At, $"a text is no {stored.Type}: the file is damaged. Fetch it again", fault);
        }

        // The sides count code units in MATLAB, and characters in SciPy, which are fewer where some lie beyond the first 65,536.
        if (text.Length != count && (dimensions[0] != 1 || text.EnumerateRunes().Count() != count))
            throw input.Fault(stored.At, $"a text of {text.Length} characters, where its array of {string.Join(" x ", dimensions)} has {count}: the file is damaged. Fetch it again");
        return new MatText(dimensions, Lines(text, count == 0 ? 0 : dimensions[0]));
    }

    private static string[] Lines(string text, int rows) => rows == 1 ? [text] : [.. Enumerable.Range(0, rows).Select(row => string.Create(text.Length / rows, (text, rows, row), static (line, from) =>
    {
        for (var column = 0; column < line.Length; column++) line[column] = from.text[(column * from.rows) + from.row];
    }))];

    private static Encoding? EncodingOf(MatType type, bool bigEndian) => type switch
    {
        MatType.Int8 or MatType.UInt8 => Encoding.Latin1,
        // What is not Unicode text, such as a lone half of a pair, is text of MATLAB's all the same, but no file is called so.
        MatType.UInt16 or MatType.Utf16 => new UnicodeEncoding(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true),
        MatType.Utf8 => Utf8,
        MatType.Utf32 => new UTF32Encoding(bigEndian, byteOrderMark: false, throwOnInvalidCharacters: true),
        _ => null,
    };
}
