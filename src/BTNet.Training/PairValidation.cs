using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Resolutions;
using BTNet.Training.Recipes;

namespace BTNet.Training;

/// <summary>Judges a network while it trains, by pair accuracy on the lists that a recipe names.</summary>
public static class PairValidation
{
    /// <summary>The judgement of a recipe; null where it names no pairs.</summary>
    /// <param name="options">The lists and the resolutions.</param>
    /// <param name="resolution">What is trained: the trunk, or a branch.</param>
    /// <exception cref="InputException">The lists cannot be read.</exception>
    public static Validation? From(RunOptions options, Resolution resolution)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ValidationPairs.Length == 0) return null;
        var usual = resolution.IsFull ? $"{resolution}x{resolution}" : $"{Resolution.Full}x{resolution},{resolution}x{resolution}";
        return On(PairSets.Open(options.ValidationPairs, options.ValidationRoot), ResolutionPair.ParseList(options.ValidationResolutions ?? usual));
    }

    /// <summary>Judges on given pairs.</summary>
    public static Validation On(PairSet pairs, IReadOnlyList<ResolutionPair> resolutions) => (embedder, cancellation) =>
        PairProtocol.Run(embedder, pairs, new PairOptions { Resolutions = resolutions }, cancellation: cancellation).Results
            .ToDictionary(result => result.Resolutions.ToString(), result => result.Accuracy.Mean);
}
