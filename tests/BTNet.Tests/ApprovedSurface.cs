using System.Reflection;
using System.Runtime.CompilerServices;
using PublicApiGenerator;

namespace BTNet.TestSupport;

/// <summary>The public surface of an assembly beside a file in which somebody approved of it.</summary>
internal static class ApprovedSurface
{
    /// <summary>Fails where they differ; with <c>BTNET_APPROVE=1</c> the file is written first.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="test">The test's own file, beside which the approved surface lies.</param>
    public static void Check(Assembly assembly, [CallerFilePath] string test = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(test)!, "PublicApi.approved.txt");
        // The compiler numbers these by the place in the file.
        var surface = assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false, ExcludeAttributes = [typeof(AsyncIteratorStateMachineAttribute).FullName!] }).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("BTNET_APPROVE") is "1") File.WriteAllText(approved, surface);

        Assert.True(
            surface == File.ReadAllText(approved).ReplaceLineEndings("\n"),
            $"the public surface of {assembly.GetName().Name} is not that of {Path.GetFileName(approved)}. If it is meant to change, run this test with BTNET_APPROVE=1, look at the difference and commit it. It is now:\n{surface}");
    }
}
