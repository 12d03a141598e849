using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BTNet.Evaluation.Reports;
using BTNet.Faces;

namespace BTNet.Evaluation.Records;

/// <summary>
/// A file of results that are kept (RFC 4180, UTF-8), a line a run. A run with figures that the file has no column for yet adds them at the end; lines that came before are empty there. Lines are added and
/// never changed.
/// </summary>
public static class ResultRegistry
{
    private const long MostBytes = 64L << 20;

    /// <summary>Adds lines to a file, which begins with them where there is none; all of them or none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The lines.</param>
    /// <exception cref="InputException">The file is no registry, or cannot be read or written.</exception>
    public static void Append(string path, params IReadOnlyList<ResultRow> rows)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(rows);
        using var turn = Turn.Of(path);
        var (columns, lines) = File.Exists(path) ? Load(path) : ([], []);
        lines.AddRange(rows.Select(row => row.About.Concat(row.Figures.Select(figure => (figure.Column, Text(figure.Value)))).ToDictionary(cell => cell.Column, cell => cell.Item2, StringComparer.Ordinal)));
        columns.AddRange(rows.SelectMany(row => row.About.Select(cell => cell.Column).Concat(row.Figures.Select(figure => figure.Column))).Except(columns, StringComparer.Ordinal).ToList());
        AtomicFile.WriteText(path, string.Concat(lines.Select(line => columns.Select(column => line.GetValueOrDefault(column, ""))).Prepend(columns).Select(cells => CsvLine.Of(cells) + "\n")));
    }

    /// <summary>Reads the lines of a file, each by column.</summary>
    /// <exception cref="InputException">The file is none, or cannot be read.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(path).Lines;
    }

    /// <summary>Looks whether lines could be added, before hours are spent on what would be in them.</summary>
    /// <exception cref="InputException">The file is no registry, or cannot be read; or the path is a folder, or lies within a file.</exception>
    public static void Require(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Require(path, "a CSV file");
        if (File.Exists(path)) Load(path);
    }

    private static (List<string> Columns, List<Dictionary<string, string>> Lines) Load(string path)
    {
        if (SpecialFile.KindOf(path) is { } kind) throw new InputException(SpecialFile.Fault(path, kind, "a registry of results"));
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new InputException($"{path}: has more than {MostBytes} bytes; expected a registry of results");
            using var text = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            var csv = new CsvReader(text);
            List<string> columns = [];
            if (!csv.Read(columns)) return ([], []);
            if (csv.IsEndless || columns.Exists(string.IsNullOrWhiteSpace) || columns.Distinct(StringComparer.Ordinal).Count() < columns.Count)
                throw new InputException($"{path}: a column has no name or no end, or two have the same; expected a registry of results, as --record writes it");
            List<Dictionary<string, string>> lines = [];
            List<string> cells = [];
            while (csv.Read(cells))
            {
                if (csv.IsEndless || cells.Count != columns.Count)
                    throw new InputException($"{path}:{csv.Line}: has {(csv.IsEndless ? "a quote without an end" : $"{cells.Count} fields where the first line has {columns.Count}")}; expected a registry of results, as --record writes it. Mend the line, or name another file");
                lines.Add(columns.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second, StringComparer.Ordinal));
            }

            return (columns, lines);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new InputException($"{path}: cannot be read ({fault.Message.Split('\n')[0].TrimEnd('.', '\r')}); expected a registry of results, as --record writes it", fault);
        }
    }

    private static string Text(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A turn at a file: a line that another process adds between reading and writing would be lost.</summary>
    private sealed class Turn : IDisposable
    {
        private readonly Mutex _mutex;

        private Turn(Mutex mutex) => _mutex = mutex;

        public static Turn Of(string path)
        {
            var mutex = new Mutex(initiallyOwned: false, $"btnet-registry-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))))[..32]}");
            try
            {
                mutex.WaitOne();
            }
            catch (AbandonedMutexException)
            {
                // Whoever had it was killed, and has written all or nothing.
            }

            return new Turn(mutex);
        }

        public void Dispose()
        {
            _mutex.ReleaseMutex();
            _mutex.Dispose();
        }
    }
}
