using BTNet.Training.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>
/// The classifier of margin-softmax training: one direction an identity, compared with the embedding by cosine.
/// No bias. Frozen, it is what a branch is trained against so that its embeddings stay comparable with the trunk's
/// (backward-compatible training).
/// </summary>
public sealed class CosineClassifier : nn.Module<Tensor, Tensor>
{
    private const string WeightName = "weight";

    /// <summary>A new classifier, its weight drawn from a normal distribution of mean 0 and deviation 0.01.</summary>
    /// <param name="classes">How many identities; at least 1.</param>
    /// <param name="embeddingSize">The width of an embedding; at least 1.</param>
    /// <param name="seed">The same seed gives the same weight; torch's own random state is neither read nor moved.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count below 1.</exception>
    public CosineClassifier(int classes, int embeddingSize, long seed)
        : this(Initial(classes, embeddingSize, seed))
    {
    }

    private CosineClassifier(Tensor weight)
        : base(nameof(CosineClassifier))
    {
        register_parameter(WeightName, new Parameter(weight));
        // A classifier may be made inside a step's scope and must outlive it.
        Weight.DetachFromDisposeScope();
    }

    /// <summary>The directions, <c>[classes, embedding size]</c> float32, of any length: they are normalised on use.</summary>
    public Parameter Weight => get_parameter(WeightName)!;

    /// <summary>How many identities.</summary>
    public int Classes => (int)Weight.shape[0];

    /// <summary>The width of an embedding.</summary>
    public int EmbeddingSize => (int)Weight.shape[1];

    /// <summary>Whether the weight is left alone by training.</summary>
    public bool IsFrozen => !Weight.requires_grad;

    /// <summary>A classifier of given directions, such as a checkpoint's.</summary>
    /// <param name="weight"><c>[classes, embedding size]</c> float32; copied.</param>
    /// <exception cref="ArgumentException">Not a matrix of float32, or empty.</exception>
    public static CosineClassifier FromWeight(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.dim() != 2 || weight.dtype != ScalarType.Float32 || weight.numel() == 0)
            throw new ArgumentException($"expected a float32 matrix, got {weight.dtype} [{string.Join(", ", weight.shape)}]", nameof(weight));
        using var scope = NewDisposeScope();
        return new CosineClassifier(weight.detach().clone());
    }

    /// <summary>Stops training of the weight; gradients still flow to the embeddings.</summary>
    public void Freeze() => Weight.requires_grad = false;

    /// <summary>Lets the weight be trained (again).</summary>
    public void Unfreeze() => Weight.requires_grad = true;

    /// <summary>The cosine of every embedding with every identity.</summary>
    /// <param name="rawEmbeddings"><c>[N, embedding size]</c>, not normalised.</param>
    /// <returns><c>[N, classes]</c> in -1..1.</returns>
    public Tensor Cosines(Tensor rawEmbeddings) => Cosines(rawEmbeddings, classes: null);

    /// <summary>The cosine of every embedding with some identities; no gradient flows to the others.</summary>
    /// <param name="rawEmbeddings"><c>[N, embedding size]</c>, not normalised.</param>
    /// <param name="classes"><c>[S]</c> int64, the identities in the order of the result's columns; null for all.</param>
    /// <returns><c>[N, S]</c> in -1..1.</returns>
    public Tensor Cosines(Tensor rawEmbeddings, Tensor? classes)
    {
        ArgumentNullException.ThrowIfNull(rawEmbeddings);
        using var scope = NewDisposeScope();
        Tensor weight = Weight;
        if (classes is not null) weight = weight.index_select(0, classes);
        var directions = nn.functional.normalize(weight);
        var cosines = nn.functional.linear(nn.functional.normalize(rawEmbeddings), directions);
        return cosines.clamp(LastingScalar.Of(-1), LastingScalar.One).MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="Cosines(Tensor)"/>
    public override Tensor forward(Tensor input) => Cosines(input);

    private static Tensor Initial(int classes, int embeddingSize, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddingSize, 1);
        using var scope = NewDisposeScope();
        using var generator = new Generator(unchecked((ulong)seed));
        return randn(classes, embeddingSize, generator: generator).mul_(LastingScalar.Of(0.01)).MoveToOuterDisposeScope();
    }
}
