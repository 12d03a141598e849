namespace BTNet.TestSupport;

/// <summary>
/// Real faces, file samples and golden figures that lie beside the checkout, in <c>../shared</c>, and are no part
/// of it. A test that needs them says so by calling <see cref="Require"/>, which skips it where they are absent.
/// </summary>
internal static class SharedData
{
    private static readonly string? Root = Find();

    /// <summary>The full path of a file or folder in the shared data; skips the running test where it is absent.</summary>
    public static string Require(params string[] parts)
    {
        var path = Root is null ? null : Path.Combine([Root, .. parts]);
        var present = path is not null && (File.Exists(path) || Directory.Exists(path));
        Assert.SkipUnless(present, $"needs the test data {string.Join('/', parts)} in a folder 'shared' beside the checkout");
        return path!;
    }

    private static string? Find()
    {
        var shared = Path.Combine(Path.GetDirectoryName(Repository.Root)!, "shared");
        return Directory.Exists(shared) ? shared : null;
    }
}
