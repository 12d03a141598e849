using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.ClosedSet;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval scface</c>.</summary>
internal static class EvalScFaceVerb
{
    public static Command Create(Terminal terminal)
    {
        var subjects = new Option<string?>("--subjects") { Description = "File with the number of a subject a line: these only are enrolled and searched for; by default all 130", HelpName = "FILE" };
        var infrared = new Option<bool>("--infrared") { Description = "Search with the pictures of cameras 6 and 7 too, which were taken at night in infrared" };
        return ClosedSetMeasurement.AddTo(
            new Verb(
                "scface",
                "Measures a model on SCface: pictures of surveillance cameras at 4.2, 2.6 and 1.0 m in the sizes that they have, which choose their branches, searched for among a mugshot of each subject. Says how often the right one "
                + "comes first, at each distance and over all.",
                "btnet eval scface SCface --model model",
                "btnet eval scface SCface --model package --subjects test-subjects.txt --indicator average --rule near"),
            terminal,
            "Folder of SCface as its owners ship it: the one that mugshot_frontal_cropped_all (or mugshot_frontal_original_all) and surveillance_cameras_distance_1, 2 and 3 are in",
            [subjects, infrared],
            (parsed, root, skipped, share) => ScFaceReader.Read(root, parsed.GetValue(subjects), parsed.GetValue(infrared), skipped, share));
    }
}
