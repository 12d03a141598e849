using System.CommandLine;
using BTNet.Faces;

namespace BTNet.Benchmarks;

/// <summary><c>identity-pairs</c>: pair lists of some people's faces, many more than official lists have. People are dealt into folds; within a fold there are the pairs
/// of each person and as many of two people.</summary>
internal static class IdentityPairs
{
    public static Command Create()
    {
        var people = new Argument<string>("people") { Description = "List of people, a name a line" };
        var faces = new Option<string>("--faces") { Description = "Folder with a folder for each of them", Required = true };
        var output = new Option<string>("--output") { Description = "Folder that gets pairs-1.txt and so on", Required = true };
        var folds = new Option<int>("--folds") { Description = "Lists", DefaultValueFactory = _ => 10 };
        var most = new Option<int>("--most") { Description = "Pairs of one person at most, drawn from all; 0 for no limit", DefaultValueFactory = _ => 0 };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var command = new Command("identity-pairs", "Writes pair lists of some people's faces, as many pairs of one person as of two.") { people, faces, output, folds, most, seed };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(people), parsed.GetRequiredValue(faces), parsed.GetRequiredValue(output), parsed.GetValue(folds), parsed.GetValue(most), parsed.GetValue(seed)));
        return command;
    }

    private static void Run(string people, string faces, string output, int folds, int most, int seed)
    {
        var persons = File.ReadLines(people).Where(name => name.Length > 0).Select(name => (Name: name, Pictures: Pictures(faces, name))).ToList();
        Directory.CreateDirectory(output);
        var number = 0;
        foreach (var fold in PairDraw.Folds([.. persons.Select(person => person.Pictures)], folds, most, seed))
        {
            var file = Path.Combine(output, $"pairs-{++number}.txt");
            File.WriteAllLines(file, fold.Select(pair => $"{pair.First}\t{pair.Second}\t{(pair.Same ? 1 : 0)}"));
            Console.WriteLine($"{file}: {fold.Count} pairs");
        }
    }

    private static string[] Pictures(string faces, string name) =>
        [.. PictureFiles.Find([Path.Combine(faces, name)]).Select(file => Path.GetRelativePath(faces, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
