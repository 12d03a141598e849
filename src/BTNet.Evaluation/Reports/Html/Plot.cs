using System.Text;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>A drawing with two axes as inline SVG: the frame, into which what is measured is drawn. Its sizes are in units of which text has 12.5.</summary>
internal sealed class Plot
{
    private const double Bottom = 40;

    private readonly PlotAxis _x;
    private readonly PlotAxis _y;
    private readonly double _width;
    private readonly double _height;
    private readonly double _right;
    private readonly double _left;
    private readonly double _top;
    private readonly List<Node> _content = [];

    /// <param name="x">The axis below.</param>
    /// <param name="y">The axis on the left.</param>
    /// <param name="width">Of the whole drawing.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="right">Room on the right, for labels at the ends of curves.</param>
    public Plot(PlotAxis x, PlotAxis y, double width = 420, double height = 320, double right = 14)
    {
        (_x, _y, _width, _height, _right) = (x, y, width, height, right);
        // Room for what is written, and none where nothing is.
        (_left, _top) = (y.Ticks.Count > 0 ? 46 : 8, y.Label.Length > 0 ? 26 : 6);
    }

    /// <summary>The lower and the upper edge of the area within the axes.</summary>
    public (double Low, double High) Edges => (_height - Bottom, _top);

    /// <summary>The right edge of that area.</summary>
    public double RightEdge => _width - _right;

    /// <summary>Where a value of the x axis lies.</summary>
    public double X(double value) => _left + (_x.Place(value) * (_width - _right - _left));

    /// <summary>Where a value of the y axis lies.</summary>
    public double Y(double value) => _height - Bottom - (_y.Place(value) * (_height - Bottom - _top));

    /// <summary>Adds to what is drawn, over what is there.</summary>
    public Plot Add(params IEnumerable<Node> content)
    {
        _content.AddRange(content);
        return this;
    }

    /// <summary>A path along points. Those that lie less than a third of a unit beside the last one are left out: nobody sees them, and a curve of millions stays small.</summary>
    public string Path(IEnumerable<(double X, double Y)> points)
    {
        const double Least = 1 / 3.0;
        var (path, last, pending) = (new StringBuilder(), (X: double.NaN, Y: double.NaN), (X: double.NaN, Y: double.NaN));
        foreach (var (valueX, valueY) in points)
        {
            var at = (X: X(valueX), Y: Y(valueY));
            if (Math.Abs(at.X - last.X) < Least && Math.Abs(at.Y - last.Y) < Least)
            {
                pending = at;
                continue;
            }

            Append(at);
        }

        if (!double.IsNaN(pending.X)) Append(pending);
        return path.ToString();

        void Append((double X, double Y) at)
        {
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Element.Number(at.X)).Append(' ').Append(Element.Number(at.Y));
            (last, pending) = (at, (double.NaN, double.NaN));
        }
    }

    /// <summary>The drawing.</summary>
    /// <param name="id">Tells its title and description from those of every other on the page.</param>
    /// <param name="title">What it shows, for who cannot see it.</param>
    /// <param name="description">What it says, likewise.</param>
    public Element Draw(string id, string title, string description)
    {
        var drawing = Drawing(id, _width, _height, title, description);
        var (low, high) = Edges;
        foreach (var tick in _x.Ticks.Where(tick => tick.Label.Length > 0 || _x.IsLogarithmic))
        {
            drawing.Add(Rule(X(tick.Value), low, X(tick.Value), high, tick.Label.Length > 0 ? "grid" : "grid faint"));
            if (tick.Label.Length > 0) drawing.Add(Text(X(tick.Value), low + 16, tick.Label, "middle"));
        }

        foreach (var tick in _y.Ticks)
        {
            drawing.Add(Rule(_left, Y(tick.Value), RightEdge, Y(tick.Value), tick.Label.Length > 0 ? "grid" : "grid faint"));
            if (tick.Label.Length > 0) drawing.Add(Text(_left - 7, Y(tick.Value) + 4.2, tick.Label, "end"));
        }

        return drawing.Add(Rule(_left, low, RightEdge, low, "axis"), Text((_left + RightEdge) / 2, _height - 5, _x.Label, "middle", "label"), Text(4, 13, _y.Label, "start", "label")).Add(_content);
    }

    /// <summary>An empty drawing with a title and a description.</summary>
    public static Element Drawing(string id, double width, double height, string title, string description) =>
        new Element("svg", new Element("title", title).With("id", $"{id}-t"), new Element("desc", description).With("id", $"{id}-d"))
            .With("viewBox", $"0 0 {Element.Number(width)} {Element.Number(height)}").With("role", "img").With("aria-labelledby", $"{id}-t {id}-d").Class("plot");

    /// <summary>A text whose start, middle or end lies at a place.</summary>
    public static Element Text(double x, double y, string text, string anchor = "start", string? classes = null)
    {
        var element = new Element("text", text).With("x", x).With("y", y);
        if (anchor != "start") element.With("text-anchor", anchor);
        return classes is null ? element : element.Class(classes);
    }

    /// <summary>A straight line.</summary>
    public static Element Rule(double fromX, double fromY, double toX, double toY, string classes) =>
        new Element("path").Class(classes).With("d", $"M{Element.Number(fromX)} {Element.Number(fromY)}L{Element.Number(toX)} {Element.Number(toY)}");

    /// <summary>Moves labels apart that would overlap, as little as keeps them within two ends and in their order.</summary>
    /// <param name="places">Where they would best lie, rising or falling.</param>
    /// <param name="apart">The least distance of two.</param>
    /// <param name="least">The least place.</param>
    /// <param name="most">The greatest.</param>
    public static double[] Spread(IReadOnlyList<double> places, double apart, double least, double most)
    {
        var order = Enumerable.Range(0, places.Count).OrderBy(i => places[i]).ToArray();
        var moved = new double[places.Count];
        var floor = least;
        foreach (var i in order)
        {
            moved[i] = Math.Max(places[i], floor);
            floor = moved[i] + apart;
        }

        var ceiling = most;
        foreach (var i in order.Reverse())
        {
            moved[i] = Math.Min(moved[i], ceiling);
            ceiling = moved[i] - apart;
        }

        return moved;
    }
}
