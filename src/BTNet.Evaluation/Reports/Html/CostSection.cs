using System.Globalization;
using BTNet.Evaluation.Protocols.Latency;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>What a face of each resolution costs, and what is reached for that.</summary>
public sealed class CostSection : ReportSection
{
    private readonly IReadOnlyList<Worth> _worths;
    private readonly IReadOnlyList<PathCost> _costs;
    private readonly LatencyReport? _latency;

    /// <param name="worths">What was reached, a measure each; may be empty.</param>
    /// <param name="costs">What the model's paths cost; may be empty where nobody counted.</param>
    /// <param name="latency">How long faces take; null where it was not measured.</param>
    public CostSection(IReadOnlyList<Worth> worths, IReadOnlyList<PathCost> costs, LatencyReport? latency)
    {
        ArgumentNullException.ThrowIfNull(worths);
        ArgumentNullException.ThrowIfNull(costs);
        (_worths, _costs, _latency) = (worths, costs, latency);
    }

    /// <inheritdoc />
    public override string Title => "What it costs";

    /// <inheritdoc />
    internal override IEnumerable<Node> Body(string id)
    {
        yield return new Element("p", "A small face that goes to a branch passes only the branch and the rest of the trunk behind it; one that is enlarged passes all of the trunk.").Class("lead");
        var counted = _costs.Where(cost => cost.MultiplyAccumulates is not null).ToDictionary(cost => cost.Resolution, cost => cost.MultiplyAccumulates!.Value);
        var figures = _worths.Index().Select(entry => (entry.Item.Measure, Drawing: CostFigure.Draw($"{id}-cost{entry.Index}", entry.Item, counted))).Where(entry => entry.Drawing is not null).ToList();
        if (figures.Count > 0)
        {
            yield return Figure.Grid("wide", figures.Select(entry => Figure.Of($"{Capital(entry.Measure)}, against multiply-accumulates", entry.Drawing!)));
            yield return new Element("p", "Filled marks: by branch. Hollow marks: enlarged into the trunk, at the trunk's cost. Upright lines are 95 % intervals.").Class("note");
        }
        else if (counted.Count == 0)
        {
            yield return new Element("p", "The model does not say how many multiply-accumulates its paths take.").Class("note");
        }

        yield return HtmlTable.Box("Cost of one face by resolution", HtmlTable.Head(["resolution", .. Columns()]), HtmlTable.Body(Sides().Select(Row)));
        if (_latency is not { } latency) yield break;
        yield return new Element("p", $"Times are of the call that turns pixels of the resolution into the embedding, without decoding: the median of {latency.Options.Calls} calls with one face after {latency.Options.WarmUp} to warm up, and the "
            + $"rate by the median of {latency.Options.BatchCalls} batches of {latency.Options.Batch}, on the machine that is named at the end, with whatever else ran there.").Class("note");
    }

    private IEnumerable<Resolution> Sides() => _costs.Select(cost => cost.Resolution).Union(_latency?.Results.Select(result => result.Resolution) ?? []).OrderDescending();

    private IEnumerable<string> Columns()
    {
        if (_costs.Count > 0) yield return "multiply-accumulates, M";
        if (_costs.Count > 0) yield return "of the trunk's";
        if (_costs.Any(cost => cost.Parameters is not null)) yield return "parameters of its own, M";
        if (_latency is null) yield break;
        yield return "one face, ms";
        yield return "10 % to 90 %, ms";
        yield return $"faces/s, {_latency.Options.Batch} at once";
    }

    private IReadOnlyList<string> Row(Resolution side)
    {
        var (cells, trunk) = (new List<string> { side.ToString() }, Cost(Resolution.Full));
        if (_costs.Count > 0) cells.AddRange([Number(Cost(side) / 1e6, "0.0"), trunk > 0 ? Number((double?)Cost(side) / trunk, "0.00×") : ReportText.Absent]);
        if (_costs.Any(cost => cost.Parameters is not null)) cells.Add(Number(_costs.FirstOrDefault(cost => cost.Resolution == side)?.Parameters / 1e6, "0.000"));
        if (_latency is null) return cells;
        var times = _latency.Results.FirstOrDefault(result => result.Resolution == side);
        cells.AddRange([Milliseconds(times?.Median), times is null ? ReportText.Absent : $"{Milliseconds(times.Low)} to {Milliseconds(times.High)}", Number(times?.FacesPerSecond, "0")]);
        return cells;
    }

    private long? Cost(Resolution side) => _costs.FirstOrDefault(cost => cost.Resolution == side)?.MultiplyAccumulates;

    private static string Milliseconds(TimeSpan? time) => Number(time?.TotalMilliseconds, "0.00");

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? ReportText.Absent;

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
