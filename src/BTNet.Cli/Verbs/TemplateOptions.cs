using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Gallery;

namespace BTNet.Cli.Verbs;

/// <summary>What measuring ways to fuse the faces of enrolled people takes.</summary>
internal sealed class TemplateOptions
{
    private readonly Option<int?> _faces = new("--enrolled-faces")
    {
        Description = "Enrol people of the lists with N faces each, drawn anew in each of --trials (by default 10), at the sizes of --gallery-resolution by turns (such as 112,28,14), and compare ways to fuse them; small faces go to their branches",
        HelpName = "N", CustomParser = Whole
    };

    private readonly Option<string?> _templates = new("--templates")
    {
        Description = "The ways, of which the first is what others are compared with: max, mean, quality-mean, clusters-2, quality-clusters-2 ...; by default max, mean, quality-mean and clusters of 2 and 3", HelpName = "max,mean,..."
    };

    /// <summary>Adds them.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="others">Its options that cannot be had beside.</param>
    public void AddTo(Command command, params IReadOnlyList<Option> others)
    {
        command.Add(_faces);
        command.Add(_templates);
        command.Validators.Add(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            if (Given(_templates) && !Given(_faces)) result.AddError($"{_templates.Name} are of people with several faces; give {_faces.Name} as well");
            foreach (var option in others.Where(option => Given(option) && Given(_faces))) result.AddError($"{option.Name} shows the searches of one draw, and {_faces.Name} makes several; leave one of them out. --json has the figures of each trial");
        });
    }

    /// <summary>The option that asks for all this.</summary>
    public Option Asked => _faces;

    /// <summary>With which faces people are enrolled; null where lists are taken as they are.</summary>
    /// <exception cref="InputException">A way or a size cannot be read.</exception>
    public OpenSetTemplateOptions? Read(ParseResult parsed, string sizes) => parsed.GetValue(_faces) is not { } faces ? null : new OpenSetTemplateOptions
    {
        Faces = faces, Gallery = EvalOpenSetOptions.ReadLevels(sizes),
        Fusions = parsed.GetValue(_templates) is { } text ? [.. text.Split(',', StringSplitOptions.TrimEntries).Select(TemplateFusion.Parse).Distinct()] : new OpenSetTemplateOptions().Fusions
    };

    private static int? Whole(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 2 and <= OpenSetTemplateOptions.MostFaces) return number;
        argument.AddError(string.Create(CultureInfo.InvariantCulture, $"'{text}' is no number of faces to fuse; expected a whole number from 2 to {OpenSetTemplateOptions.MostFaces}"));
        return null;
    }
}
