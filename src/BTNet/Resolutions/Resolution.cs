using System.Globalization;

namespace BTNet.Resolutions;

/// <summary>
/// A level of the feature pyramid: the side in pixels of the square face that enters there. One of 112 (the trunk's
/// own) and 56, 28, 14, 7 (a branch each); see the paper, section 3.
/// </summary>
public readonly record struct Resolution : IComparable<Resolution>
{
    private Resolution(int side) => Side = side;

    /// <summary>The trunk's own: 112 x 112.</summary>
    public static Resolution Full { get; } = new(112);

    /// <summary>Every level, the largest first: 112, 56, 28, 14, 7.</summary>
    public static IReadOnlyList<Resolution> All { get; } = [Full, new(56), new(28), new(14), new(7)];

    /// <summary>Width and height in pixels.</summary>
    public int Side { get; }

    /// <summary>Whether this is the trunk's own resolution, for which there is no branch.</summary>
    public bool IsFull => Side == Full.Side;

    /// <summary>The level with this side.</summary>
    /// <exception cref="InputException">There is no such level.</exception>
    public static Resolution Of(int side) => All.Any(level => level.Side == side)
        ? new Resolution(side)
        : throw new InputException($"{side} is no resolution of the pyramid; expected one of {string.Join(", ", All)}");

    /// <summary>Reads <c>14</c>.</summary>
    /// <exception cref="InputException">Not a number, or no level of the pyramid.</exception>
    public static Resolution Parse(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side)
        ? Of(side)
        : throw new InputException($"'{text}' is no resolution; expected one of {string.Join(", ", All)}");

    /// <summary>By side.</summary>
    public int CompareTo(Resolution other) => Side.CompareTo(other.Side);

    /// <summary>The side as text: <c>14</c>.</summary>
    public override string ToString() => Side.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left side is smaller.</summary>
    public static bool operator <(Resolution left, Resolution right) => left.Side < right.Side;

    /// <summary>Whether the left side is larger.</summary>
    public static bool operator >(Resolution left, Resolution right) => left.Side > right.Side;

    /// <summary>Whether the left side is smaller or the same.</summary>
    public static bool operator <=(Resolution left, Resolution right) => left.Side <= right.Side;

    /// <summary>Whether the left side is larger or the same.</summary>
    public static bool operator >=(Resolution left, Resolution right) => left.Side >= right.Side;
}
