using System.Reflection;
using System.Text.RegularExpressions;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Resolutions;
using BTNet.TestSupport;
using NetArchTest.Rules;

namespace BTNet.Training.Tests;

public sealed partial class ArchitectureTests
{
    private const string Training = "BTNet.Training";

    private static readonly Assembly TrainingAssembly = typeof(TorchEmbedder).Assembly;

    private static readonly string[] Folders = ["Autograd", "Backbones", "Branches", "Checkpoints", "Data", "Demo", "Devices", "Distributed", "Export", "Kernels", "Losses", "Native", "Optimizers", "Profiling", "Quantization", "Randomness", "Recipes", "Schedules", "Teaching"];

    private static string[] PartsOfExport => [.. TrainingAssembly.GetTypes().Where(type => type.Namespace == $"{Training}.Export" && !type.IsNested).Select(type => type.FullName!)];

    public static TheoryData<string, string[]> Allowed => new()
    {
        { "Autograd", [] },
        { "Backbones", ["Devices", "Kernels", "Profiling"] },
        { "Data", [] },
        { "Devices", [] },
        { "Distributed", ["Autograd", "Losses"] },
        { "Kernels", [] },
        { "Losses", [] },
        { "Native", [] },
        { "Optimizers", [] },
        { "Profiling", ["Autograd"] },
        { "Randomness", [] },
        { "Schedules", [] },
        { "Teaching", ["Data"] },
        { "Branches", ["Backbones", "Profiling"] },
        { "Checkpoints", ["Backbones", "Branches", "Losses"] },
        { "Export", ["Backbones", "Branches"] },
        { "Quantization", ["Export"] },
        { "Recipes", ["Backbones", "Branches", "Data", "Devices", "Losses", "Optimizers", "Schedules"] },
        // On top of everything, as the root is.
        { "Demo", ["Backbones", "Branches", "Checkpoints", "Data", "Losses", "Optimizers", "Recipes", "Schedules"] }
    };

    [Fact]
    public void What_a_product_references_knows_neither_torch_nor_evaluation_nor_training()
        => AssertNone(Types.InAssembly(typeof(Resolution).Assembly).ShouldNot().HaveDependencyOnAny("TorchSharp", "BTNet.Evaluation", Training));

    [Fact]
    public void A_gallery_on_a_server_knows_galleries_and_nobody_but_the_program_knows_it()
    {
        const string Postgres = "BTNet.Gallery.Postgres";
        // Read as text: training has no use for the assembly.
        foreach (var project in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            var references = Reference().Matches(File.ReadAllText(project)).Select(match => match.Groups["name"].Value).ToList();
            if (Path.GetFileNameWithoutExtension(project) == Postgres) Assert.Equal(["BTNet"], references);
            else Assert.Equal(Path.GetFileNameWithoutExtension(project) == "BTNet.Cli", references.Contains(Postgres));
        }

        var files = Directory.GetFiles(Path.Combine(Repository.Root, "src", Postgres), "*.cs");
        Assert.True(files.Length > 10);
        Assert.All(files, file => Assert.Empty(Uses().Matches(File.ReadAllText(file)).Select(match => match.Value)));
    }

    [Theory]
    [InlineData("Matching", "Gallery", "Inference", "Models")]
    [InlineData("Gallery", "Matching")]
    public void Decisions_and_galleries_meet_only_through_embeddings(string part, params string[] others) =>
        AssertNone(Types.InAssembly(typeof(Resolution).Assembly).That().ResideInNamespace($"BTNet.{part}").ShouldNot().HaveDependencyOnAny([.. others.Select(other => $"BTNet.{other}")]));

    [Fact]
    public void Evaluation_knows_embedders_but_neither_torch_nor_training()
        => AssertNone(Types.InAssembly(typeof(PairProtocol).Assembly).ShouldNot().HaveDependencyOnAny("TorchSharp", Training));

    [Theory]
    [InlineData("Metrics")]
    [InlineData("Matlab")]
    [InlineData("Pickles")]
    [InlineData("Caching")]
    public void What_measures_and_what_reads_files_knows_no_protocol_and_no_report(string part) =>
        AssertNone(Types.InAssembly(typeof(PairProtocol).Assembly).That().ResideInNamespace($"BTNet.Evaluation.{part}").ShouldNot().HaveDependencyOnAny("BTNet.Evaluation.Protocols", "BTNet.Evaluation.Reports", "BTNet.Evaluation.Records"));

    [Fact]
    public void Networks_are_quantized_without_torch()
        => AssertNone(Types.InAssembly(TrainingAssembly).That().ResideInNamespace($"{Training}.Quantization").ShouldNot().HaveDependencyOn("TorchSharp"));

    [Theory]
    [MemberData(nameof(Allowed))]
    public void A_part_of_training_knows_only_the_parts_beneath_it(string folder, string[] allowed)
    {
        var parts = TrainingAssembly.GetTypes().Select(type => type.Namespace).Where(name => name?.StartsWith(Training + ".", StringComparison.Ordinal) == true)
            .Select(name => name!.Split('.')[2]).Distinct().Order();
        // A new folder must find its place in the table.
        Assert.Equal(Folders, parts);
        // The messages of an ONNX file are of no part: trunks are read from such files, and packages written.
        string[] forbidden = [.. Folders.Except([folder, "Native", "Randomness", .. allowed]).SelectMany(name => name == "Export" ? PartsOfExport : [$"{Training}.{name}"])];

        AssertNone(Types.InAssembly(TrainingAssembly).That().ResideInNamespace($"{Training}.{folder}").ShouldNot().HaveDependencyOnAny(forbidden));
    }

    [Fact]
    public void Only_the_trainer_and_what_is_beside_it_put_the_parts_together()
    {
        string[] root = [.. TrainingAssembly.GetTypes().Where(type => type.Namespace == Training && !type.IsNested).Select(type => type.FullName!)];
        Assert.Contains($"{Training}.Trainer", root);

        AssertNone(Types.InAssembly(TrainingAssembly).That().ResideInNamespaceMatching(@"^BTNet\.Training\.(?!Demo).+").ShouldNot().HaveDependencyOnAny(root));
    }

    [Fact]
    public void Every_file_lies_in_the_folder_of_its_namespace()
    {
        var sources = Path.Combine(Repository.Root, "src");
        var files = Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
            .Where(file => !BuildOutput().IsMatch(Path.GetRelativePath(sources, file)) && Path.GetFileName(file) is not ("Program.cs" or "GlobalUsings.cs")).ToList();
        Assert.True(files.Count > 50);

        Assert.All(files, file =>
        {
            var folder = Path.GetRelativePath(sources, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            Assert.Equal([folder], Namespace().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value));
        });
    }

    private static void AssertNone(ConditionList rule)
    {
        var result = rule.GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*?(?<name>[\w.]+)\.csproj""", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    // Of BTNet a gallery knows galleries, and embeddings and resolutions, which all know.
    [GeneratedRegex(@"^using (?:static )?BTNet\.(?!Gallery\b|Embeddings;|Resolutions;)[\w.]+|BTNet\.(?:Matching|Inference|Models|Faces)\.", RegexOptions.Multiline)]
    private static partial Regex Uses();

    [GeneratedRegex(@"(?:^|[/\\])(?:bin|obj)[/\\]")]
    private static partial Regex BuildOutput();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Namespace();
}
