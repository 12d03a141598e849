using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>
/// Some identities of another source, numbered anew from 0 in the order they have there. The other source stays the
/// caller's to dispose of, if it needs that.
/// </summary>
public sealed class SubsetSource : IFaceSource
{
    private readonly IFaceSource _source;
    private readonly int[] _items;
    private readonly int[] _labels;
    private readonly int[] _identities;

    /// <summary>Chooses the identities.</summary>
    /// <param name="source">The source chosen from.</param>
    /// <param name="identities">Names of the identities kept, such as an <see cref="IdentityList"/>; null for all.</param>
    /// <param name="minimumImages">Identities with fewer pictures than this are left out; at least 1.</param>
    /// <exception cref="InputException">A name is not in the source, or nothing is left.</exception>
    public SubsetSource(IFaceSource source, IReadOnlyCollection<string>? identities = null, int minimumImages = 1)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumImages, 1);
        _source = source;
        var named = identities is null ? null : Labels(source, identities);
        var images = source.ImagesPerIdentity();
        _identities = [.. Enumerable.Range(0, source.Identities).Where(label => images[label] >= minimumImages && named?.Contains(label) != false)];
        if (_identities.Length == 0)
            throw new InputException($"{source.Description}: no identity has {minimumImages} images; lower the minimum of images an identity");
        var renumbered = new int[source.Identities];
        Array.Fill(renumbered, -1);
        foreach (var (label, old) in _identities.Index()) renumbered[old] = label;
        _items = [.. Enumerable.Range(0, source.Count).Where(item => renumbered[source.LabelOf(item)] >= 0)];
        _labels = Array.ConvertAll(_items, item => renumbered[source.LabelOf(item)]);
    }

    /// <inheritdoc/>
    public string Description => $"{Identities} identities, {Count} images of {_source.Description}";

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public int Identities => _identities.Length;

    /// <inheritdoc/>
    public int LabelOf(int index) => _labels[index];

    /// <inheritdoc/>
    public string NameOf(int index) => _source.NameOf(_items[index]);

    /// <inheritdoc/>
    public string IdentityName(int label) => _source.IdentityName(_identities[label]);

    /// <inheritdoc/>
    public string VersionOf(int index) => _source.VersionOf(_items[index]);

    /// <inheritdoc/>
    public FaceImage Load(int index) => _source.Load(_items[index]);

    private static HashSet<int> Labels(IFaceSource source, IReadOnlyCollection<string> identities)
    {
        var known = Enumerable.Range(0, source.Identities).ToDictionary(source.IdentityName, label => label, StringComparer.Ordinal);
        var missing = identities.Where(name => !known.ContainsKey(name)).Order(StringComparer.Ordinal).ToList();
        return missing.Count == 0
            ? [.. identities.Select(name => known[name])]
            : throw new InputException(
                $"{source.Description}: {missing.Count} of the {identities.Count} identities asked for are not in it: "
                + string.Join(", ", missing.Take(20)) + (missing.Count > 20 ? ", ..." : ""));
    }
}
