using TorchSharp;

namespace BTNet.Training.Kernels;

/// <summary>Splits the rows of a map among threads: always in the same way for the same number of torch threads, so that
/// sums are the same in every run.</summary>
internal static class RowRanges
{
    /// <summary>Numbers below which a second thread costs more than it brings.</summary>
    private const long Least = 32_768;

    /// <summary>How many ranges a map of so many rows is cut into.</summary>
    public static int Parts(long rows, int channels) =>
        (int)Math.Clamp(Math.Min(rows * channels / Least, torch.get_num_threads()), 1, Math.Max(1, rows));

    /// <summary>Calls for each range with its number, first row and count of rows, side by side.</summary>
    public static void Run(long rows, int parts, Action<int, long, long> work)
    {
        if (parts == 1)
        {
            work(0, 0, rows);
            return;
        }

        Parallel.For(0, parts, part =>
        {
            var from = rows * part / parts;
            work(part, from, (rows * (part + 1) / parts) - from);
        });
    }
}
