using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports.Html;
using FsCheck.Xunit;
using Plot = BTNet.Evaluation.Reports.Html.Plot;

namespace BTNet.Evaluation.Tests.Reports.Html;

public sealed class PlotTests
{
    [Fact]
    public void A_logarithmic_axis_puts_equal_factors_at_equal_lengths_and_holds_what_is_beyond_its_ends()
    {
        var axis = PlotAxis.Decades("rate", -3);
        Assert.Equal([0.0, 1 / 3.0, 2 / 3.0, 1], new[] { 1e-3, 1e-2, 1e-1, 1 }.Select(value => Math.Round(axis.Place(value), 12)).Select((place, i) => Math.Abs(place - (i / 3.0)) < 1e-9 ? i / 3.0 : place));
        Assert.Equal((0, 1), (axis.Place(0), axis.Place(5)));
        Assert.Equal(["0.001", "0.01", "0.1", "1"], axis.Ticks.Where(tick => tick.Label.Length > 0).Select(tick => tick.Label));
    }

    [Theory]
    [InlineData(600, -3)]
    [InlineData(100, -2)]
    [InlineData(1000, -3)]
    [InlineData(1, -1)]
    public void Decades_begin_where_one_of_so_many_lies(int count, int decade) => Assert.Equal(decade, PlotAxis.DecadeOf(count));

    [Theory]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(60, 100, "60 70 80 90 100")]
    [InlineData(-.4, 1, "-0.4 -0.2 0 0.2 0.4 0.6 0.8 1")]
    public void A_linear_axis_is_read_at_round_numbers(double from, double to, string expected) => Assert.Equal(expected, string.Join(' ', PlotAxis.Linear("value", from, to).Ticks.Select(tick => tick.Label)));

    [Fact]
    public void A_path_of_very_many_points_leaves_out_what_nobody_sees_and_keeps_its_ends()
    {
        var plot = new Plot(PlotAxis.Linear("x", 0, 1), PlotAxis.Linear("y", 0, 1));
        var path = plot.Path(Enumerable.Range(0, 1_000_001).Select(i => (i / 1e6, i / 1e6)));
        Assert.InRange(path.Split('L').Length, 100, 3000);
        Assert.StartsWith("M46 280L", path, StringComparison.Ordinal);
        Assert.EndsWith("L406 26", path, StringComparison.Ordinal);
    }

    [Property]
    public void Labels_that_are_moved_apart_keep_their_order_and_distance_within_the_ends(int[] wanted)
    {
        // Twelve have room for sure.
        double[] places = [.. wanted.Take(12).Select(value => (double)(Math.Abs((long)value) % 300))];
        var moved = Plot.Spread(places, 14, 0, 300);
        var order = Enumerable.Range(0, places.Length).OrderBy(i => places[i]).ToArray();
        Assert.All(order.Zip(order.Skip(1)), pair => Assert.True(moved[pair.Second] - moved[pair.First] >= 14 - 1e-9));
        Assert.All(moved, place => Assert.InRange(place, 0, 300));
    }

    [Fact]
    public void Every_pair_of_resolutions_is_drawn_in_its_own_way()
    {
        var levels = BTNet.Resolutions.Resolution.All;
        var styles = SeriesStyle.Of(from first in levels from second in levels where first >= second select new ResolutionPair(first, second));
        var drawn = styles.Values.Select(style => (style.Class, style.Turn)).ToList();
        Assert.Equal((15, 15), (drawn.Count, drawn.Distinct().Count()));
        Assert.Equal("r7", styles[ResolutionPair.Parse("112x7")].Class);
    }

    [Property]
    public void Whatever_is_written_is_read_again_as_it_was_but_for_what_no_document_may_hold(string? text)
    {
        using var writer = new StringWriter();
        new Element("p", text ?? "").With("title", text ?? "").WriteTo(writer);
        var parsed = System.Xml.Linq.XElement.Parse(writer.ToString(), System.Xml.Linq.LoadOptions.PreserveWhitespace);
        var expected = string.Concat((text ?? "").Select(character => character == '\r' ? '\n' : character));
        Assert.Equal(expected.Length, parsed.Value.Length);
        Assert.All(expected.Zip(parsed.Value), pair => Assert.True(pair.First == pair.Second || pair.Second == '\uFFFD'));
    }
}
