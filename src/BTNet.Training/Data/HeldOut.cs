using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>Keeps pictures from all over a set out of a training, to measure with.</summary>
public static class HeldOut
{
    private const int OneIn = 25;
    private const int Most = 400;

    /// <summary>The pictures to train on, and those kept out: one in 25, 400 at most. Whoever has other pictures is trained on all the same.</summary>
    public static (IFaceSource Training, IReadOnlyList<int> Kept) Of(IFaceSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var step = Math.Max(OneIn, (source.Count + Most - 1) / Most);
        int[] kept = [.. Enumerable.Range(0, source.Count).Where(item => item % step == step - 1)];
        return (new Without(source, [.. Enumerable.Range(0, source.Count).Where(item => item % step != step - 1)]), kept);
    }

    private sealed class Without(IFaceSource source, int[] items) : IFaceSource
    {
        public string Description => $"{source.Description}, {source.Count - items.Length} of them kept to measure with";

        public int Count => items.Length;

        public int Identities => source.Identities;

        public int LabelOf(int index) => source.LabelOf(items[index]);

        public string NameOf(int index) => source.NameOf(items[index]);

        public string IdentityName(int label) => source.IdentityName(label);

        public string VersionOf(int index) => source.VersionOf(items[index]);

        public FaceImage Load(int index) => source.Load(items[index]);
    }
}
