using System.Globalization;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>A folder of SCface: a picture a subject, whose name is the subject's number in three digits and what the folder's pictures all end in.</summary>
internal static class ScFaceFolder
{
    private const int Digits = 3;

    /// <summary>The pictures by subject, in the order of their numbers, as paths below the root.</summary>
    /// <param name="root">The folder of the data set.</param>
    /// <param name="folder">The folder below it.</param>
    /// <param name="ending">What follows the number, in any case: <c>_cam1_3</c>.</param>
    /// <param name="faults">Gets all that is wrong.</param>
    /// <exception cref="InputException">There is no picture, or the folder cannot be read.</exception>
    public static SortedDictionary<int, string> Read(string root, string folder, string ending, List<string> faults)
    {
        var found = new SortedDictionary<int, string>();
        foreach (var path in PictureFiles.Find([Path.Combine(root, folder)]).Select(path => Path.GetRelativePath(root, path)))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (name.Length != Digits + ending.Length || !name[..Digits].All(char.IsAsciiDigit) || !name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                faults.Add($"{Quoted.Shorten(path)} is no picture that belongs there; expected names such as 001{ending}.jpg");
            else if (!found.TryAdd(int.Parse(name[..Digits], CultureInfo.InvariantCulture), path))
                faults.Add($"{path} is a second picture of subject {name[..Digits]}, beside {found[int.Parse(name[..Digits], CultureInfo.InvariantCulture)]}; expected one a subject");
        }

        return found;
    }
}
