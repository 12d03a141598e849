using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>How far embeddings of a branch are from the recogniser's.</summary>
public enum EmbeddingDistance
{
    /// <summary>1 - cosine: their directions alone, as they are compared.</summary>
    Cosine,

    /// <summary>The squared difference in units of the mean square of the recogniser's embeddings: their lengths as well.</summary>
    Squared
}

/// <summary>What pulls a branch to somebody else's recogniser, and how strongly.</summary>
public sealed record RecogniserLossOptions
{
    /// <summary>Weight of the distance of the embeddings. Default 1.</summary>
    public double Embedding { get; init; } = 1;

    /// <summary>Which distance. Default <see cref="EmbeddingDistance.Cosine"/>.</summary>
    public EmbeddingDistance Distance { get; init; } = EmbeddingDistance.Cosine;

    /// <summary>Weight of the mean squared difference of the maps at the join, in units of each channel's variance. Default 0.5.</summary>
    public double Map { get; init; } = 0.5;

    /// <summary>Weight of the relational part: the cross entropy between how like the teacher's embedding is to many others of the teacher's, and
    /// how like the branch's is to the same, as softmax. Default 0.2.</summary>
    public double Relation { get; init; } = 0.2;

    /// <summary>Weight of the cross entropy of who a face is of, where that is known (<c>data.kind</c> is not <c>pictures</c>), by a classifier that is not trained: of each person the
    /// mean of what the recogniser makes of the pictures. Default 0.</summary>
    public double People { get; init; }

    /// <summary>What cosines are multiplied by in front of either softmax. Default 16.</summary>
    public double RelationScale { get; init; } = 16;

    /// <summary>How many faces' teacher embeddings the relational part compares with beside those of the step: the last seen of each. 0 for those of the step alone; default 8192.</summary>
    public int RelationFaces { get; init; } = 8192;

    /// <summary>What is wrong, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var (name, weight) in new[] { ("embedding", Embedding), ("map", Map), ("relation", Relation), ("people", People) })
            if (weight is not (>= 0 and <= 1000)) yield return $"{name}: {weight} is not between 0 and 1000";
        if (Embedding == 0 && Map == 0 && Relation == 0 && People == 0) yield return "embedding, map, relation, people: all are 0, so there is nothing to learn from";
        if (RelationScale is not (> 0 and <= 1000)) yield return $"relationScale: {RelationScale} is not above 0 and up to 1000";
        if (RelationFaces is < 0 or > 1_000_000) yield return $"relationFaces: {RelationFaces} is not between 0 and 1000000";
    }
}

/// <summary>The loss of a branch for somebody else's recogniser, and its parts, not yet weighted.</summary>
/// <param name="Total">What is minimised.</param>
/// <param name="Embedding">The embeddings' distance.</param>
/// <param name="Map">The maps' part; null where its weight is 0.</param>
/// <param name="Relation">The relational part; null where its weight is 0.</param>
/// <param name="People">The part of who they are; null where its weight is 0.</param>
internal sealed record RecogniserLoss(Tensor Total, Tensor Embedding, Tensor? Map, Tensor? Relation, Tensor? People)
{
    /// <summary>The parts' values by name.</summary>
    public IReadOnlyDictionary<string, double> Parts()
    {
        Dictionary<string, double> parts = new() { ["embedding"] = Embedding.item<float>() };
        if (Map is not null) parts["map"] = Map.item<float>();
        if (Relation is not null) parts["relation"] = Relation.item<float>();
        if (People is not null) parts["people"] = People.item<float>();
        return parts;
    }
}

/// <summary>Distils a recogniser into a branch: embeddings by cosine, since that is how they will be compared; maps at the join; and relations, which
/// tell the branch whom a face is nearly taken for.</summary>
internal sealed class RecogniserDistillation(RecogniserLossOptions options)
{
    /// <summary>Of the mean over channels: one that hardly ever says anything would otherwise weigh more than all others.</summary>
    private const double LeastVariance = 0.1;

    private const double Zero = 1e-12;

    /// <summary>The loss, in the caller's scope.</summary>
    /// <param name="map">The branch's map <c>[N, C, r, r]</c>; looked at where the teacher's is given.</param>
    /// <param name="teacherMap">The teacher's; null where maps are not weighed.</param>
    /// <param name="embeddings">The branch's, raw, <c>[N, D]</c>.</param>
    /// <param name="teacherEmbeddings">The teacher's, raw.</param>
    /// <param name="others">Unit embeddings of other faces by the teacher, <c>[M, D]</c>; null for none.</param>
    /// <param name="people">The people that there are, <c>[P, D]</c>, and whom the faces are of, <c>[N]</c>; null where that is not asked.</param>
    public RecogniserLoss Loss(Tensor? map, Tensor? teacherMap, Tensor embeddings, Tensor teacherEmbeddings, Tensor? others, (Tensor Means, Tensor Labels)? people = null)
    {
        var branch = nn.functional.normalize(embeddings, dim: 1);
        var teacher = nn.functional.normalize(teacherEmbeddings, dim: 1);
        var embedding = options.Distance == EmbeddingDistance.Squared ? Difference(embeddings, teacherEmbeddings) : (branch * teacher).sum(1).mean().FromOne();
        var total = embedding.Times(options.Embedding);
        var maps = map is null || teacherMap is null || options.Map == 0 ? null : MapDistance(map, teacherMap);
        if (maps is not null) total = total.Plus(maps.Times(options.Map));
        var relation = options.Relation == 0 ? null : Relation(branch, teacher, others is null ? teacher : cat([teacher, others]));
        if (relation is not null) total = total.Plus(relation.Times(options.Relation));
        var known = options.People == 0 || people is not var (means, labels) ? null : nn.functional.cross_entropy(branch.matmul(means.t()).Times(options.RelationScale), labels);
        if (known is not null) total = total.Plus(known.Times(options.People));
        return new RecogniserLoss(total, embedding, maps, relation, known);
    }

    private static Tensor Difference(Tensor embeddings, Tensor teacher)
    {
        var difference = embeddings - teacher;
        return (difference * difference).sum(1).mean() / (teacher * teacher).sum(1).mean();
    }

    /// <summary>Channels weigh alike, whatever their range: each squared difference is divided by its channel's variance in the teacher.</summary>
    private static Tensor MapDistance(Tensor map, Tensor teacher)
    {
        var precise = teacher.to(ScalarType.Float32);
        // By moments, which libtorch is many times as quick with as with var.
        var mean = precise.mean([0, 2, 3], keepdim: true);
        var variance = ((precise * precise).mean([0, 2, 3], keepdim: true) - mean * mean).relu();
        variance = variance.Plus(variance.mean().Times(LeastVariance)).Plus(Zero);
        var difference = map.to(ScalarType.Float32) - precise;
        return (difference * difference).div(variance).mean();
    }

    private Tensor Relation(Tensor branch, Tensor teacher, Tensor anchors)
    {
        var (seen, wished) = (branch.matmul(anchors.t()).Times(options.RelationScale), teacher.matmul(anchors.t()).Times(options.RelationScale));
        var known = nn.functional.log_softmax(wished, 1);
        // Kullback-Leibler, so that 0 is to be like the teacher.
        return (known.exp() * (known - nn.functional.log_softmax(seen, 1))).sum(1).mean();
    }
}
