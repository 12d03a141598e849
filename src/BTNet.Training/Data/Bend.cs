using BTNet.Resolutions;
using BTNet.Training.Randomness;

namespace BTNet.Training.Data;

/// <summary>
/// Bends a picture smoothly (Simard, Steinkraus and Platt, ICDAR 2003, on handwriting): the points of a coarse grid move, and what lies between moves with them. A bent face is another
/// face: a recogniser that is asked about it gives another person's embedding, and so a few thousand people become as many as there are views.
/// </summary>
internal sealed class Bend
{
    /// <summary>Along each side, the first and last at the edges.</summary>
    private const int Points = 5;

    private const double OnePlace = 1 << 16;

    private readonly double[] _right;
    private readonly double[] _down;

    private Bend(double[] right, double[] down) => (_right, _down) = (right, down);

    /// <summary>Draws one; null where nothing is to be bent, though it draws as much.</summary>
    /// <param name="most">By how many pixels of 112 a point moves at the most, in each direction.</param>
    /// <param name="random">Draws.</param>
    public static Bend? Draw(double most, SeededRandom random)
    {
        double[] Moves()
        {
            var moves = new double[Points * Points];
            for (var point = 0; point < moves.Length; point++) moves[point] = random.NextDouble(-1, 1) * most;
            return moves;
        }

        var (right, down) = (Moves(), Moves());
        return most == 0 ? null : new Bend(right, down);
    }

    /// <summary>How far away each pixel is taken from, in 65,536ths of a pixel, row by row.</summary>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="right">For each pixel, to the right.</param>
    /// <param name="down">For each pixel, downwards.</param>
    public void Offsets(int width, int height, Span<int> right, Span<int> down)
    {
        var (columns, rows) = (Places(width), Places(height));
        var (unitX, unitY) = (OnePlace * width / Resolution.Full.Side, OnePlace * height / Resolution.Full.Side);
        Span<double> lineRight = stackalloc double[Points];
        Span<double> lineDown = stackalloc double[Points];
        for (var y = 0; y < height; y++)
        {
            var (above, share) = rows[y];
            for (var point = 0; point < Points; point++)
            {
                var at = (above * Points) + point;
                lineRight[point] = double.Lerp(_right[at], _right[at + Points], share) * unitX;
                lineDown[point] = double.Lerp(_down[at], _down[at + Points], share) * unitY;
            }

            for (var x = 0; x < width; x++)
            {
                var (left, part) = columns[x];
                right[(y * width) + x] = (int)double.Lerp(lineRight[left], lineRight[left + 1], part);
                down[(y * width) + x] = (int)double.Lerp(lineDown[left], lineDown[left + 1], part);
            }
        }
    }

    /// <summary>For each pixel of a side the grid's point before it, and how much the next one counts: with a cubic in between, so that nothing has a crease.</summary>
    private static (int Point, double Share)[] Places(int side) => [.. Enumerable.Range(0, side).Select(pixel =>
    {
        var place = (pixel + 0.5) / side * (Points - 1);
        var point = Math.Min((int)place, Points - 2);
        var share = place - point;
        return (point, share * share * (3 - (2 * share)));
    })];
}
