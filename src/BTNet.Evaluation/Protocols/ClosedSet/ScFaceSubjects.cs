using System.Globalization;

namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>Reads which subjects of SCface are taken: a number a line, such as <c>51</c> or <c>051</c>. Blank lines and those that begin with # are left out.</summary>
internal static class ScFaceSubjects
{
    private const int Greatest = 999;
    private const int FaultsNamed = 20;

    /// <exception cref="InputException">There is no such file, or it holds no or other lines, or a number twice.</exception>
    public static HashSet<int> Read(string path)
    {
        List<string> faults = [];
        var lines = ListFile.Read<string>(path, "a list of subjects", "subject", "the number of a subject, such as 051", Parse, faults);
        var subjects = new HashSet<int>();
        foreach (var number in lines.Select(line => int.Parse(line, CultureInfo.InvariantCulture)))
            if (!subjects.Add(number)) faults.Add($"{path}: names subject {number.ToString(CultureInfo.InvariantCulture)} twice; expected each once");
        return faults.Count == 0 ? subjects : throw new InputException("list of subjects", [.. faults.Take(FaultsNamed)], faults.Count);
    }

    private static string? Parse(string text, out string fault)
    {
        var number = text.Trim();
        var sound = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var subject) && subject <= Greatest;
        fault = sound ? "" : $"'{Quoted.Shorten(number)}' is no number of a subject";
        return sound ? number : null;
    }
}
