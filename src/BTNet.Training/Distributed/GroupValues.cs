using System.Runtime.InteropServices;
using System.Text;

namespace BTNet.Training.Distributed;

/// <summary>Exchanges of values other than floats, and of tensors.</summary>
internal static class GroupValues
{
    /// <summary>A number from each rank.</summary>
    public static int[] Gather(this IProcessGroup group, int mine)
    {
        var all = new int[group.Size];
        group.AllGather(MemoryMarshal.AsBytes([mine]), MemoryMarshal.AsBytes(all.AsSpan()));
        return all;
    }

    /// <summary>Whether something is so on any rank.</summary>
    public static bool Any(this IProcessGroup group, bool here) => group.Size == 1 ? here : group.Gather(here ? 1 : 0).Contains(1);

    /// <summary>A text from each rank.</summary>
    public static string[] Gather(this IProcessGroup group, string mine)
    {
        var bytes = Encoding.UTF8.GetBytes(mine);
        var lengths = group.Gather(bytes.Length);
        var longest = lengths.Max();
        var all = new byte[longest * group.Size];
        Array.Resize(ref bytes, longest);
        group.AllGather(bytes, all);
        return [.. lengths.Select((length, rank) => Encoding.UTF8.GetString(all, rank * longest, length))];
    }

    /// <summary>The share of a step's images that are this rank's: 0 to 1.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="images">How many this rank has.</param>
    public static double ShareOf(this IProcessGroup group, int images) => group.Size == 1 ? 1 : (double)images / group.Gather(images).Sum();

    /// <summary>Means over all of a step's images from each rank's means over its own.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="share">This rank's <see cref="ShareOf"/>.</param>
    /// <param name="means">This rank's means.</param>
    public static double[] Mean(this IProcessGroup group, double share, params double[] means)
    {
        if (group.Size == 1) return means;
        var weighted = Array.ConvertAll(means, mean => (float)(mean * share));
        group.Sum(weighted);
        return Array.ConvertAll(weighted, mean => (double)mean);
    }
}
