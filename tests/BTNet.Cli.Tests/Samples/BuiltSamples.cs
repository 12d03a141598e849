using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Samples;

/// <summary>
/// BTNet packed into a feed of its own, and the samples, the READMEs' code and a program without a native ONNX Runtime built against
/// that package, in a copy far from this repository's settings, as a user would. Beside them a model package and faces.
/// </summary>
public sealed partial class BuiltSamples : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BuiltSamples(TinyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Feed = _folder.File("feed");
        var version = Version(Path.Combine(Repository.Root, "Directory.Build.props"), "Version");
        // Packages are kept by version, so each time it is another.
        var unique = $"{version}-test.{Environment.ProcessId}";
        // What was built with these tests, packed as it is. The configuration is that of the tests.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        Dotnet("pack", Path.Combine(Repository.Root, "src", "BTNet"), "--no-build", "--configuration", configuration, "--output", Feed, $"-p:PackageVersion={unique}");

        foreach (var sample in Names) Copy(sample, sample, version, unique);
        foreach (var (name, readme) in Snippets)
        {
            Copy("CompareFaces", name, version, unique);
            File.WriteAllText(Path.Combine(Folder(name), "Program.cs"), CodeOf(Path.Combine(Repository.Root, readme)));
        }

        Copy("CompareFaces", "NoRuntime", version, unique);
        File.WriteAllText(Project("NoRuntime"), NativeRuntime().Replace(File.ReadAllText(Project("NoRuntime")), ""));
        Build();

        Model = Path.Combine(Work, "package");
        Btnet.Run("export", model.CopyTo(_folder.File("checkpoint"), withBranch: true), "--output", Model).Expect(0);
    }

    /// <summary>The samples, by folder.</summary>
    public static IReadOnlyList<string> Names { get; } = ["CompareFaces", "RankFaces", "IdentifyFaces", "FaceService"];

    /// <summary>Programs made of the code in a README.</summary>
    public static IReadOnlyDictionary<string, string> Snippets { get; } = new Dictionary<string, string> { ["Readme"] = "README.md", ["PackageReadme"] = "src/BTNet/README.md" };

    /// <summary>The folder with BTNet as a package.</summary>
    public string Feed { get; }

    /// <summary>The folder that programs run in, which holds the model package as <c>package</c>.</summary>
    public string Work => Directory.CreateDirectory(_folder.File("work")).FullName;

    /// <summary>A model package with branches for 112 and 14.</summary>
    public string Model { get; }

    /// <summary>Starts a program that was built.</summary>
    public Process Start(string name, params string[] args) => Process.Start(Command([Path.Combine(Folder(name), "bin", "Release", "net10.0", $"{name}.dll"), .. args], Work))!;

    /// <summary>Runs a program that was built to its end.</summary>
    internal Ended Run(string name, params string[] args) => End(Start(name, args));

    public void Dispose() => _folder.Dispose();

    internal static Ended End(Process process)
    {
        using (process)
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(TimeSpan.FromMinutes(8)))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"{process.StartInfo.ArgumentList[0]} did not end\n{output.Result}\n{errors.Result}");
            }

            process.WaitForExit();
            return new Ended(process.ExitCode, output.Result, errors.Result);
        }
    }

    private static string CodeOf(string readme) => Assert.Single(CodeBlocks().Matches(File.ReadAllText(readme))).Groups["code"].Value;

    private void Copy(string sample, string name, string version, string unique)
    {
        Directory.CreateDirectory(Folder(name));
        var from = Path.Combine(Repository.Root, "samples", sample);
        File.Copy(Path.Combine(from, "Program.cs"), Path.Combine(Folder(name), "Program.cs"));
        var project = File.ReadAllText(Path.Combine(from, $"{sample}.csproj"));
        var reference = $"<PackageReference Include=\"BTNet\" Version=\"{version}\" />";
        Assert.Contains(reference, project, StringComparison.Ordinal);
        Assert.Contains($"\"Microsoft.ML.OnnxRuntime\" Version=\"{RuntimeVersion()}\"", project, StringComparison.Ordinal);
        File.WriteAllText(Project(name), project.Replace(reference, reference.Replace(version, unique, StringComparison.Ordinal), StringComparison.Ordinal));
    }

    /// <summary>All in one build. BTNet is unpacked beside them; the others come from where the machine has them.</summary>
    private void Build()
    {
        var projects = (string[])[.. Names, .. Snippets.Keys, "NoRuntime"];
        var solution = _folder.WriteText("Samples.slnx", $"<Solution>{string.Concat(projects.Select(name => $"<Project Path=\"{name}/{name}.csproj\" />"))}</Solution>");
        var machines = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Dotnet("build", solution, "--configuration", "Release", $"-p:RestoreAdditionalProjectSources={Feed}", $"-p:RestorePackagesPath={_folder.File("packages")}", $"-p:RestoreFallbackFolders={machines}", "-p:TreatWarningsAsErrors=true");
    }

    private string Folder(string name) => _folder.File(name);

    private string Project(string name) => Path.Combine(Folder(name), $"{name}.csproj");

    private void Dotnet(params string[] args) => End(Process.Start(Command([.. args, "--disable-build-servers", "--nologo"], _folder.Path))!).Expect(0);

    private static ProcessStartInfo Command(IEnumerable<string> args, string folder)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet, args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder };
        // What the build that these tests may run under says to itself.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        return start;
    }

    private static string Version(string file, string element) => XDocument.Load(file).Descendants(element).Single().Value;

    private static string RuntimeVersion() => XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
        .Single(package => package.Attribute("Include")!.Value == "Microsoft.ML.OnnxRuntime").Attribute("Version")!.Value;

    [GeneratedRegex(@"^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"^.*Include=""Microsoft\.ML\.OnnxRuntime"".*$", RegexOptions.Multiline)]
    private static partial Regex NativeRuntime();
}
