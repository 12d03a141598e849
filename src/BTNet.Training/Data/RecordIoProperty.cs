using System.Globalization;

namespace BTNet.Training.Data;

/// <summary>The <c>property</c> file of an InsightFace training set: <c>identities,height,width</c> on one line.</summary>
internal static class RecordIoProperty
{
    /// <summary>How many identities the file states; null where there is no such file.</summary>
    /// <exception cref="InputException">The file does not start with a number from 1 to the greatest.</exception>
    public static int? Identities(string path, int greatest)
    {
        if (!File.Exists(path)) return null;
        var line = TextLines.Read(path).Select(line => line.Text).FirstOrDefault("");
        return int.TryParse(line.Split(',')[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var identities) && identities > 0 && identities <= greatest
            ? identities
            : throw new InputException(
                $"{path}: expected 'identities,height,width' such as '93431,112,112' with at most {greatest} identities, found "
                + $"'{line[..Math.Min(40, line.Length)]}'. Mend it, or delete it to have the identities counted.");
    }
}
