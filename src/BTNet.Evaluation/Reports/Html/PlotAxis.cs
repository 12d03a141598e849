using System.Globalization;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>A line at which a value can be read.</summary>
/// <param name="Value">Where.</param>
/// <param name="Label">What is written there; empty for a line between two labels.</param>
internal readonly record struct PlotTick(double Value, string Label);

/// <summary>An axis of a plot: what it shows, from where to where, and where it is read.</summary>
/// <param name="Label">What is shown, with the unit.</param>
/// <param name="From">The value at the left or at the bottom.</param>
/// <param name="To">The value at the other end.</param>
/// <param name="IsLogarithmic">Whether equal factors are equal lengths.</param>
/// <param name="Ticks">Where the axis is read.</param>
internal sealed record PlotAxis(string Label, double From, double To, bool IsLogarithmic, IReadOnlyList<PlotTick> Ticks)
{
    /// <summary>A rate on a logarithmic axis, from a power of ten up to 1.</summary>
    /// <param name="label">What is shown.</param>
    /// <param name="decade">The power of ten that it begins with, below 0.</param>
    public static PlotAxis Decades(string label, int decade)
    {
        var ticks = new List<PlotTick>();
        for (var power = decade; power <= 0; power++)
        {
            ticks.Add(new PlotTick(Math.Pow(10, power), power >= -3 ? Math.Pow(10, power).ToString("0.###", CultureInfo.InvariantCulture) : $"1e{power}"));
            for (var digit = 2; digit < 10 && power < 0; digit++) ticks.Add(new PlotTick(digit * Math.Pow(10, power), ""));
        }

        return new PlotAxis(label, Math.Pow(10, decade), 1, true, ticks);
    }

    /// <summary>A power of ten at or below one of so many: below it nothing was measured.</summary>
    public static int DecadeOf(int count) => Math.Min(-1, (int)Math.Floor(-Math.Log10(Math.Max(1, count)) + 1e-9));

    /// <summary>An axis with lines at round numbers, about as many as are asked for.</summary>
    /// <param name="label">What is shown.</param>
    /// <param name="from">The lower end.</param>
    /// <param name="to">The upper end; where it is not above the lower one there is nothing to tell apart, and it is taken for 1 above.</param>
    /// <param name="about">How many lines are wanted.</param>
    public static PlotAxis Linear(string label, double from, double to, int about = 5)
    {
        if (!(to > from)) to = from + 1;
        var rough = (to - from) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        var ticks = new List<PlotTick>();
        for (var number = (long)Math.Ceiling((from / step) - 1e-9); (number * step) <= to + (1e-9 * step); number++)
            ticks.Add(new PlotTick(number * step, (number * step).ToString("0.####", CultureInfo.InvariantCulture)));
        return new PlotAxis(label, from, to, false, ticks);
    }

    /// <summary>Where a value lies, 0 at <see cref="From"/> and 1 at <see cref="To"/>; values beyond the ends lie at them.</summary>
    public double Place(double value)
    {
        var place = IsLogarithmic ? Math.Log(Math.Max(value, double.Epsilon) / From) / Math.Log(To / From) : (value - From) / (To - From);
        return Math.Clamp(place, 0, 1);
    }
}
