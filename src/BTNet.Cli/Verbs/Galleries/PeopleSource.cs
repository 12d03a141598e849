using System.Globalization;
using System.Text;
using BTNet.Faces;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>A picture that is to be enrolled, and whose it is.</summary>
internal sealed record PersonPicture(string Id, string? Name, IReadOnlyDictionary<string, string> Attributes, string Path);

/// <summary>Who is to be enrolled: a folder for each person, or a table.</summary>
internal static class PeopleSource
{
    private const int FaultsNamed = 20;
    private const string File = "file";
    private const string Id = "id";
    private const string Name = "name";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The pictures of a folder with a folder for each person, whose name is the id.</summary>
    /// <exception cref="InputException">There is no such folder, or pictures lie in no person's folder.</exception>
    public static List<PersonPicture> OfFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new InputException($"{folder}: there is no such folder; expected one with a folder for each person, whose name is the id, or --csv");
        List<PersonPicture> pictures = [];
        List<string> faults = [];
        foreach (var path in PictureFiles.Find([folder]))
        {
            var parts = Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar);
            if (parts.Length > 1) pictures.Add(new PersonPicture(parts[0].Normalize(NormalizationForm.FormC), null, new Dictionary<string, string>(), path));
            else faults.Add($"{path}: lies in no person's folder; expected {folder}{Path.DirectorySeparatorChar}ID{Path.DirectorySeparatorChar}{parts[0]}");
        }

        return faults.Count == 0 ? pictures : throw new InputException(folder, [.. faults.Take(FaultsNamed)], faults.Count);
    }

    /// <summary>The pictures of a table: comma-separated UTF-8 text, a picture a line under a line that names the columns. Needed are file, from the table's folder, and id; name and every other column but empty cells are taken as well.</summary>
    /// <exception cref="InputException">There is no such file, or it has faults, which are named by line.</exception>
    public static List<PersonPicture> OfTable(string path)
    {
        SpecialFile.Refuse(path, "a table of people");
        if (!System.IO.File.Exists(path)) throw new InputException($"{path}: there is no such file; expected a table with the columns {File} and {Id}");
        List<PersonPicture> pictures = [];
        List<string> faults = [];
        try
        {
            using var text = new StreamReader(path, Utf8);
            var (csv, cells) = (new CsvReader(text), new List<string>());
            List<string> columns = csv.Read(cells) ? [.. cells.Select(cell => cell.Trim())] : [];
            foreach (var needed in (string[])[File, Id])
                if (columns.Count(column => column == needed) != 1) faults.Add($"line 1: names the column {needed} {columns.Count(column => column == needed)} times; expected once");
            faults.AddRange(columns.GroupBy(column => column, StringComparer.Ordinal).Where(same => same.Count() > 1 && same.Key.Length > 0 && same.Key is not (File or Id)).Select(same => $"line 1: names the column {same.Key} {same.Count()} times; expected once"));
            if (faults.Count > 0) throw new InputException(path, faults);
            var (file, id, name, folder) = (columns.IndexOf(File), columns.IndexOf(Id), columns.IndexOf(Name), Path.GetDirectoryName(Path.GetFullPath(path))!);
            var names = new Dictionary<string, (string Name, int Line)>(StringComparer.Ordinal);
            while (csv.Read(cells))
            {
                if (cells is [""]) continue;
                if (cells.Count != columns.Count)
                {
                    faults.Add(Line(csv, $"has {cells.Count} cells; expected {columns.Count}, one a column"));
                    continue;
                }

                var named = name >= 0 && cells[name].Length > 0 ? cells[name] : null;
                if (cells[file].Length == 0 || cells[id].Length == 0) faults.Add(Line(csv, "has no file or no id; expected both"));
                else if (named is not null && names.TryGetValue(cells[id], out var before) && before.Name != named) faults.Add(Line(csv, $"calls '{cells[id]}' {named}, and line {before.Line} {before.Name}; expected one name a person, or another id"));
                else
                {
                    if (named is not null) names.TryAdd(cells[id], (named, csv.Line));
                    pictures.Add(new PersonPicture(
                        cells[id], named, columns.Index().Where(column => column.Index != file && column.Index != id && column.Index != name && column.Item.Length > 0 && cells[column.Index].Length > 0).ToDictionary(column => column.Item, column => cells[column.Index], StringComparer.Ordinal),
                        Path.Combine(folder, cells[file])));
                }
            }

            if (csv.IsEndless) faults.Add(Line(csv, "a quote is not closed, or the line is too long; expected a picture a line"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new InputException($"{path}: cannot be read ({fault.Message.TrimEnd('.')}); expected a table in UTF-8 that you may read", fault);
        }

        if (faults.Count > 0) throw new InputException(path, [.. faults.Take(FaultsNamed)], faults.Count);
        return pictures.Count > 0 ? pictures : throw new InputException($"{path}: names no picture; expected a picture a line");
    }

    private static string Line(CsvReader csv, string fault) => string.Create(CultureInfo.InvariantCulture, $"line {csv.Line}: {fault}");
}
