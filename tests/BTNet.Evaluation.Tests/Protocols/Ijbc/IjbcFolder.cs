using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.Ijbc;

/// <summary>A set of four templates of two people in the true layout; the lists may be changed before it is read.</summary>
internal sealed class IjbcFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public IjbcFolder()
    {
        Directory.CreateDirectory(_folder.File("meta"));
        Directory.CreateDirectory(_folder.File("loose_crop"));
        for (var image = 1; image <= 5; image++) _folder.WriteBytes($"loose_crop/{image}.jpg", [0]);
        foreach (var (name, text) in Lists) Write(name, text);
    }

    public static IReadOnlyDictionary<string, string> Lists { get; } = new Dictionary<string, string>
    {
        ["ijbc_face_tid_mid.txt"] = "1.jpg 7 1\n2.jpg 7 1\n3.jpg 8 2\n4.jpg 9 3\n5.jpg 10 4\n",
        ["ijbc_name_5pts_score.txt"] = string.Concat(Enumerable.Range(1, 5).Select(image => $"{image}.jpg 38.5 51.7 73.5 51.5 56 71.7 41.5 92.3 70.7 92.2 0.9{image}\n")),
        ["ijbc_template_pair_label.txt"] = "7 9 1\n7 10 0\n8 9 0\n8 10 1\n",
        ["ijbc_1N_gallery_G1.csv"] = "TEMPLATE_ID,SUBJECT_ID\n7,100\n",
        ["ijbc_1N_gallery_G2.csv"] = "TEMPLATE_ID,SUBJECT_ID\n8,200\n",
        ["ijbc_1N_probe_mixed.csv"] = "TEMPLATE_ID,SUBJECT_ID\n9,100\n10,200\n"
    };

    public string Path => _folder.Path;

    public string Meta => _folder.File("meta");

    public IjbcFolder Write(string name, string text)
    {
        _folder.WriteText($"meta/{name}", text);
        return this;
    }

    public IjbcFolder WriteBytes(string name, byte[] bytes)
    {
        _folder.WriteBytes($"meta/{name}", bytes);
        return this;
    }

    public IjbcFolder Delete(string name)
    {
        File.Delete(_folder.File(name));
        return this;
    }

    public void Dispose() => _folder.Dispose();
}
