namespace BTNet.TestSupport;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BTNet.slnx"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"no BTNet.slnx above {AppContext.BaseDirectory}");
    }
}
