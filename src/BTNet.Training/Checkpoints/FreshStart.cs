namespace BTNet.Training.Checkpoints;

/// <summary>Makes a folder ready for a training, and guards what it would replace.</summary>
public static class FreshStart
{
    /// <summary>Looks whether a training may begin or go on in a folder, and throws saved state away where that is
    /// asked for.</summary>
    /// <param name="model">The folder.</param>
    /// <param name="what">What is to be trained: <c>trunk</c> or <c>branch-14</c>.</param>
    /// <param name="fresh">Whether a finished one may be replaced, and an unfinished one's state thrown away.</param>
    /// <exception cref="InputException">A finished one lies there, and nothing unfinished to go on with.</exception>
    public static void Guard(ModelDirectory model, string what, bool fresh)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(what);
        var (finished, unfinished) = (Path.Combine(model.Path, $"{what}.safetensors"), model.ProgressFile(what));
        if (!Directory.Exists(model.Path)) return;
        RemoveTorn(model, what);
        if (fresh)
        {
            File.Delete(unfinished);
            RemoveTaught(model, what);
        }
        else if (File.Exists(finished) && !File.Exists(unfinished))
        {
            // A training that was killed when it was done has no more use of them.
            RemoveTaught(model, what);
            throw new InputException($"{finished} is trained already. Give another folder, or say --fresh to train it again from the start; the present one stays until the new one is finished");
        }
    }

    /// <summary>Removes what a training that was killed while it wrote has left behind.</summary>
    internal static void RemoveTorn(ModelDirectory model, string what)
    {
        if (!Directory.Exists(model.Path)) return;
        foreach (var leftover in Directory.GetFiles(model.Path, $"{what}.*.tmp")) File.Delete(leftover);
    }

    /// <summary>Removes what a training keeps beside its state, in the model's own folder, for who trains it.</summary>
    internal static void RemoveTaught(ModelDirectory model, string what)
    {
        if (!Directory.Exists(model.Path)) return;
        File.Delete(model.TeacherCacheFile(what));
        File.Delete(model.FormFile(what));
    }
}
