using BTNet.Training;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>The program as another build of it is: all files are the same but BTNet.Training.dll, which is the same code with
/// another version id, as each compilation of other sources gives it.</summary>
internal static class OtherBuild
{
    private const string Library = "BTNet.Training.dll";

    /// <summary>Makes it.</summary>
    /// <returns>The program's file, and the id of its library.</returns>
    public static (string Program, Guid Version) Make(string folder)
    {
        var source = AppContext.BaseDirectory;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            // Native libraries are large; the rest must lie in this folder for the host to take them from there.
            if (Path.GetExtension(file) is ".dll" or ".json") File.Copy(file, copy);
            else File.CreateSymbolicLink(copy, file);
        }

        var library = Path.Combine(folder, Library);
        var bytes = File.ReadAllBytes(library);
        var version = Guid.NewGuid();
        var place = bytes.AsSpan().IndexOf(typeof(TorchEmbedder).Module.ModuleVersionId.ToByteArray());
        Assert.True(place > 0);
        version.ToByteArray().CopyTo(bytes.AsSpan(place));
        File.WriteAllBytes(library, bytes);
        return (Path.Combine(folder, Path.GetFileName(Btnet.Program)), version);
    }
}
