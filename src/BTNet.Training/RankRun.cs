using System.Globalization;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Recipes;
using TorchSharp;

namespace BTNet.Training;

/// <summary>What a training looks after where it runs on several ranks.</summary>
internal static class RankRun
{
    private const int ImagesNamed = 8;

    /// <summary>Sees to it that all ranks run the same program on the same run, and save and judge at the same steps.</summary>
    /// <exception cref="InputException">They do not; two that differ are named.</exception>
    public static void Check(IProcessGroup group, string identity, RunOptions run)
    {
        group.Same("programs", $"BTNet {typeof(RankRun).Assembly.GetName().Version?.ToString(3)}, build {typeof(RankRun).Module.ModuleVersionId}, torch {torch.__version__}");
        group.Same("recipes or faces", string.Create(CultureInfo.InvariantCulture, $"{identity}, saved every {run.SaveEvery} steps, judged every {run.EvaluateEvery}"));
    }

    /// <summary>The fault of a step whose loss is no number on some rank: it names their images, and
    /// over several the ranks that they were on. All ranks call this.</summary>
    public static InputException NotFinite(IProcessGroup group, IFaceSource source, FaceBatch batch, StepResult result, string message)
    {
        var names = string.Join(", ", batch.Items.Take(ImagesNamed).Select(source.NameOf)) + (batch.Count > ImagesNamed ? $" and {batch.Count - ImagesNamed} more" : "");
        if (group.Size == 1) return new InputException($"{message}\n  its batch: {names}");
        var guilty = group.Gather(result.OwnIsFinite && double.IsFinite(result.Total) ? "" : names);
        var own = group.Gather(result.OwnIsFinite ? 1 : 0);
        var hosts = group.Gather(group.Host);
        // A sum over the ranks is no number on all of them; what only one rank's own images made is told apart.
        var from = Enumerable.Range(0, group.Size).Where(rank => own.Contains(0) ? own[rank] == 0 : guilty[rank].Length > 0);
        return Agreement.Marked(new InputException(string.Join("\n  ", [message, .. from.Select(rank => $"{Agreement.Named(rank, hosts)}, its batch: {guilty[rank]}")])));
    }
}
