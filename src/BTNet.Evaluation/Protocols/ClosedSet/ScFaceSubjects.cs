using System.Globalization;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>Reads which subjects of SCface are taken: a number a line, such as <c>51</c> or <c>051</c>. Blank lines and those that begin with # are left out.</summary>
internal static class ScFaceSubjects
{
    private const int Greatest = 999;
    private const int FaultsNamed = 20;

    /// <exception cref="InputException">There is no such file, or it holds no or other lines, or a number twice.</exception>
    public static HashSet<int> Read(string path)
    {
        var (subjects, faults) = (new HashSet<int>(), new List<string>());
        ListFile.Read<string>(path, "a list of subjects", "subject", "the number of a subject, such as 051, each once", Take, faults);
        return faults.Count == 0 ? subjects : throw new InputException("list of subjects", [.. faults.Take(FaultsNamed)], faults.Count);

        string? Take(string text, out string fault)
        {
            var number = text.Trim();
            var sound = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var subject) && subject <= Greatest;
            fault = !sound ? $"'{Quoted.Shorten(number)}' is no number of a subject" : subjects.Add(subject) ? "" : $"subject {number} is there already";
            return fault.Length == 0 ? number : null;
        }
    }
}
