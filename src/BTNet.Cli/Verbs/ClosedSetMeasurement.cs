using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;

namespace BTNet.Cli.Verbs;

/// <summary>What the verbs do that measure closed sets, whatever the folder's layout is.</summary>
internal static class ClosedSetMeasurement
{
    /// <inheritdoc cref="NativeSizeMeasurement.AddTo"/>
    public static Verb AddTo(Verb verb, Terminal terminal, string root, IEnumerable<Option> own, NativeSizeMeasurement.Read<ClosedSetLists> read) => NativeSizeMeasurement.AddTo(
        verb, terminal, root, own, null, read, ClosedSetProtocol.Run,
        reports => new EvalResults<ClosedSetReport>(reports, ProtocolRows.Of, () => ClosedSetJson.Format(reports), () => ClosedSetTable.All(reports)), (page, reports, lists, showsFaces) => page.Add(reports, lists.Files, showsFaces ? lists : null));
}
