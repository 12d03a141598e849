using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval survface</c>.</summary>
internal static class EvalSurvFaceVerb
{
    public static Command Create(Terminal terminal)
    {
        var verb = new Verb(
            "survface",
            "Measures a model on QMUL-SurvFace: surveillance faces in the sizes that they were found in, which choose their branches. Says how often enrolled people are among the best 20 and above the threshold that returns strangers "
            + "in 30, 20, 10 and 1 of 100 searches (TPIR20 at FPIR), exactly and as the paper's script computes it, and compares the pairs of the verification set where it is there.",
            "btnet eval survface QMUL-SurvFace --model model",
            "btnet eval survface QMUL-SurvFace --model package --way branch --all-choices --json survface.json --plots plots --report survface.html");
        return NativeSizeMeasurement.AddTo(
            verb, terminal, "Folder of QMUL-SurvFace as its owners ship it: the one that Face_Identification_Test_Set is in, or that folder itself", [],
            new Option<string?>("--plots") { Description = "Write curves of what is found over the false positive identification rate, and the pairs' ROC, as PNG", HelpName = "DIR" },
            (_, root, skipped, share) => SurvFaceReader.Read(root, skipped, share), SurvFaceProtocol.Run,
            reports => new EvalResults<SurvFaceReport>(reports, ProtocolRows.Of, () => SurvFaceJson.Format(reports), () => SurvFaceTable.All(reports), folder => SurvFacePlot.Write(folder, reports)),
            (page, reports, set, showsFaces) => page.Add(reports, set.Files, showsFaces ? set : null));
    }
}
