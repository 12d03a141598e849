using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BTNet.Evaluation.Protocols.OpenSet;

namespace BTNet.Cli.Verbs;

/// <summary>What a verb takes that draws who is enrolled, trial by trial.</summary>
internal sealed class TrialOptions
{
    private readonly Option<int?> _trials = new("--trials")
    {
        Description = "Draw who is enrolled, and with which face, anew in each of N trials (BLUFR draws 10), from everybody of the lists; searched for are all other faces. Says the mean less the deviation over the trials",
        HelpName = "N", CustomParser = argument => Whole(argument, "number of trials", OpenSetTrialOptions.Fewest, OpenSetTrialOptions.Most)
    };

    private readonly Option<ulong?> _seed = new("--seed") { Description = "What the draws of --trials come from; by default 0. The same seed gives the same draws on every machine", HelpName = "N", CustomParser = Seed };

    private readonly Option<int?> _enrol = new("--enrol")
    {
        Description = "How many people --trials enrols in each; by default as many as the gallery's list", HelpName = "N", CustomParser = argument => Whole(argument, "number of people", 1, int.MaxValue)
    };

    /// <summary>Adds them.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="implied">Its option that asks for trials as well.</param>
    /// <param name="ofOneDraw">Its options whose results are of one draw, and cannot be had of several.</param>
    public void AddTo(Command command, Option implied, params IReadOnlyList<Option> ofOneDraw)
    {
        foreach (var option in (Option[])[_trials, _seed, _enrol]) command.Add(option);
        command.Validators.Add(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            foreach (var option in ((Option[])[_seed, _enrol]).Where(option => Given(option) && !Given(_trials) && !Given(implied))) result.AddError($"{option.Name} is of random trials; give --trials as well");
            foreach (var option in ofOneDraw.Where(option => Given(option) && Given(_trials))) result.AddError($"{option.Name} shows the searches of one draw, and --trials makes several; leave one of them out. --json has the figures of each trial");
        });
    }

    /// <summary>How people are drawn; null where the lists are taken as they are.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="implied">How many trials there are where it does not say; null for none.</param>
    public OpenSetTrialOptions? Drawing(ParseResult parsed, int? implied = null) =>
        (parsed.GetValue(_trials) ?? implied) is { } count ? new OpenSetTrialOptions { Count = count, Seed = parsed.GetValue(_seed) ?? 0, Enrolled = parsed.GetValue(_enrol) } : null;

    private static int? Whole(ArgumentResult argument, string what, int least, int most)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        argument.AddError(string.Create(CultureInfo.InvariantCulture, $"'{text}' is no {what}; expected a whole number {(most < int.MaxValue ? $"from {least} to {most}" : $"of at least {least}")}"));
        return null;
    }

    private static ulong? Seed(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)) return seed;
        argument.AddError(string.Create(CultureInfo.InvariantCulture, $"'{text}' is no seed; expected a whole number from 0 to {ulong.MaxValue}"));
        return null;
    }
}
