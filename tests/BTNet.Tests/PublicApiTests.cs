using System.Runtime.CompilerServices;
using BTNet.Inference;
using PublicApiGenerator;

namespace BTNet.Tests;

/// <summary>What users of the library have come to rely on changes only by somebody's will.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        // The compiler numbers these by the place in the file.
        var surface = typeof(FaceEmbedder).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false, ExcludeAttributes = [typeof(AsyncIteratorStateMachineAttribute).FullName!] }).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("BTNET_APPROVE") is "1") File.WriteAllText(Approved(), surface);

        Assert.True(
            surface == File.ReadAllText(Approved()).ReplaceLineEndings("\n"),
            $"the public surface of BTNet is not that of {Path.GetFileName(Approved())}. If it is meant to change, run this test with BTNET_APPROVE=1, look at the difference and commit it. It is now:\n{surface}");
    }

    private static string Approved([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "PublicApi.approved.txt");
}
