using BTNet.Training.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>
/// Picks the identities that a step's softmax runs over: every identity in the batch and random others, so that a
/// classifier of a hundred thousand identities costs a tenth. An et al., "Killing Two Birds with One Stone: Efficient
/// and Robust Training of Face Recognition CNNs by Partial FC", CVPR 2022; here in one process.
/// </summary>
/// <remarks>
/// The choice is a function of seed, step and the batch's identities: nothing has to be saved for a resumed run to go
/// on with the same choices.
/// </remarks>
public sealed class PartialFcSampler
{
    private readonly long _seed;

    /// <param name="classes">How many identities the classifier has.</param>
    /// <param name="sampleRate">The share of them in a step's softmax, above 0 to 1; 1 takes all.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public PartialFcSampler(int classes, double sampleRate, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (!(sampleRate > 0 && sampleRate <= 1))
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, "expected above 0 to 1");
        Classes = classes;
        SampleRate = sampleRate;
        SampleSize = Math.Min(classes, (int)Math.Ceiling(sampleRate * classes));
        _seed = seed;
    }

    /// <summary>How many identities the classifier has.</summary>
    public int Classes { get; }

    /// <summary>The share of identities in a step's softmax, above 0 to 1.</summary>
    public double SampleRate { get; }

    /// <summary>How many identities a step takes, unless its batch alone has more.</summary>
    public int SampleSize { get; }

    /// <summary>The identities of one step.</summary>
    /// <param name="labels"><c>[N]</c> int64, each from 0 to below <see cref="Classes"/>.</param>
    /// <param name="step">The step's number in the run.</param>
    /// <exception cref="ArgumentException">A label out of range, or not a vector of int64.</exception>
    public ClassSample Sample(Tensor labels, long step)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.dim() != 1 || labels.dtype != ScalarType.Int64)
            throw new ArgumentException($"expected a vector of int64, got {labels.dtype} [{string.Join(", ", labels.shape)}]", nameof(labels));

        using var scope = NewDisposeScope();
        var batch = labels.cpu().contiguous().data<long>().ToArray();
        var chosen = Choose(batch, step);
        var columns = Array.ConvertAll(batch, label => (long)Array.BinarySearch(chosen, label));
        return new ClassSample(
            tensor(chosen, device: labels.device).MoveToOuterDisposeScope(),
            tensor(columns, device: labels.device).MoveToOuterDisposeScope());
    }

    private long[] Choose(long[] batch, long step)
    {
        var isPositive = new bool[Classes];
        var positives = 0;
        foreach (var label in batch)
        {
            if (label < 0 || label >= Classes)
                throw new ArgumentException($"label {label} is not in 0 to {Classes - 1}", nameof(batch));
            if (isPositive[label]) continue;
            isPositive[label] = true;
            positives++;
        }

        // Selection sampling (Knuth, algorithm S): one walk in order, every set of negatives equally likely, sorted.
        var negativesWanted = Math.Max(0, SampleSize - positives);
        var negativesLeft = Classes - positives;
        var chosen = new long[positives + negativesWanted];
        var count = 0;
        var random = new SeededRandom(unchecked((ulong)_seed), unchecked((ulong)step));
        for (var label = 0; label < Classes && count < chosen.Length; label++)
        {
            if (isPositive[label])
            {
                chosen[count++] = label;
                continue;
            }

            if (negativesWanted > 0 && random.NextDouble() * negativesLeft < negativesWanted)
            {
                chosen[count++] = label;
                negativesWanted--;
            }

            negativesLeft--;
        }

        return chosen;
    }
}

/// <summary>The identities of one step's softmax and the batch's labels among them.</summary>
/// <param name="Classes"><c>[S]</c> int64, sorted, distinct: for <see cref="CosineClassifier.Cosines(Tensor, Tensor?)"/>.</param>
/// <param name="Labels"><c>[N]</c> int64: each label's place in <paramref name="Classes"/>.</param>
public sealed record ClassSample(Tensor Classes, Tensor Labels) : IDisposable
{
    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Classes.Dispose();
        Labels.Dispose();
    }
}
