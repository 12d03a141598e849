using System.Globalization;
using System.Text;
using CsvHelper;

namespace BTNet.Cli.Embedding;

/// <summary>Comma-separated text: a line a face, its embedding in columns <c>e0</c>, <c>e1</c> and so on.</summary>
internal static class CsvTable
{
    /// <param name="stream">Left open.</param>
    /// <param name="size">Numbers of an embedding to write: all, or 0 for none.</param>
    /// <param name="faces">The lines.</param>
    public static void Write(Stream stream, int size, IEnumerable<EmbeddedFace> faces)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
        using var csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n", FormatProvider = CultureInfo.InvariantCulture }, true);
        foreach (var name in (string[])["path", "face", "width", "height", "branch", "why", "norm", "warning"]) csv.WriteField(name);
        for (var i = 0; i < size; i++) csv.WriteField(string.Create(CultureInfo.InvariantCulture, $"e{i}"));
        csv.EndRecord();
        foreach (var face in faces)
        {
            csv.WriteField(face.Path);
            csv.WriteField(face.Face, default);
            csv.WriteField(face.Choice.Width, default);
            csv.WriteField(face.Choice.Height, default);
            csv.WriteField(face.Choice.Branch.Side, default);
            csv.WriteField(face.Choice.ToString());
            csv.WriteField((float)face.Norm, "R");
            csv.WriteField(face.Warning);
            for (var i = 0; i < size; i++) csv.WriteField(face.Values[i], "R");
            csv.EndRecord();
        }
    }
}
