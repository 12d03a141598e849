using System.Diagnostics;
using BTNet.Build;
using BTNet.TestSupport;

namespace BTNet.Training.Tests.Build;

public sealed class TorchSharpOnOlderLinuxTests
{
    [Fact]
    public void A_build_and_a_publish_mend_both_places_where_the_library_may_lie()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the build step does nothing elsewhere");
        using var folder = new TemporaryFolder();
        string[] libraries =
        [
            .. from output in new[] { "built", "published" }
               from layout in new[] { "cpu", "runtimes/linux-x64/native" }
               select folder.File($"{output}/{layout}/libLibTorchSharp.so")
        ];
        foreach (var library in libraries)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(library)!);
            File.WriteAllBytes(library, new SmallElf().Write());
        }

        var targets = Path.Combine(Repository.Root, "build", "TorchSharpOnOlderLinux.targets");
        folder.WriteText("program.proj", $"""
            <Project>
              <PropertyGroup><OutputType>Exe</OutputType><OutDir>built/</OutDir><PublishDir>published/</PublishDir></PropertyGroup>
              <Target Name="CopyFilesToOutputDirectory" />
              <Target Name="Publish" DependsOnTargets="CopyFilesToOutputDirectory" />
              <Import Project="{targets}" />
            </Project>
            """);
        Run(folder.Path, "msbuild", "program.proj", "-t:Publish", "-nologo", "-nodeReuse:false");

        // A host that is new enough needs nothing done.
        var expected = new SmallElf().Write();
        if (!HostLibrary.HasNewVersion(HostLibrary.Folders)) ElfSymbolPatch.Patch(expected);
        Assert.All(libraries, library => Assert.Equal(expected, File.ReadAllBytes(library)));
    }

    private static void Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + errors.Result);
    }
}
