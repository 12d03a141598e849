using System.Globalization;
using System.Text;

namespace BTNet.Faces;

/// <summary>
/// Reads a table of detected faces: comma-separated UTF-8 text, a line for each face under a line that names the columns.
/// Needed are <c>file</c>, <c>left_eye_x</c>, <c>left_eye_y</c>, <c>right_eye_x</c> and <c>right_eye_y</c>; either all or
/// none of <c>nose_x</c>, <c>nose_y</c>, <c>mouth_left_x</c>, <c>mouth_left_y</c>, <c>mouth_right_x</c> and
/// <c>mouth_right_y</c>. Columns may stand in any order, and others, such as a detector's score and box, are passed over.
/// Coordinates are those of <see cref="ImagePoint"/>, left and right those of <see cref="FaceLandmarks"/>.
/// </summary>
public static class LandmarkFile
{
    private const int FaultsNamed = 20;

    private const string FileColumn = "file";

    private static readonly string[] EyeColumns = ["left_eye_x", "left_eye_y", "right_eye_x", "right_eye_y"];

    private static readonly string[] OtherColumns = ["nose_x", "nose_y", "mouth_left_x", "mouth_left_y", "mouth_right_x", "mouth_right_y"];

    // Bytes that are no UTF-8 would otherwise become names that no file has.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    /// <summary>Reads the whole table.</summary>
    /// <returns>For each name in the column <c>file</c>, exactly as written, its faces in the order of the lines.</returns>
    /// <exception cref="InputException">There is no such file, it cannot be read, or it is a pipe, a socket or a device; or it has faults, all of which are
    /// counted, the first twenty named by line.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<FaceLandmarks>> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SpecialFile.Refuse(path, "a table of landmarks");
        try
        {
            using var file = File.OpenRead(path);
            return Read(file, path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: there is no such file; expected a table of landmarks, check the path", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"{path}: cannot be read ({fault.Message}); expected a table of landmarks that you may read", fault);
        }
    }

    /// <summary>Reads the whole table from a stream, which is left open.</summary>
    /// <param name="stream">Read from where it stands to its end; what it throws is passed on.</param>
    /// <param name="name">What the fault messages call it.</param>
    /// <returns>As <see cref="Read(string)"/>.</returns>
    /// <exception cref="InputException">It has faults, all of which are counted, the first twenty named by line.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<FaceLandmarks>> Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        var faults = new Faults();
        var faces = new Dictionary<string, List<FaceLandmarks>>(StringComparer.Ordinal);
        using var text = new StreamReader(stream, Utf8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var csv = new CsvReader(text);
        try
        {
            ReadTable(csv, faces, faults);
        }
        catch (DecoderFallbackException)
        {
            faults.Add($"after line {csv.Line}: is not UTF-8 text; expected comma-separated text, save it as UTF-8");
        }

        if (faults.Count > 0) throw new InputException(name, faults.Named, faults.Count);
        return faces.ToDictionary(one => one.Key, IReadOnlyList<FaceLandmarks> (one) => one.Value, StringComparer.Ordinal);
    }

    private static void ReadTable(CsvReader csv, Dictionary<string, List<FaceLandmarks>> faces, Faults faults)
    {
        var cells = new List<string>();
        if (!csv.Read(cells))
        {
            faults.Add($"is empty; expected a line of column names such as {FileColumn},{string.Join(",", EyeColumns)}");
            return;
        }

        string[] names = [.. cells.Select(cell => cell.Trim())];
        string[] needed = OtherColumns.Any(names.Contains) ? [FileColumn, .. EyeColumns, .. OtherColumns] : [FileColumn, .. EyeColumns];
        foreach (var column in needed)
        {
            var times = names.Count(column.Equals);
            if (times != 1) faults.Add($"line 1: {(times == 0 ? "there is no column" : $"there are {times} columns")} {column}; expected one, as of {string.Join(",", needed)}");
        }

        if (csv.IsEndless) faults.Add(Endless(csv));
        if (faults.Count > 0) return;
        int[] columns = [.. needed.Select(column => Array.IndexOf(names, column))];
        while (csv.Read(cells))
        {
            if (csv.IsEndless) faults.Add(Endless(csv));
            else if (cells.Count > 1 || !string.IsNullOrWhiteSpace(cells[0])) AddFace(csv.Line, cells, names, columns, faces, faults);
        }
    }

    private static void AddFace(int line, List<string> cells, string[] names, int[] columns, Dictionary<string, List<FaceLandmarks>> faces, Faults faults)
    {
        if (cells.Count != names.Length)
        {
            faults.Add($"line {line}: has {cells.Count} values; expected {names.Length}, as many as there are columns");
            return;
        }

        var before = faults.Count;
        var file = cells[columns[0]];
        if (file.Length == 0) faults.Add($"line {line}: {FileColumn} is empty; expected the name of a picture");
        var values = new double[columns.Length - 1];
        for (var i = 0; i < values.Length; i++)
        {
            var cell = cells[columns[i + 1]];
            if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]))
                faults.Add($"line {line}: {names[columns[i + 1]]} is '{Short(cell)}'; expected a number of pixels such as 108.45");
        }

        if (faults.Count > before) return;
        var points = new ImagePoint[values.Length / 2];
        for (var i = 0; i < points.Length; i++) points[i] = new ImagePoint(values[2 * i], values[(2 * i) + 1]);
        if (FaceLandmarks.FaultOf(points) is { } fault)
        {
            faults.Add($"line {line}: {fault}");
            return;
        }

        if (!faces.TryGetValue(file, out var ofFile)) faces.Add(file, ofFile = []);
        ofFile.Add(new FaceLandmarks(points));
    }

    private static string Endless(CsvReader csv) => $"line {csv.Line}: a quote is not closed, or the line is longer than {CsvReader.LongestRecord:N0} characters; expected a face a line";

    private static string Short(string cell) => cell.Length <= 40 ? cell : string.Concat(cell.AsSpan(0, 40), "...");

    private sealed class Faults
    {
        private readonly List<string> _named = [];

        public IReadOnlyList<string> Named => _named;

        public int Count { get; private set; }

        public void Add(string fault)
        {
            if (Count++ < FaultsNamed) _named.Add(fault);
        }
    }
}
