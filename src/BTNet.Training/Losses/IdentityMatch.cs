namespace BTNet.Training.Losses;

/// <summary>How a data set's identities lie to a classifier's.</summary>
public enum IdentityOverlap
{
    /// <summary>The same identities, in whatever order.</summary>
    Exact,

    /// <summary>Every identity of the data set is in the classifier, which has more.</summary>
    Subset,

    /// <summary>Some are, some are not.</summary>
    Partial,

    /// <summary>None is.</summary>
    None,
}

/// <summary>
/// Finds a data set's identities in a trained classifier by name, and says what can be trained where they are not in it.
/// </summary>
public sealed class IdentityMatch
{
    private readonly int[] _classes;
    private readonly int _classifierCount;

    private IdentityMatch(int[] classes, int classifierCount, string[] missing, bool byNumberOnly)
    {
        _classes = classes;
        _classifierCount = classifierCount;
        Missing = missing;
        ByNumberOnly = byNumberOnly;
    }

    /// <summary>Each data set identity's class in the classifier, -1 where it has none.</summary>
    public IReadOnlyList<int> Classes => _classes;

    /// <summary>The names that are not in the classifier, in the data set's order.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>
    /// Whether all of the data set's names are bare numbers, as in record files and QMUL-SurvFace: identity 17 of one
    /// such set is somebody else in another, so that equal names prove nothing.
    /// </summary>
    public bool ByNumberOnly { get; }

    /// <summary>How the two lie to each other.</summary>
    public IdentityOverlap Overlap => Missing.Count == 0
        ? _classes.Length == _classifierCount ? IdentityOverlap.Exact : IdentityOverlap.Subset
        : Missing.Count == _classes.Length ? IdentityOverlap.None : IdentityOverlap.Partial;

    /// <summary>Matches by name, upper and lower case told apart.</summary>
    /// <param name="classifierNames">The identity of each class, in order.</param>
    /// <param name="datasetNames">The data set's identities, in the order of its labels; at least one.</param>
    /// <exception cref="InputException">A name comes twice in one of the two lists.</exception>
    public static IdentityMatch Between(IReadOnlyList<string> classifierNames, IReadOnlyList<string> datasetNames)
    {
        ArgumentNullException.ThrowIfNull(classifierNames);
        ArgumentNullException.ThrowIfNull(datasetNames);
        if (datasetNames.Count == 0) throw new ArgumentException("expected at least one identity", nameof(datasetNames));
        var classOf = IndexOf(classifierNames, "the classifier");
        IndexOf(datasetNames, "the data set");
        var classes = datasetNames.Select(name => classOf.GetValueOrDefault(name, -1)).ToArray();
        var missing = datasetNames.Where(name => !classOf.ContainsKey(name)).ToArray();
        return new IdentityMatch(classes, classifierNames.Count, missing, datasetNames.All(name => name.All(char.IsAsciiDigit)));
    }

    /// <summary>The class that each data set identity is trained as; empty for distillation only.</summary>
    /// <param name="classification">What the run asks for.</param>
    /// <param name="sameNumbering">
    /// Whether the caller knows that both number the same people alike, as when the data set is a part of the
    /// classifier's own. Without it, identities known by number only must be exactly the classifier's.
    /// </param>
    /// <exception cref="InputException">
    /// The frozen trunk classifier is asked for and does not know every identity of the data set.
    /// </exception>
    public IReadOnlyList<int> ClassesFor(BranchClassification classification, bool sameNumbering = false)
    {
        switch (classification)
        {
            case BranchClassification.DistillationOnly: return [];
            case BranchClassification.FreshHead: return [.. Enumerable.Range(0, _classes.Length)];
            case BranchClassification.FrozenTrunkClassifier: break;
            default: throw new ArgumentOutOfRangeException(nameof(classification), classification, "no such classification");
        }

        if (Missing.Count > 0)
        {
            var examples = string.Join(", ", Missing.Take(3).Select(name => $"'{name}'")) + (Missing.Count > 3 ? ", ..." : "");
            throw new InputException(
                $"{Missing.Count} of the data set's {_classes.Length} identities are not in the trunk's classifier of "
                + $"{_classifierCount} ({examples}), so a branch cannot be trained on it against the frozen classifier. {Choices}");
        }

        if (ByNumberOnly && !sameNumbering && Overlap != IdentityOverlap.Exact)
        {
            throw new InputException(
                $"The data set's {_classes.Length} identities have numbers for names, and so do some of the classifier's "
                + $"{_classifierCount}: equal numbers need not be the same people. {Choices} If the data set is a part of the "
                + "one that the trunk was trained on, numbered alike, say \"data\": { \"sameNumbering\": true }.");
        }

        return _classes;
    }

    private static string Choices =>
        "Choose \"classification\": \"distillationOnly\" (follow the trunk's embeddings, no classification) or "
        + "\"freshHead\" (a new classifier for these identities), or give the data set that the trunk was trained on.";

    private static Dictionary<string, int> IndexOf(IReadOnlyList<string> names, string owner)
    {
        var index = new Dictionary<string, int>(names.Count, StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (!index.TryAdd(names[i], i))
                throw new InputException($"The identity '{names[i]}' comes twice in {owner} (places {index[names[i]]} and {i}); every name must be one person's.");
        }

        return index;
    }
}
