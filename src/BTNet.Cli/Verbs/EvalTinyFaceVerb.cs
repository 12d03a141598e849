using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.ClosedSet;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval tinyface</c>.</summary>
internal static class EvalTinyFaceVerb
{
    public static Command Create(Terminal terminal) => ClosedSetMeasurement.AddTo(
        new Verb(
            "tinyface",
            "Measures a model on TinyFace: small faces in the sizes that they were found in, which choose their branches, searched for among 150,000 of others. Says how often somebody of the right person is among the first 1, 20 and 50, "
            + "and the mean average precision.",
            "btnet eval tinyface tinyface --model model",
            "btnet eval tinyface tinyface --model package --way branch --all-choices --json tinyface.json --report tinyface.html"),
        terminal,
        "Folder of TinyFace as its owners ship it: the one that Testing_Set or tinyface/Testing_Set is in, or Testing_Set itself",
        [],
        (_, root, skipped, share) => TinyFaceReader.Read(root, skipped, share));
}
